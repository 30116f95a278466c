package rotation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"keyturn/steps"
)

// rotatedSecret is the secret whose rotation this run turned on, made or
// existing; a zero one if there is none, or if somebody else has given an
// existing one another function since.
func (r run) rotatedSecret(ctx context.Context) (steps.SecretDescription, error) {
	used := r.Receipt().UsedOf(steps.KindSecret)
	if len(used) == 0 {
		return r.secretInReceipt(ctx)
	}
	if !r.beganRotation() {
		return steps.SecretDescription{}, nil
	}
	secret, err := r.Services().Secrets.DescribeSecret(ctx, used[0].ID)
	if err != nil && !errors.Is(err, steps.ErrNotFound) {
		return steps.SecretDescription{}, fmt.Errorf("look for the secret: %w", err)
	}
	function := cmp.Or(r.Setup().FunctionARN, r.Setup().FunctionName)
	if err != nil || !strings.HasSuffix(":"+secret.FunctionARN, ":"+function) {
		return steps.SecretDescription{}, nil
	}
	return secret, nil
}

// beganRotation reports that the run turned rotation on, or was about to.
func (r run) beganRotation() bool {
	tokens := r.Receipt().Tokens
	return cmp.Or(tokens[TokenRotation], tokens[TokenTest], tokens[TokenVersionBefore]) != ""
}

// removeAddedRules closes what the run opened in groups of the person's own,
// and no other rule of them.
func (r run) removeAddedRules(ctx context.Context) ([]action, error) {
	var actions []action
	for _, rec := range r.Receipt().Existing(steps.KindInboundRule) {
		groupID := otherGroupOfRule(rec.Name)
		if groupID == "" {
			continue
		}
		rule, found, err := r.addedRule(ctx, groupID, rec)
		switch {
		case err != nil:
			return nil, err
		case found:
			actions = append(actions, closeAddedRule(rec.Name, groupID, rule))
		case rec.ID == "": // it was never made
			err = r.Forget(steps.KindInboundRule, rec.Name)
		default:
			err = r.RecordRemoved(steps.KindInboundRule, rec.Name, time.Time{})
		}
		if err != nil {
			return nil, err
		}
	}
	return actions, nil
}

// addedRule looks for a rule of the receipt in its group: by its id, or where
// the answer to its making was lost, or somebody else took it away and the run
// made it again, by the run's tag and whom it admits.
func (r run) addedRule(ctx context.Context, groupID string, rec steps.ResourceRecord) (steps.InboundRule, bool, error) {
	group, err := r.Services().Network.SecurityGroup(ctx, groupID)
	if errors.Is(err, steps.ErrNotFound) {
		return steps.InboundRule{}, false, nil
	}
	if err != nil {
		return steps.InboundRule{}, false, fmt.Errorf("look for the inbound rule: %w", err)
	}
	for _, rule := range group.Rules {
		if rec.ID != "" && rule.ID == rec.ID || rule.Owner == r.ID() && r.ruleRecordName(rule) == rec.Name {
			return rule, true, nil
		}
	}
	return steps.InboundRule{}, false, nil
}

func closeAddedRule(name, groupID string, rule steps.InboundRule) action {
	why := fmt.Sprintf("close port %d to %s in %s again; the group stays", rule.FromPort, describeCIDR(rule.Peer()), groupID)
	return newCall("ec2", "RevokeSecurityGroupIngress", why, func(ctx context.Context, r run) error {
		err := r.Services().Network.ClosePort(ctx, groupID, rule.ID)
		if err != nil && !errors.Is(err, steps.ErrNotFound) {
			return fmt.Errorf("close the port: %w", err)
		}
		return r.RecordRemoved(steps.KindInboundRule, name, time.Time{})
	})
}

// recordGroupRulesRemoved records that the rules of the run's own group went
// with it.
func (r run) recordGroupRulesRemoved() error {
	for _, rec := range r.Receipt().Existing(steps.KindInboundRule) {
		if otherGroupOfRule(rec.Name) != "" {
			continue
		}
		if err := r.RecordRemoved(steps.KindInboundRule, rec.Name, time.Time{}); err != nil {
			return err
		}
	}
	return nil
}

// addedRulesLeft looks in the groups that the run did not make for a rule of its
// own. What is left is said in words, "" for none.
func (r run) addedRulesLeft(ctx context.Context) (evidence []string, left string, err error) {
	for _, used := range r.Receipt().UsedOf(steps.KindSecurityGroup) {
		group, err := r.Services().Network.SecurityGroup(ctx, used.ID)
		if errors.Is(err, steps.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, "", fmt.Errorf("look for the inbound rule: %w", err)
		}
		for _, rule := range group.Rules {
			if rule.Owner == r.ID() {
				return nil, fmt.Sprintf("%s still has the rule %s", used.ID, rule.ID), nil
			}
		}
		evidence = append(evidence, fmt.Sprintf("no rule of this run is left in %s, which has %d of its own", used.ID, len(group.Rules)))
	}
	return evidence, "", nil
}

// describeNoneMade says that the run made none of a kind, and what it used instead.
func (r run) describeNoneMade(kind string) string {
	used := r.Receipt().UsedOf(kind)
	if len(used) == 0 {
		return noneMade
	}
	return used[0].Name + " is kept: " + steps.NotMade
}
