package rotation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"keyturn/steps"
	"keyturn/steps/format"
)

// secretStep stores how to sign in to the database.
func secretStep() steps.Step {
	return newStep(steps.Step{
		ID: StepSecret, Name: "Secret", Title: "Create your secret",
		Questions: secretQuestions(),
		Needs:     secretNeeds, Preflight: preflightChecks(run.preflightSecret),
		About: func(steps.Setup) steps.About {
			return steps.About{
				Costs:    format.Dollars(steps.PricePerSecretMonth) + " a month (estimate), by the hour; the default key is free",
				UndoneBy: "step 6, or keyturn cleanup",
				Usual:    2 * time.Second,
			}
		},
		Preview: func(r *steps.Run) string { return run{r}.secretPreview() },
		Result: func(r *steps.Run) steps.Result {
			s := run{r}.state()
			facts := []steps.Fact{
				{Label: "Secret", Value: r.Setup().Secret()},
				{Label: "ARN", Value: s.SecretARN},
			}
			return steps.Result{Facts: append(facts, versionFacts(s.Versions)...)}
		},
	}, checkSecret)
}

// secretNeeds are the actions that make the secret and read it. DescribeSecret
// needs every resource: where the secret is not there yet, Secrets Manager holds
// a policy against its bare name.
func secretNeeds(p steps.PermissionScope) []steps.Permission {
	needs := steps.PermissionsFor([]string{"*"}, "secretsmanager:DescribeSecret")
	if p.Setup.SecretExisting != "" {
		return append(needs, steps.PermissionsFor([]string{secretARN(p)}, "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue")...)
	}
	needs = append(needs, steps.PermissionsFor([]string{p.ARN("secretsmanager", "secret:"+p.Setup.SecretName+"*")},
		"secretsmanager:CreateSecret", "secretsmanager:TagResource")...)
	return append(needs, steps.PermissionsFor([]string{secretARN(p)}, "secretsmanager:GetSecretValue")...)
}

// secretARN is the secret's ARN, whose last six characters Secrets Manager makes
// up.
func secretARN(p steps.PermissionScope) string {
	if strings.HasPrefix(p.Setup.SecretExisting, "arn:") {
		return p.Setup.SecretExisting
	}
	return p.ARN("secretsmanager", "secret:"+p.Setup.Secret()+"-??????")
}

func checkSecret(ctx context.Context, r run) ([]action, error) {
	db, err := r.requireDatabase(ctx)
	if err != nil {
		return nil, err
	}
	secret, err := r.findSecret(ctx)
	if err != nil {
		return nil, err
	}
	if r.usesExistingSecret() {
		return r.completeSecret(ctx, db, secret)
	}
	stored, err := r.storedCredentials(ctx, secret)
	if err != nil {
		return nil, err
	}
	known, given := r.state().OldPassword, r.Setup().MasterPassword
	ofDatabase := stored.Host == db.Host && stored.Username == db.Username
	if !ofDatabase && r.usesExistingDatabase() {
		if err := r.proveGivenPassword(ctx, db.Username); err != nil {
			return nil, err
		}
	}
	switch {
	case ofDatabase && (known.IsZero() || known.Equal(stored.Password) || hasLabel(secret, r.Receipt().Tokens[TokenRotation], steps.LabelCurrent)):
		r.rememberPassword(versionWithLabel(secret, steps.LabelCurrent), stored.Password)
		r.rememberVersions(secret)
		return nil, nil
	case known.IsZero() && given.IsZero():
		return []action{replaceMasterPassword(), storeSecret(secret)}, nil
	case known.IsZero():
		r.update(func(s *State) { s.OldPassword = given })
	}
	return []action{storeSecret(secret)}, nil
}

// requireDatabase returns the run's database; a step that needs one fails with
// ErrNotFound where it is gone.
func (r run) requireDatabase(ctx context.Context) (steps.DBInstance, error) {
	if db := r.state().Database; db.Host != "" {
		return db, nil
	}
	db, err := r.findDatabase(ctx)
	if err != nil {
		return steps.DBInstance{}, err
	}
	if db.ID == "" {
		return steps.DBInstance{}, fmt.Errorf("look for the database %s: %w", r.Setup().DatabaseID(), steps.ErrNotFound)
	}
	if err := r.waitForDatabase(ctx); err != nil {
		return steps.DBInstance{}, err
	}
	return r.state().Database, nil
}

// findSecret returns the run's secret, a zero one if there is none yet, or a
// *NameTakenError if the name is somebody else's or scheduled for deletion. A
// secret that the receipt has by its ARN is the run's without a tag too: a
// remedy restored it.
func (r run) findSecret(ctx context.Context) (steps.SecretDescription, error) {
	if r.usesExistingSecret() {
		return r.findExistingSecret(ctx)
	}
	name := r.Setup().SecretName
	secret, err := r.Services().Secrets.DescribeSecret(ctx, name)
	if errors.Is(err, steps.ErrNotFound) {
		return steps.SecretDescription{}, nil
	}
	if err != nil {
		return steps.SecretDescription{}, fmt.Errorf("look for the secret: %w", err)
	}
	record, known := r.Receipt().Record(steps.KindSecret, name)
	ours := r.Owns(secret.Tags) || known && record.ID == secret.ARN
	if !secret.DeletedAt.IsZero() || !ours {
		return steps.SecretDescription{}, &steps.NameTakenError{
			Kind: steps.KindSecret, Name: name, Owner: steps.Owner(secret.Tags), ScheduledForDeletion: !secret.DeletedAt.IsZero(),
		}
	}
	r.update(func(s *State) { s.SecretARN = secret.ARN })
	r.rememberVersions(secret)
	return secret, r.RecordCreated(steps.KindSecret, name, secret.ARN)
}

