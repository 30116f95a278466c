package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	deletionDeadline = time.Hour
	groupDeadline    = 10 * time.Minute
)

// secretInReceipt returns the run's secret as it is now, with the name of its
// record; a zero one if there is none to remove.
func (r *Run) secretInReceipt(ctx context.Context) (SecretDescription, error) {
	for _, rec := range r.Receipt().Existing(KindSecret) {
		secret, err := r.account.Services.Secrets.DescribeSecret(ctx, cmp.Or(rec.ID, rec.Name))
		switch {
		case errors.Is(err, ErrNotFound):
			err = r.removed(KindSecret, rec.Name, time.Time{})
		case err != nil:
			return SecretDescription{}, fmt.Errorf("look for the secret: %w", err)
		case rec.ID == "" && !r.owned(secret.Tags):
			err = r.abandon(KindSecret, rec.Name)
		case !secret.DeletedAt.IsZero():
			err = errors.Join(r.made(KindSecret, rec.Name, secret.ARN), r.removed(KindSecret, rec.Name, secret.DeletedAt))
		default:
			return secret, r.made(KindSecret, rec.Name, secret.ARN)
		}
		if err != nil {
			return SecretDescription{}, err
		}
	}
	return SecretDescription{}, nil
}

func (r *Run) removeRotation(ctx context.Context) ([]action, error) {
	secret, err := r.secretInReceipt(ctx)
	if err != nil || !secret.RotationEnabled {
		return nil, err
	}
	return []action{act("secretsmanager", "CancelRotateSecret", "turn rotation off", func(ctx context.Context, r *Run) error {
		err := r.account.Services.Secrets.CancelRotation(ctx, secret.ARN)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("turn rotation off: %w", err)
		}
		return nil
	})}, nil
}

func (r *Run) removeFunction(ctx context.Context) ([]action, error) {
	if len(r.Receipt().Existing(KindStack)) == 0 {
		return nil, r.removedAll(KindFunction)
	}
	stack, err := r.findStack(ctx)
	if err != nil {
		return nil, err
	}
	if stack.ID == "" {
		return nil, errors.Join(r.removedAll(KindFunction), r.removedAll(KindStack))
	}
	return []action{deleteStack(stack, "delete the rotation function and its role")}, nil
}

func (r *Run) removeSecret(ctx context.Context) ([]action, error) {
	secret, err := r.secretInReceipt(ctx)
	if err != nil || secret.ARN == "" {
		return nil, err
	}
	days := r.Setup().RecoveryDays
	why := fmt.Sprintf("schedule the secret's deletion in %d days", days)
	return []action{act("secretsmanager", "DeleteSecret", why, func(ctx context.Context, r *Run) error {
		secrets := r.account.Services.Secrets
		until, err := secrets.DeleteSecret(ctx, secret.ARN, days)
		if errors.Is(err, ErrScheduledForDeletion) { // by this call, if its first answer was lost
			var now SecretDescription
			now, err = secrets.DescribeSecret(ctx, secret.ARN)
			until = now.DeletedAt
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("delete the secret: %w", err)
		}
		return r.removed(KindSecret, secret.Name, until)
	})}, nil
}

func (r *Run) removeDatabase(ctx context.Context) ([]action, error) {
	databases := r.account.Services.Databases
	var actions []action
	for _, rec := range r.Receipt().Existing(KindDatabase) {
		db, err := databases.DescribeDBInstance(ctx, rec.Name)
		switch {
		case errors.Is(err, ErrNotFound):
			err = r.removed(KindDatabase, rec.Name, time.Time{})
		case err != nil:
			err = fmt.Errorf("look for the database: %w", err)
		case !r.owned(db.Tags):
			err = r.abandon(KindDatabase, rec.Name)
		default:
			err = r.made(KindDatabase, rec.Name, db.ID)
			if db.DeletionProtected {
				actions = append(actions, allowDeletion(db.ID))
			}
			if db.Status != "deleting" {
				actions = append(actions, deleteDatabase(db.ID))
			}
			actions = append(actions, then(func(r *Run, ctx context.Context) error { return r.awaitDeletion(ctx, db.ID) }))
		}
		if err != nil {
			return nil, err
		}
	}
	return actions, nil
}

