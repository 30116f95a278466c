package rotation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"keyturn/steps"
)

const (
	deletionDeadline = time.Hour
	groupDeadline    = 10 * time.Minute
)

// cleanupNeeds are the actions that remove what the other steps made; what they
// describe at, those steps need to see, too.
func cleanupNeeds(p steps.PermissionScope) []steps.Permission {
	needs := steps.PermissionsFor([]string{secretARN(p)}, "secretsmanager:CancelRotateSecret")
	if makesSecret(p.Setup) {
		needs = append(needs, steps.PermissionsFor([]string{secretARN(p)}, "secretsmanager:DeleteSecret")...)
	}
	needs = append(needs, stackRemovalNeeds(p)...)
	if makesDatabase(p.Setup) {
		needs = append(needs, steps.PermissionsFor([]string{p.ARN("rds", "db:"+p.Setup.DatabaseID())}, "rds:DeleteDBInstance")...)
	}
	group := []string{p.ARN("ec2", "security-group/*")}
	makesGroup := makesDatabase(p.Setup) || p.Setup.Private()
	if makesGroup || p.Setup.DBExistingRule != steps.RuleNone {
		needs = append(needs, steps.Permission{
			Action: "ec2:RevokeSecurityGroupIngress", Resources: group,
			Try: func(ctx context.Context, s steps.Services) error { return s.Permissions.DryRunClosePort(ctx) },
		})
	}
	if makesGroup {
		needs = append(needs, steps.Permission{
			Action: "ec2:DeleteSecurityGroup", Resources: group,
			Try: func(ctx context.Context, s steps.Services) error { return s.Permissions.DryRunDeleteSecurityGroup(ctx) },
		})
	}
	needs = append(needs, networkRemovalNeeds(p)...)
	if functionFrom(p) == steps.FunctionExisting {
		return needs // its log is its owner's
	}
	needs = append(needs, steps.PermissionsFor([]string{p.ARN("logs", "log-group:"+logGroup(p.Setup.FunctionName)+":*")}, "logs:DeleteLogGroup")...)
	return append(needs, steps.PermissionsFor([]string{"*"}, "logs:DescribeLogGroups")...)
}

// secretInReceipt returns the run's secret as it is now, with the name of its
// record; a zero one if there is none to remove.
func (r run) secretInReceipt(ctx context.Context) (steps.SecretDescription, error) {
	for _, rec := range r.Receipt().Existing(steps.KindSecret) {
		secret, err := r.Services().Secrets.DescribeSecret(ctx, cmp.Or(rec.ID, rec.Name))
		switch {
		case errors.Is(err, steps.ErrNotFound):
			err = r.RecordRemoved(steps.KindSecret, rec.Name, time.Time{})
		case err != nil:
			return steps.SecretDescription{}, fmt.Errorf("look for the secret: %w", err)
		case rec.ID == "" && !r.Owns(secret.Tags):
			err = r.Forget(steps.KindSecret, rec.Name)
		case !secret.DeletedAt.IsZero():
			err = errors.Join(r.RecordCreated(steps.KindSecret, rec.Name, secret.ARN), r.RecordRemoved(steps.KindSecret, rec.Name, secret.DeletedAt))
		default:
			return secret, r.RecordCreated(steps.KindSecret, rec.Name, secret.ARN)
		}
		if err != nil {
			return steps.SecretDescription{}, err
		}
	}
	return steps.SecretDescription{}, nil
}

func (r run) removeRotation(ctx context.Context) ([]action, error) {
	secret, err := r.rotatedSecret(ctx)
	if err != nil || !secret.RotationEnabled {
		return nil, err
	}
	if r.functionFrom() == steps.FunctionTransform && len(r.Receipt().Existing(steps.KindStack)) > 0 {
		stack, err := r.findStack(ctx)
		if err != nil || stack.ID != "" {
			return nil, err // its stack turns rotation off
		}
	}
	return []action{newCall("secretsmanager", "CancelRotateSecret", "turn rotation off", func(ctx context.Context, r run) error {
		err := r.Services().Secrets.CancelRotation(ctx, secret.ARN)
		if err != nil && !errors.Is(err, steps.ErrNotFound) {
			return fmt.Errorf("turn rotation off: %w", err)
		}
		return nil
	})}, nil
}

