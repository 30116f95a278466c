package rotation

import (
	"context"
	"fmt"
	"time"

	"keyturn/steps"
)

// openPortRemedy adds the inbound rule that the run's own group lacks.
func (r run) openPortRemedy(group steps.SecurityGroup) steps.Remedy {
	return r.ruleRemedy(group, openPortToEverybody())
}

// ruleRemedy makes a rule again that somebody took away. What the receipt has of
// rules of the run's own group that are gone is removed first.
func (r run) ruleRemedy(group steps.SecurityGroup, open action) steps.Remedy {
	return steps.Remedy{
		ID:    "open-port",
		Label: open.Call.Why + ", then try again",
		Plan:  []steps.PlannedCall{open.Call},
		Apply: withRun(func(ctx context.Context, r run) error {
			if r.isOwnGroup(group.ID) {
				r.update(func(s *State) { s.Group = group })
				if err := r.recordMissingRules(group); err != nil {
					return err
				}
			}
			return open.Do(ctx, r.Run)
		}),
	}
}

// recordMissingRules records the run's rules that its group no longer has as removed.
func (r run) recordMissingRules(group steps.SecurityGroup) error {
	there := map[string]bool{}
	for _, rule := range group.Rules {
		there[r.ruleRecordName(rule)] = true
	}
	for _, rec := range r.Receipt().Existing(steps.KindInboundRule) {
		if !there[rec.Name] && otherGroupOfRule(rec.Name) == "" {
			if err := r.RecordRemoved(steps.KindInboundRule, rec.Name, time.Time{}); err != nil {
				return err
			}
		}
	}
	return nil
}

// resetPasswordRemedy makes the database's master password what the secret's
// AWSCURRENT says. It is offered where the secret is of the database's master
// user.
func (r run) resetPasswordRemedy() (steps.Remedy, bool) {
	s := r.state()
	if s.Database.ID == "" || s.SecretARN == "" || r.usesExistingDatabase() {
		return steps.Remedy{}, false
	}
	return steps.Remedy{
		ID:    "reset-password",
		Label: "set the database's master password to the one in the secret, then try again",
		Plan: []steps.PlannedCall{{
			Service: "rds", Operation: "ModifyDBInstance", Why: "set the master password to the one in the version " + steps.LabelCurrent,
		}},
		Apply: withRun(func(ctx context.Context, r run) error {
			_, credentials, err := r.readSecret(ctx, steps.LabelCurrent)
			if err != nil {
				return err
			}
			return r.setMasterPassword(ctx, credentials.Password)
		}),
	}, true
}

// allowInvoking gives the run's own function the permission that somebody took
// away.
func (r run) allowInvoking() (steps.Remedy, bool) {
	arn := r.state().FunctionARN
	if arn == "" || r.functionFrom() == steps.FunctionExisting {
		return steps.Remedy{}, false
	}
	call := steps.PlannedCall{Service: "lambda", Operation: "AddPermission", Why: "let Secrets Manager invoke the function"}
	return steps.Remedy{
		ID: "allow-invoking", Label: call.Why + ", then try again", Plan: []steps.PlannedCall{call},
		Apply: withRun(func(ctx context.Context, r run) error {
			if err := r.Services().Functions.AllowInvoking(ctx, arn, secretsManager, accountOf(arn)); err != nil {
				return fmt.Errorf("let Secrets Manager invoke the function: %w", err)
			}
			return nil
		}),
	}, true
}

// leaveVPC takes the run's own function of the public network out of the VPC that
// somebody put it into, and waits until it is there no more.
func (r run) leaveVPC(f steps.Function) (steps.Remedy, bool) {
	if r.functionFrom() == steps.FunctionExisting {
		return steps.Remedy{}, false
	}
	call := steps.PlannedCall{Service: "lambda", Operation: "UpdateFunctionConfiguration", Why: "take the function out of " + f.VPCID}
	return steps.Remedy{
		ID: "leave-vpc", Label: call.Why + ", then try again", Plan: []steps.PlannedCall{call},
		Apply: withRun(func(ctx context.Context, r run) error {
			if err := r.Services().Functions.LeaveVPC(ctx, f.ARN); err != nil {
				return fmt.Errorf("take the function out of the VPC: %w", err)
			}
			return r.Poll(ctx, steps.Polling{
				For: "the function's update", Every: r.Intervals().Stack, Usual: 10 * time.Second, Deadline: 5 * time.Minute, Quiet: true,
				Look: func(ctx context.Context) (string, bool, error) {
					now, err := r.Services().Functions.Function(ctx, f.ARN)
					return now.LastUpdateStatus, now.LastUpdateStatus != "InProgress", err
				},
			})
		}),
	}, true
}

// putBack makes the secret's value before the current one the current one
// again, if it is what this run stored or rotated.
func (r run) putBack(ctx context.Context) (steps.Remedy, bool) {
	if r.usesExistingSecret() {
		return steps.Remedy{}, false
	}
	before, credentials, err := r.readSecret(ctx, steps.LabelPrevious)
	if err != nil || credentials.Host != r.state().Database.Host {
		return steps.Remedy{}, false
	}
	call := steps.PlannedCall{Service: "secretsmanager", Operation: "PutSecretValue", Why: "put back what the secret held before, version " + steps.ShortVersion(before.VersionID)}
	return steps.Remedy{
		ID: "put-back", Label: call.Why + ", then try again", Plan: []steps.PlannedCall{call},
		Apply: withRun(func(ctx context.Context, r run) error {
			if _, err := r.Services().Secrets.PutSecretValue(ctx, r.state().SecretARN, before.JSON, r.NewToken()); err != nil {
				return fmt.Errorf("put the secret's earlier value back: %w", err)
			}
			return nil
		}),
	}, true
}

// restoreSecretRemedy takes a secret back from its waiting period; the step's next
// attempt stores this database's sign-in in it.
func (r run) restoreSecretRemedy() steps.Remedy {
	return steps.Remedy{
		ID:    "restore-secret",
		Label: "restore the secret and let it hold this database's sign-in",
		Plan:  []steps.PlannedCall{{Service: "secretsmanager", Operation: "RestoreSecret", Why: "take the secret back before it is deleted"}},
		Apply: withRun(func(ctx context.Context, r run) error {
			name := r.Setup().SecretName
			secret, err := r.Services().Secrets.DescribeSecret(ctx, name)
			if err != nil {
				return fmt.Errorf("look for the secret: %w", err)
			}
			return r.Create(steps.KindSecret, name, func() (string, error) {
				if err := r.Services().Secrets.RestoreSecret(ctx, name); err != nil {
					return "", fmt.Errorf("restore the secret: %w", err)
				}
				return secret.ARN, nil
			})
		}),
	}
}

// withRun is a remedy's work on the run that it is given.
func withRun(apply func(context.Context, run) error) func(context.Context, *steps.Run) error {
	return func(ctx context.Context, r *steps.Run) error { return apply(ctx, run{r}) }
}
