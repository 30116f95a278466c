package fault

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"keyturn/aws/sandbox/wire"
)

type rotateInput = secretsmanager.RotateSecretInput

func credentialFaults() []Fault {
	return []Fault{
		{
			Name: "wrong-password-in-secret", Family: Credentials,
			Wrong: "The database's password is changed before the rotation; the secret still has the old one.",
			strikes: []strike{{before: []string{rotate}, do: func(ctx context.Context, a *Account, _ any) error {
				return a.changePassword(ctx)
			}}},
		},
		{
			Name: "wrong-password-at-sign-in", Family: Credentials,
			Wrong: "The database's password is changed when the secret is stored, which has the old one.",
			strikes: []strike{{before: []string{"secretsmanager CreateSecret"}, do: func(ctx context.Context, a *Account, _ any) error {
				return a.changePassword(ctx)
			}}},
		},
		{
			Name: "hand-made-secret", Family: Credentials,
			Wrong: "Somebody wrote the secret by hand: its engine is not mysql.",
			strikes: []strike{{before: []string{rotate}, do: func(ctx context.Context, a *Account, in any) error {
				return a.edit(ctx, *in.(*rotateInput).SecretId, "engine", "postgres")
			}}},
		},
		{
			Name: "secret-without-host", Family: Credentials,
			Wrong: "Somebody wrote the secret by hand: it does not say where the database is.",
			strikes: []strike{{before: []string{rotate}, do: func(ctx context.Context, a *Account, in any) error {
				return a.edit(ctx, *in.(*rotateInput).SecretId, "host", nil)
			}}},
		},
		{
			Name: "secret-edited-in-rotation", Family: Credentials,
			Wrong: "Somebody puts another user into the secret while it is rotated.",
			strikes: []strike{{before: []string{"secretsmanager PutSecretValue"}, by: function, do: func(ctx context.Context, a *Account, in any) error {
				return a.edit(ctx, *in.(*secretsmanager.PutSecretValueInput).SecretId, "username", "somebody")
			}}},
		},
	}
}

func labelFaults() []Fault {
	return []Fault{
		{
			Name: "pending-on-another-version", Family: Labels,
			Wrong: "An earlier rotation left AWSPENDING on a version of its own.",
			strikes: []strike{{before: []string{rotate}, do: func(ctx context.Context, a *Account, in any) error {
				secret := *in.(*rotateInput).SecretId
				v, err := a.currentValue(ctx, secret)
				if err != nil {
					return err
				}
				if v["password"], err = a.password(ctx); err != nil {
					return err
				}
				return a.put(ctx, secret, "AWSPENDING", v)
			}}},
		},
		{
			Name: "name-scheduled-for-deletion", Family: Labels,
			Wrong: "A secret of the name is waiting to be deleted.",
			strikes: []strike{{before: []string{"secretsmanager DescribeSecret", "secretsmanager CreateSecret"}, do: func(ctx context.Context, a *Account, in any) error {
				name := wire.Member(in, "SecretId") + wire.Member(in, "Name")
				if _, err := a.secrets.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: &name, SecretString: aws.String("{}")}); err != nil {
					return err
				}
				_, err := a.secrets.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: &name, RecoveryWindowInDays: aws.Int64(7)})
				return err
			}}},
		},
		{
			Name: "rotation-cancelled", Family: Labels,
			Wrong: "Somebody cancels the rotation while it runs.",
			strikes: []strike{{before: []string{"secretsmanager GetRandomPassword"}, by: function, do: func(ctx context.Context, a *Account, _ any) error {
				out, err := a.secrets.ListSecrets(ctx, &secretsmanager.ListSecretsInput{})
				if err != nil {
					return err
				}
				for _, s := range out.SecretList {
					if aws.ToBool(s.RotationEnabled) {
						if _, err := a.secrets.CancelRotateSecret(ctx, &secretsmanager.CancelRotateSecretInput{SecretId: s.ARN}); err != nil {
							return err
						}
					}
				}
				return nil
			}}},
		},
	}
}

// changePassword gives each DB instance another master password.
func (a *Account) changePassword(ctx context.Context) error {
	password, err := a.password(ctx)
	if err != nil {
		return err
	}
	return a.modify(ctx, func(in *rds.ModifyDBInstanceInput) { in.MasterUserPassword = &password })
}

// edit puts a secret's current value back with one member changed, or left out.
func (a *Account) edit(ctx context.Context, secret, member string, to any) error {
	v, err := a.currentValue(ctx, secret)
	if err != nil {
		return err
	}
	if v[member] = to; to == nil {
		delete(v, member)
	}
	return a.put(ctx, secret, "AWSCURRENT", v)
}