func (r run) removeFunction(ctx context.Context) ([]action, error) {
	if len(r.Receipt().Existing(steps.KindStack)) == 0 {
		return nil, r.RecordAllRemoved(steps.KindFunction)
	}
	stack, err := r.findStack(ctx)
	if err != nil {
		return nil, err
	}
	if stack.ID == "" {
		return nil, errors.Join(r.RecordAllRemoved(steps.KindFunction), r.RecordAllRemoved(steps.KindStack))
	}
	why := "delete the rotation function and its role"
	if r.functionFrom() == steps.FunctionTransform {
		why = "turn rotation off, and " + why
	}
	return []action{deleteStack(stack, why)}, nil
}

func (r run) removeSecret(ctx context.Context) ([]action, error) {
	secret, err := r.secretInReceipt(ctx)
	if err != nil || secret.ARN == "" {
		return nil, err
	}
	days := r.Setup().RecoveryDays
	why := fmt.Sprintf("schedule the secret's deletion in %d days", days)
	return []action{newCall("secretsmanager", "DeleteSecret", why, func(ctx context.Context, r run) error {
		secrets := r.Services().Secrets
		until, err := secrets.DeleteSecret(ctx, secret.ARN, days)
		if errors.Is(err, steps.ErrScheduledForDeletion) { // by this call, if its first answer was lost
			var now steps.SecretDescription
			now, err = secrets.DescribeSecret(ctx, secret.ARN)
			until = now.DeletedAt
		}
		if err != nil && !errors.Is(err, steps.ErrNotFound) {
			return fmt.Errorf("delete the secret: %w", err)
		}
		return r.RecordRemoved(steps.KindSecret, secret.Name, until)
	})}, nil
}

func (r run) removeDatabase(ctx context.Context) ([]action, error) {
	databases := r.Services().Databases
	var actions []action
	for _, rec := range r.Receipt().Existing(steps.KindDatabase) {
		db, err := databases.DescribeDBInstance(ctx, rec.Name)
		switch {
		case errors.Is(err, steps.ErrNotFound):
			err = r.RecordRemoved(steps.KindDatabase, rec.Name, time.Time{})
		case err != nil:
			err = fmt.Errorf("look for the database: %w", err)
		case !r.Owns(db.Tags):
			err = r.Forget(steps.KindDatabase, rec.Name)
		default:
			err = r.RecordCreated(steps.KindDatabase, rec.Name, db.ID)
			if db.DeletionProtected {
				actions = append(actions, allowDeletion(db.ID))
			}
			if db.Status != "deleting" {
				actions = append(actions, deleteDatabase(db.ID))
			}
			actions = append(actions, readOnlyAction(func(r run, ctx context.Context) error { return r.waitForDatabaseDeleted(ctx, db.ID) }))
		}
		if err != nil {
			return nil, err
		}
	}
	return actions, nil
}

func allowDeletion(id string) action {
	return newCall("rds", "ModifyDBInstance", "switch the database's deletion protection off", func(ctx context.Context, r run) error {
		err := r.modifyDatabase(ctx, func(ctx context.Context) error {
			return r.Services().Databases.AllowDeletion(ctx, id)
		})
		if err != nil {
			return fmt.Errorf("switch deletion protection off: %w", err)
		}
		return nil
	})
}

// deleteDatabase asks again while the instance is in a state in which RDS does
// not delete it, such as creating or modifying.
func deleteDatabase(id string) action {
	why := "delete " + id + ", no final snapshot"
	return newCall("rds", "DeleteDBInstance", why, func(ctx context.Context, r run) error {
		return r.Poll(ctx, steps.Polling{
			For: "the database to be deletable", Quiet: true, Every: r.Intervals().Database, Deadline: databaseDeadline,
			Look: func(ctx context.Context) (string, bool, error) {
				err := r.Services().Databases.DeleteDBInstance(ctx, id)
				switch {
				case errors.Is(err, steps.ErrInvalidState):
					return "busy", false, nil
				case err != nil && !errors.Is(err, steps.ErrNotFound):
					return "", false, fmt.Errorf("delete the database: %w", err)
				}
				return "deleting", true, nil
			},
		})
	})
}