// storedCredentials returns what the secret says now; nothing if there is no
// secret, if it has no value, or if its value is something else. The host alone
// does not tell one database from its successor: RDS gives an identifier the
// same endpoint each time.
func (r run) storedCredentials(ctx context.Context, secret steps.SecretDescription) (steps.Credentials, error) {
	if secret.ARN == "" {
		return steps.Credentials{}, nil
	}
	value, err := r.Services().Secrets.SecretValue(ctx, secret.ARN, "", steps.LabelCurrent)
	if errors.Is(err, steps.ErrNotFound) {
		return steps.Credentials{}, nil
	}
	if err != nil {
		return steps.Credentials{}, fmt.Errorf("read the secret: %w", err)
	}
	stored, err := parseCredentials(value.JSON)
	if err != nil {
		return steps.Credentials{}, nil //nolint:nilerr // another kind of secret is replaced like none
	}
	return stored, nil
}

// storeSecret makes the secret, or puts the value into the one that is there.
func storeSecret(secret steps.SecretDescription) action {
	if secret.ARN != "" {
		return newCall("secretsmanager", "PutSecretValue", "store how to sign in to the database", func(ctx context.Context, r run) error {
			return r.putSecret(ctx, secret.ARN)
		})
	}
	return newCall("secretsmanager", "CreateSecret", "store how to sign in to the database", func(ctx context.Context, r run) error {
		return r.createSecret(ctx)
	})
}

func (r run) createSecret(ctx context.Context) error {
	token, err := r.Token(TokenSecret)
	if err != nil {
		return err
	}
	name := r.Setup().SecretName
	value, err := r.secretValue()
	if err != nil {
		return err
	}
	return r.Create(steps.KindSecret, name, func() (string, error) {
		arn, version, err := r.Services().Secrets.CreateSecret(ctx, name,
			"How to sign in to the tutorial's database; made by keyturn", value, token, r.Tags())
		if errors.Is(err, steps.ErrAlreadyExists) || errors.Is(err, steps.ErrScheduledForDeletion) {
			_, taken := r.findSecret(ctx)
			err = errors.Join(taken, err)
		}
		if err != nil {
			return "", fmt.Errorf("create the secret: %w", err)
		}
		r.rememberStored(arn, version)
		return arn, nil
	})
}

func (r run) putSecret(ctx context.Context, arn string) error {
	value, err := r.secretValue()
	if err != nil {
		return err
	}
	version, err := r.Services().Secrets.PutSecretValue(ctx, arn, value, r.NewToken())
	if err != nil {
		return fmt.Errorf("store the sign-in in the secret: %w", err)
	}
	r.rememberStored(arn, version)
	return nil
}

// secretValue is the JSON for the database as the run knows it.
func (r run) secretValue() (steps.Password, error) {
	s := r.state()
	text, err := newSecretJSON(s.Database, r.username(), s.OldPassword).encode()
	return steps.NewPassword(text), err
}

func (r run) rememberStored(arn, version string) {
	r.update(func(s *State) {
		s.SecretARN = arn
		s.fingerprints[version] = s.OldPassword.Fingerprint()
		s.Versions = []steps.SecretVersion{{ID: version, Labels: []string{steps.LabelCurrent}, Fingerprint: s.OldPassword.Fingerprint()}}
	})
}

// replaceMasterPassword gives the database a password again that somebody
// knows: the first one was known only to the process that was interrupted.
func replaceMasterPassword() action {
	why := "give the database a new master password: the first was never stored"
	return newCall("rds", "ModifyDBInstance", why, func(ctx context.Context, r run) error {
		password, err := r.masterPassword(ctx)
		if err != nil {
			return err
		}
		return r.setMasterPassword(ctx, password)
	})
}

// setMasterPassword changes the master password and waits until it signs in.
func (r run) setMasterPassword(ctx context.Context, password steps.Password) error {
	db := r.state().Database
	err := r.modifyDatabase(ctx, func(ctx context.Context) error {
		return r.Services().Databases.SetMasterPassword(ctx, db.ID, password)
	})
	if err != nil {
		return fmt.Errorf("change the master password: %w", err)
	}
	c := steps.Credentials{Host: db.Host, Port: db.Port, Username: db.Username, Password: password}
	return r.Poll(ctx, steps.Polling{
		For: "the new master password to be in force", Quiet: true, Every: r.Intervals().Database, Usual: 30 * time.Second, Deadline: 5 * time.Minute,
		Look: func(ctx context.Context) (string, bool, error) {
			_, err := r.trySignIn(ctx, c)
			if errors.Is(err, steps.ErrPasswordRefused) {
				return "not yet", false, nil
			}
			if _, unreachable := errors.AsType[*expectedUnreachableError](err); unreachable {
				return "not seen from here", true, r.waitForDatabase(ctx)
			}
			return "in force", err == nil, err
		},
	})
}
