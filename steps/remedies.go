package steps

import (
	"context"
	"fmt"
	"time"
)

// openAgain adds the inbound rule that the run's own group lacks.
func (r *Run) openAgain(group SecurityGroup) Remedy {
	open := openPort()
	return Remedy{
		ID:    "open-port",
		Label: fmt.Sprintf("open port %d to %s, then try again", mysqlPort, whom(anywhere)),
		Plan:  []PlannedCall{open.call},
		Apply: func(ctx context.Context, r *Run) error {
			r.note(func(s *State) { s.Group = group })
			if err := r.removed(KindInboundRule, ruleName(anywhere), time.Time{}); err != nil {
				return err
			}
			return open.do(ctx, r)
		},
	}
}

// resetPassword makes the database's master password what the secret's
// AWSCURRENT says. It is offered where the secret is of the database's master
// user.
func (r *Run) resetPassword() (Remedy, bool) {
	s := r.State()
	if s.Database.ID == "" || s.SecretARN == "" {
		return Remedy{}, false
	}
	return Remedy{
		ID:    "reset-password",
		Label: "set the database's master password to the one in the secret, then try again",
		Plan: []PlannedCall{{
			Service: "rds", Operation: "ModifyDBInstance", Why: "set the master password to the one in the version " + LabelCurrent,
		}},
		Apply: func(ctx context.Context, r *Run) error {
			_, credentials, err := r.readSecret(ctx, LabelCurrent)
			if err != nil {
				return err
			}
			return r.setMasterPassword(ctx, credentials.Password)
		},
	}, true
}

// restoreSecret takes a secret back from its waiting period; the step's next
// attempt stores this database's sign-in in it.
func (r *Run) restoreSecret() Remedy {
	return Remedy{
		ID:    "restore-secret",
		Label: "restore the secret and let it hold this database's sign-in",
		Plan:  []PlannedCall{{Service: "secretsmanager", Operation: "RestoreSecret", Why: "take the secret back before it is deleted"}},
		Apply: func(ctx context.Context, r *Run) error {
			name := r.Setup().SecretName
			secret, err := r.account.Services.Secrets.DescribeSecret(ctx, name)
			if err != nil {
				return fmt.Errorf("look for the secret: %w", err)
			}
			return r.make(KindSecret, name, func() (string, error) {
				if err := r.account.Services.Secrets.RestoreSecret(ctx, name); err != nil {
					return "", fmt.Errorf("restore the secret: %w", err)
				}
				return secret.ARN, nil
			})
		},
	}
}
