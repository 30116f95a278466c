package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"keyturn/steps/format"
)

// proveClean looks in the account for what the receipt says is removed.
func (r *Run) proveClean(ctx context.Context) error {
	for _, look := range []func(*Run, context.Context) error{
		(*Run).proveSecretScheduled, (*Run).proveDatabaseDeleted, (*Run).proveFunctionDeleted,
		(*Run).proveRuleRevoked, (*Run).proveNothingLeft,
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

func (r *Run) proveSecretScheduled(ctx context.Context) error {
	const check = "secret-scheduled-for-deletion"
	rec, ok := r.newest(KindSecret)
	if !ok {
		return r.prove(check, true, noneMade)
	}
	secret, err := r.account.Services.Secrets.DescribeSecret(ctx, cmp.Or(rec.ID, rec.Name))
	switch {
	case errors.Is(err, ErrNotFound):
		return r.prove(check, true, rec.Name+" is gone")
	case err != nil:
		return fmt.Errorf("look for the secret: %w", err)
	case secret.DeletedAt.IsZero():
		return r.prove(check, false, rec.Name+" is still there")
	}
	return r.prove(check, true, fmt.Sprintf("%s will be deleted for good on %s", rec.Name, format.Day(secret.DeletedAt)))
}

func (r *Run) proveDatabaseDeleted(ctx context.Context) error {
	const check = "database-deleted"
	rec, ok := r.newest(KindDatabase)
	if !ok {
		return r.prove(check, true, noneMade)
	}
	db, err := r.account.Services.Databases.DescribeDBInstance(ctx, rec.Name)
	switch {
	case errors.Is(err, ErrNotFound):
		return r.prove(check, true, rec.Name+" is gone")
	case err != nil:
		return fmt.Errorf("look for the database: %w", err)
	}
	return r.prove(check, !r.owned(db.Tags), rec.Name+" is "+db.Status)
}

func (r *Run) proveFunctionDeleted(ctx context.Context) error {
	const check = "function-deleted"
	rec, ok := r.newest(KindStack)
	if !ok {
		return r.prove(check, true, noneMade)
	}
	id := cmp.Or(rec.ID, stackPrefix+rec.Name)
	stack, err := r.account.Services.Stacks.DescribeStack(ctx, id)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("look for the stack: %w", err)
	}
	gone := err != nil || stack.Status == "DELETE_COMPLETE"
	if !gone {
		return r.prove(check, false, fmt.Sprintf("stack %s is %s", rec.Name, stack.Status))
	}
	return r.prove(check, true, "its stack "+rec.Name+" is deleted, and its role and permission with it")
}

func (r *Run) proveRuleRevoked(ctx context.Context) error {
	const check = "rule-revoked"
	rec, ok := r.newest(KindSecurityGroup)
	if !ok || rec.ID == "" {
		return r.prove(check, true, noneMade)
	}
	group, err := r.account.Services.Network.SecurityGroup(ctx, rec.ID)
	switch {
	case errors.Is(err, ErrNotFound):
		return r.prove(check, true, "the security group "+rec.ID+" is gone, and its rule with it")
	case err != nil:
		return fmt.Errorf("look for the security group: %w", err)
	}
	return r.prove(check, len(group.Rules) == 0, fmt.Sprintf("%s has %d inbound rules", rec.ID, len(group.Rules)))
}

// proveNothingLeft asks by tag and by name, beside the receipt.
func (r *Run) proveNothingLeft(ctx context.Context) error {
	var left []string
	for _, resource := range r.Receipt().Left() {
		left = append(left, resource.Kind+" "+resource.ID)
	}
	groups, err := r.taggedGroups(ctx)
	if err != nil {
		return err
	}
	for _, g := range groups {
		left = append(left, KindSecurityGroup+" "+g.ID)
	}
	if rec, ok := r.newest(KindLogGroup); ok {
		exists, err := r.account.Services.Logs.LogGroupExists(ctx, rec.Name)
		if err != nil {
			return fmt.Errorf("look for the function's log: %w", err)
		}
		if exists {
			left = append(left, KindLogGroup+" "+rec.Name)
		}
	}
	if len(left) > 0 {
		return r.prove("nothing-left", false, strings.Join(left, ", "))
	}
	return r.prove("nothing-left", true, fmt.Sprintf("all %d resources of the run are removed", len(r.Receipt().Resources)))
}

// taggedGroups returns the security groups that carry the run's tag. One that
// was just deleted can still be listed for a moment.
func (r *Run) taggedGroups(ctx context.Context) ([]SecurityGroup, error) {
	var groups []SecurityGroup
	err := r.await(ctx, wait{
		what: "the last traces to go", attempt: true, every: r.pace().Stack, deadline: tracesDeadline,
		look: func(ctx context.Context) (string, bool, error) {
			var err error
			groups, err = r.account.Services.Network.SecurityGroupsByTag(ctx, r.tags()[0])
			if err != nil {
				return "", false, fmt.Errorf("look for security groups: %w", err)
			}
			return fmt.Sprintf("%d security groups", len(groups)), len(groups) == 0, nil
		},
	})
	if _, timedOut := errors.AsType[*TimeoutError](err); timedOut {
		return groups, nil
	}
	return groups, err
}

// newest returns the latest record of a kind, removed or not.
func (r *Run) newest(kind string) (ResourceRecord, bool) {
	var found ResourceRecord
	ok := false
	for _, rec := range r.Receipt().Resources {
		if rec.Kind == kind {
			found, ok = rec, true
		}
	}
	return found, ok
}