func allowDeletion(id string) action {
	return act("rds", "ModifyDBInstance", "switch the database's deletion protection off", func(ctx context.Context, r *Run) error {
		err := r.modifyDatabase(ctx, func(ctx context.Context) error {
			return r.account.Services.Databases.AllowDeletion(ctx, id)
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
	return act("rds", "DeleteDBInstance", why, func(ctx context.Context, r *Run) error {
		return r.await(ctx, wait{
			what: "the database to be deletable", attempt: true, every: r.pace().Database, deadline: databaseDeadline,
			look: func(ctx context.Context) (string, bool, error) {
				err := r.account.Services.Databases.DeleteDBInstance(ctx, id)
				switch {
				case errors.Is(err, ErrInvalidState):
					return "busy", false, nil
				case err != nil && !errors.Is(err, ErrNotFound):
					return "", false, fmt.Errorf("delete the database: %w", err)
				}
				return "deleting", true, nil
			},
		})
	})
}

func (r *Run) awaitDeletion(ctx context.Context, id string) error {
	err := r.await(ctx, wait{
		what: "the database to be deleted", every: r.pace().Database, usual: deletionUsual, deadline: deletionDeadline,
		look: func(ctx context.Context) (string, bool, error) {
			db, err := r.account.Services.Databases.DescribeDBInstance(ctx, id)
			if errors.Is(err, ErrNotFound) {
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
	return r.removed(KindDatabase, id, time.Time{})
}

func (r *Run) removeGroup(ctx context.Context) ([]action, error) {
	if len(r.Receipt().Existing(KindSecurityGroup)) == 0 {
		return nil, r.removedAll(KindInboundRule)
	}
	group, err := r.findGroup(ctx)
	if err != nil {
		return nil, err
	}
	if group.ID == "" {
		return nil, errors.Join(r.removedAll(KindInboundRule), r.removedAll(KindSecurityGroup))
	}
	var actions []action
	for _, rule := range group.Rules {
		actions = append(actions, closePort(group.ID, rule))
	}
	return append(actions, deleteGroup(group)), nil
}

func closePort(groupID string, rule InboundRule) action {
	why := fmt.Sprintf("close port %d to %s", mysqlPort, whom(rule.CIDR))
	return act("ec2", "RevokeSecurityGroupIngress", why, func(ctx context.Context, r *Run) error {
		err := r.account.Services.Network.ClosePort(ctx, groupID, rule.ID)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("close the port: %w", err)
		}
		return r.removed(KindInboundRule, ruleName(rule.CIDR), time.Time{})
	})
}

// deleteGroup asks again while a network interface of the database is on its
// way out.
func deleteGroup(group SecurityGroup) action {
	return act("ec2", "DeleteSecurityGroup", "delete the run's security group", func(ctx context.Context, r *Run) error {
		err := r.await(ctx, wait{
			what: "the security group to be unused", attempt: true, every: r.pace().Stack, deadline: groupDeadline,
			look: func(ctx context.Context) (string, bool, error) {
				err := r.account.Services.Network.DeleteSecurityGroup(ctx, group.ID)
				switch {
				case errors.Is(err, ErrInUse):
					return "in use", false, nil
				case err != nil && !errors.Is(err, ErrNotFound):
					return "", false, fmt.Errorf("delete the security group: %w", err)
				}
				return "deleted", true, nil
			},
		})
		if err != nil {
			return err
		}
		return errors.Join(r.removedAll(KindInboundRule), r.removedAll(KindSecurityGroup))
	})
}

// removeLogs comes last: Lambda may write a log a while after the function's
// end. A group that was never written counts as removed.
func (r *Run) removeLogs(context.Context) ([]action, error) {
	var actions []action
	for _, rec := range r.Receipt().Existing(KindLogGroup) {
		actions = append(actions, act("logs", "DeleteLogGroup", "delete the function's log", func(ctx context.Context, r *Run) error {
			err := r.account.Services.Logs.DeleteLogGroup(ctx, rec.Name)
			if err != nil && !errors.Is(err, ErrNotFound) {
				return fmt.Errorf("delete the function's log: %w", err)
			}
			return r.removed(KindLogGroup, rec.Name, time.Time{})
		}))
	}
	return actions, nil
}