func (r run) waitForDatabaseDeleted(ctx context.Context, id string) error {
	err := r.Poll(ctx, steps.Polling{
		For: "the database to be deleted", Every: r.Intervals().Database, Usual: deletionUsual, Deadline: deletionDeadline,
		Look: func(ctx context.Context) (string, bool, error) {
			db, err := r.Services().Databases.DescribeDBInstance(ctx, id)
			if errors.Is(err, steps.ErrNotFound) {
				return "deleted", true, nil
			}
			if err != nil {
				return "", false, fmt.Errorf("look at the database: %w", err)
			}
			return db.Status, false, nil
		},
	})
	if err != nil {
		return err
	}
	return r.RecordRemoved(steps.KindDatabase, id, time.Time{})
}

func (r run) removeGroup(ctx context.Context) ([]action, error) {
	if len(r.Receipt().Existing(steps.KindSecurityGroup)) == 0 {
		return nil, r.recordGroupRulesRemoved()
	}
	group, err := r.findGroup(ctx)
	if err != nil {
		return nil, err
	}
	if group.ID == "" {
		return nil, errors.Join(r.recordGroupRulesRemoved(), r.RecordAllRemoved(steps.KindSecurityGroup))
	}
	var actions []action
	for _, rule := range group.Rules {
		actions = append(actions, closePort(group.ID, rule))
	}
	if r.Setup().Private() {
		actions = append(actions, readOnlyAction(func(r run, ctx context.Context) error { return r.waitForInterfacesDeleted(ctx, group.ID) }))
	}
	return append(actions, deleteGroup(group)), nil
}

func closePort(groupID string, rule steps.InboundRule) action {
	why := fmt.Sprintf("close port %d to %s", rule.FromPort, describeCIDR(rule.Peer()))
	if rule.Source == groupID {
		why = fmt.Sprintf("close port %d within the run's group", rule.FromPort)
	}
	return newCall("ec2", "RevokeSecurityGroupIngress", why, func(ctx context.Context, r run) error {
		err := r.Services().Network.ClosePort(ctx, groupID, rule.ID)
		if err != nil && !errors.Is(err, steps.ErrNotFound) {
			return fmt.Errorf("close the port: %w", err)
		}
		return r.RecordRemoved(steps.KindInboundRule, r.ruleRecordName(rule), time.Time{})
	})
}

// deleteGroup asks again while a network interface of the database is on its
// functionNetwork out.
func deleteGroup(group steps.SecurityGroup) action {
	return newCall("ec2", "DeleteSecurityGroup", "delete the run's security group", func(ctx context.Context, r run) error {
		err := r.Poll(ctx, steps.Polling{
			For: "the security group to be unused", Quiet: true, Every: r.Intervals().Stack, Deadline: r.unusedDeadline(),
			Look: func(ctx context.Context) (string, bool, error) {
				err := r.Services().Network.DeleteSecurityGroup(ctx, group.ID)
				switch {
				case errors.Is(err, steps.ErrInUse):
					return "in use", false, nil
				case err != nil && !errors.Is(err, steps.ErrNotFound):
					return "", false, fmt.Errorf("delete the security group: %w", err)
				}
				return "deleted", true, nil
			},
		})
		if err != nil {
			return err
		}
		return errors.Join(r.recordGroupRulesRemoved(), r.RecordAllRemoved(steps.KindSecurityGroup))
	})
}

// removeLogs comes last: by now no function writes to the log any more. A group
// that was never written counts as removed.
func (r run) removeLogs(context.Context) ([]action, error) {
	var actions []action
	for _, rec := range r.Receipt().Existing(steps.KindLogGroup) {
		actions = append(actions, deleteLog(rec.Name))
	}
	return actions, nil
}

// deleteLog deletes the log until it stays away: lines are delivered seconds
// after they are written, and the first makes the group again.
func deleteLog(group string) action {
	return newCall("logs", "DeleteLogGroup", "delete the function's log", func(ctx context.Context, r run) error {
		logs := r.Services().Logs
		err := r.Poll(ctx, steps.Polling{
			For: "the function's log to stay away", Every: r.Intervals().Stack, Deadline: tracesDeadline, Quiet: true,
			Look: func(ctx context.Context) (string, bool, error) {
				if err := logs.DeleteLogGroup(ctx, group); err != nil && !errors.Is(err, steps.ErrNotFound) {
					return "", false, fmt.Errorf("delete the function's log: %w", err)
				}
				exists, err := logs.LogGroupExists(ctx, group)
				if err != nil {
					return "", false, fmt.Errorf("look for the function's log: %w", err)
				}
				return "there again", !exists, nil
			},
		})
		if err != nil {
			return err
		}
		return r.RecordRemoved(steps.KindLogGroup, group, time.Time{})
	})
}
