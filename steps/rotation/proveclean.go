package rotation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"keyturn/steps"
	"keyturn/steps/format"
)

// proveClean looks in the account for what the receipt says is removed.
func (r run) proveClean(ctx context.Context) error {
	for _, look := range []func(run, context.Context) error{
		run.proveSecretScheduled, run.proveDatabaseDeleted, run.proveFunctionDeleted,
		run.proveRuleRevoked, run.proveEndpointDeleted, run.proveNothingLeft,
	} {
		if err := look(r, ctx); err != nil {
			return err
		}
	}
	return nil
}

const (
	noneMade       = "none was made"
	tracesDeadline = 30 * time.Second
)

func (r run) proveSecretScheduled(ctx context.Context) error {
	const check = "secret-scheduled-for-deletion"
	rec, ok := r.newestRecord(steps.KindSecret)
	if !ok {
		return r.Prove(check, true, r.describeNoneMade(steps.KindSecret))
	}
	secret, err := r.Services().Secrets.DescribeSecret(ctx, cmp.Or(rec.ID, rec.Name))
	switch {
	case errors.Is(err, steps.ErrNotFound):
		return r.Prove(check, true, rec.Name+" is gone")
	case err != nil:
		return fmt.Errorf("look for the secret: %w", err)
	case secret.DeletedAt.IsZero():
		return r.Prove(check, false, rec.Name+" is still there")
	}
	return r.Prove(check, true, fmt.Sprintf("%s will be deleted for good on %s", rec.Name, format.Day(secret.DeletedAt)))
}

func (r run) proveDatabaseDeleted(ctx context.Context) error {
	const check = "database-deleted"
	rec, ok := r.newestRecord(steps.KindDatabase)
	if !ok {
		return r.Prove(check, true, r.describeNoneMade(steps.KindDatabase))
	}
	db, err := r.Services().Databases.DescribeDBInstance(ctx, rec.Name)
	switch {
	case errors.Is(err, steps.ErrNotFound):
		return r.Prove(check, true, rec.Name+" is gone")
	case err != nil:
		return fmt.Errorf("look for the database: %w", err)
	}
	return r.Prove(check, !r.Owns(db.Tags), rec.Name+" is "+db.Status)
}

func (r run) proveFunctionDeleted(ctx context.Context) error {
	const check = "function-deleted"
	rec, ok := r.newestRecord(steps.KindStack)
	if !ok {
		if arn := r.Setup().FunctionARN; arn != "" {
			return r.Prove(check, true, noneMade+"; "+functionNameOf(arn)+" was there before and stays")
		}
		return r.Prove(check, true, noneMade)
	}
	stack, err := r.Services().Stacks.DescribeStack(ctx, cmp.Or(rec.ID, r.stackID()))
	if err != nil && !errors.Is(err, steps.ErrNotFound) {
		return fmt.Errorf("look for the stack: %w", err)
	}
	gone := err != nil || stack.Status == "DELETE_COMPLETE"
	if !gone {
		return r.Prove(check, false, fmt.Sprintf("stack %s is %s", rec.Name, stack.Status))
	}
	return r.Prove(check, true, "its stack "+rec.Name+" is deleted, and its role and permission with it")
}

func (r run) proveRuleRevoked(ctx context.Context) error {
	const check = "rule-revoked"
	evidence, left, err := r.addedRulesLeft(ctx)
	if err != nil {
		return err
	}
	if left != "" {
		return r.Prove(check, false, left)
	}
	rec, ok := r.newestRecord(steps.KindSecurityGroup)
	if ok && rec.ID != "" {
		group, err := r.Services().Network.SecurityGroup(ctx, rec.ID)
		switch {
		case errors.Is(err, steps.ErrNotFound):
			evidence = append(evidence, "the security group "+rec.ID+" is gone, and its rule with it")
		case err != nil:
			return fmt.Errorf("look for the security group: %w", err)
		case len(group.Rules) > 0:
			return r.Prove(check, false, fmt.Sprintf("%s has %s", rec.ID, format.Count(len(group.Rules), "inbound rule")))
		}
	}
	return r.Prove(check, true, cmp.Or(strings.Join(evidence, "; "), noneMade))
}

// proveNothingLeft asks by tag and by name, beside the receipt.
func (r run) proveNothingLeft(ctx context.Context) error {
	var left []string
	for _, resource := range r.Receipt().Left() {
		left = append(left, resource.Kind+" "+resource.ID)
	}
	groups, err := r.taggedGroups(ctx)
	if err != nil {
		return err
	}
	for _, g := range groups {
		left = append(left, steps.KindSecurityGroup+" "+g.ID)
	}
	if r.Setup().Private() {
		endpoints, err := r.ownEndpoints(ctx)
		if err != nil {
			return err
		}
		for _, e := range endpoints {
			left = append(left, steps.KindVPCEndpoint+" "+e.ID)
		}
	}
	if rec, ok := r.newestRecord(steps.KindLogGroup); ok {
		exists, err := r.Services().Logs.LogGroupExists(ctx, rec.Name)
		if err != nil {
			return fmt.Errorf("look for the function's log: %w", err)
		}
		if exists { // written again since it was deleted: the next clean-up takes it
			if err := r.Intend(steps.KindLogGroup, rec.Name); err != nil {
				return err
			}
			left = append(left, steps.KindLogGroup+" "+rec.Name)
		}
	}
	rotating, err := r.rotatedSecret(ctx)
	if err != nil {
		return err
	}
	if rotating.RotationEnabled {
		left = append(left, "the rotation of "+rotating.Name)
	}
	r.ReportUsed()
	if len(left) > 0 {
		return r.Prove("nothing-left", false, strings.Join(left, ", "))
	}
	return r.Prove("nothing-left", true, fmt.Sprintf("all %d resources of the run are removed", len(r.Receipt().Resources)))
}

// taggedGroups returns the security groups that carry the run's tag. One that
// was just deleted can still be listed for a moment.
func (r run) taggedGroups(ctx context.Context) ([]steps.SecurityGroup, error) {
	var groups []steps.SecurityGroup
	err := r.Poll(ctx, steps.Polling{
		For: "the last traces to go", Quiet: true, Every: r.Intervals().Stack, Deadline: tracesDeadline,
		Look: func(ctx context.Context) (string, bool, error) {
			var err error
			groups, err = r.Services().Network.SecurityGroupsByTag(ctx, r.Tags()[0])
			if err != nil {
				return "", false, fmt.Errorf("look for security groups: %w", err)
			}
			return format.Count(len(groups), "security group"), len(groups) == 0, nil
		},
	})
	if _, timedOut := errors.AsType[*steps.TimeoutError](err); timedOut {
		return groups, nil
	}
	return groups, err
}

// newestRecord returns the latest record of a kind, removed or not.
func (r run) newestRecord(kind string) (steps.ResourceRecord, bool) {
	var found steps.ResourceRecord
	ok := false
	for _, rec := range r.Receipt().Resources {
		if rec.Kind == kind {
			found, ok = rec, true
		}
	}
	return found, ok
}
