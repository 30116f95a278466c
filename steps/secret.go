package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"keyturn/steps/format"
)

// secretStep stores how to sign in to the database.
type secretStep struct{}

func (secretStep) ID() StepID            { return StepSecret }
func (secretStep) Name() string          { return "Secret" }
func (secretStep) Title() string         { return "Create your secret" }
func (secretStep) Lesson() string        { return lesson(StepSecret) }
func (secretStep) Questions() []Question { return secretQuestions() }
func (secretStep) Preview(r *Run) string { return r.secretPreview() }
func (secretStep) Removes() bool         { return false }

func (secretStep) About(Setup) About {
	return About{
		Costs:    format.Dollars(secretMonth) + " a month for the secret, counted by the hour (estimate); the default key costs nothing",
		UndoneBy: "step 6, or keyturn cleanup",
		Usual:    2 * time.Second,
	}
}

func (secretStep) Plan(r *Run) []PlannedCall { return r.planned(StepSecret) }

func (secretStep) Check(ctx context.Context, r *Run) error {
	db, err := r.needDatabase(ctx)
	if err != nil {
		return err
	}
	secret, err := r.findSecret(ctx)
	if err != nil {
		return err
	}
	stored, err := r.storedCredentials(ctx, secret)
	if err != nil {
		return err
	}
	var actions []action
	known, given := r.State().OldPassword, r.Setup().MasterPassword
	ofDatabase := stored.Host == db.Host && stored.Username == db.Username
	switch {
	case ofDatabase && (known.IsZero() || known.Equal(stored.Password) || hasLabel(secret, r.Receipt().Tokens[TokenRotation], LabelCurrent)):
		r.notePassword(versionWith(secret, LabelCurrent), stored.Password)
		r.noteVersions(secret)
	case known.IsZero() && given.IsZero():
		actions = append(actions, replaceMasterPassword(), storeSecret(secret))
	default:
		r.note(func(s *State) {
			if s.OldPassword.IsZero() {
				s.OldPassword = given
			}
		})
		actions = append(actions, storeSecret(secret))
	}
	r.decide(StepSecret, actions)
	return nil
}

func (secretStep) Do(ctx context.Context, r *Run) error { return r.carryOut(ctx, StepSecret) }

func (secretStep) Result(r *Run) Result {
	s := r.State()
	facts := []Fact{
		{"Secret", r.Setup().SecretName},
		{"ARN", s.SecretARN},
	}
	return Result{Facts: append(facts, versionFacts(s.Versions)...)}
}

// needDatabase returns the run's database; a step that needs one fails with
// ErrNotFound where it is gone.
func (r *Run) needDatabase(ctx context.Context) (DBInstance, error) {
	if db := r.State().Database; db.Host != "" {
		return db, nil
	}
	db, err := r.findDatabase(ctx)
	if err != nil {
		return DBInstance{}, err
	}
	if db.ID == "" {
		return DBInstance{}, fmt.Errorf("look for the database %s: %w", r.Setup().databaseID(), ErrNotFound)
	}
	if err := r.awaitDatabase(ctx, "the database to be available"); err != nil {
		return DBInstance{}, err
	}
	return r.State().Database, nil
}

// findSecret returns the run's secret, a zero one if there is none yet, or a
// *TakenError if the name is somebody else's or scheduled for deletion. A
// secret that the receipt has by its ARN is the run's without a tag too: a
// remedy restored it.
func (r *Run) findSecret(ctx context.Context) (SecretDescription, error) {
	name := r.Setup().SecretName
	secret, err := r.account.Services.Secrets.DescribeSecret(ctx, name)
	if errors.Is(err, ErrNotFound) {
		return SecretDescription{}, nil
	}
	if err != nil {
		return SecretDescription{}, fmt.Errorf("look for the secret: %w", err)
	}
	record, known := r.Receipt().Record(KindSecret, name)
	ours := r.owned(secret.Tags) || known && record.ID == secret.ARN
	if !secret.DeletedAt.IsZero() || !ours {
		return SecretDescription{}, &TakenError{
			Kind: KindSecret, Name: name, Owner: ownerOf(secret.Tags), ScheduledForDeletion: !secret.DeletedAt.IsZero(),
		}
	}
	r.note(func(s *State) { s.SecretARN = secret.ARN })
	r.noteVersions(secret)
	return secret, r.made(KindSecret, name, secret.ARN)
}

// storedCredentials returns what the secret says now; nothing if there is no
// secret, if it has no value, or if its value is something else. The host alone
// does not tell one database from its successor: RDS gives an identifier the
// same endpoint each time.
func (r *Run) storedCredentials(ctx context.Context, secret SecretDescription) (Credentials, error) {
	if secret.ARN == "" {
		return Credentials{}, nil
	}
	value, err := r.account.Services.Secrets.SecretValue(ctx, secret.ARN, "", LabelCurrent)
	if errors.Is(err, ErrNotFound) {
		return Credentials{}, nil
	}
	if err != nil {
		return Credentials{}, fmt.Errorf("read the secret: %w", err)
	}
	stored, err := parseCredentials(value.JSON)
	if err != nil {
		return Credentials{}, nil //nolint:nilerr // another kind of secret is replaced like none
	}
	return stored, nil
}

// storeSecret makes the secret, or puts the value into the one that is there.
func storeSecret(secret SecretDescription) action {
	if secret.ARN != "" {
		return act("secretsmanager", "PutSecretValue", "store how to sign in to the database", func(ctx context.Context, r *Run) error {
			return r.putSecret(ctx, secret.ARN)
		})
	}
	return act("secretsmanager", "CreateSecret", "store how to sign in to the database", func(ctx context.Context, r *Run) error {
		return r.createSecret(ctx)
	})
}

func (r *Run) createSecret(ctx context.Context) error {
	token, err := r.token(TokenSecret)
	if err != nil {
		return err
	}
	name := r.Setup().SecretName
	value, err := r.secretValue()
	if err != nil {
		return err
	}
	return r.make(KindSecret, name, func() (string, error) {
		arn, version, err := r.account.Services.Secrets.CreateSecret(ctx, name,
			"How to sign in to the tutorial's database; made by keyturn", value, token, r.tags())
		if errors.Is(err, ErrAlreadyExists) || errors.Is(err, ErrScheduledForDeletion) {
			_, taken := r.findSecret(ctx)
			err = errors.Join(taken, err)
		}
		if err != nil {
			return "", fmt.Errorf("create the secret: %w", err)
		}
		r.storedSecret(arn, version)
		return arn, nil
	})
}

func (r *Run) putSecret(ctx context.Context, arn string) error {
	value, err := r.secretValue()
	if err != nil {
		return err
	}
	version, err := r.account.Services.Secrets.PutSecretValue(ctx, arn, value, r.newToken())
	if err != nil {
		return fmt.Errorf("store the sign-in in the secret: %w", err)
	}
	r.storedSecret(arn, version)
	return nil
}

// secretValue is the JSON for the database as the run knows it.
func (r *Run) secretValue() (Password, error) {
	s := r.State()
	text, err := newSecretJSON(s.Database, r.Setup().DBUsername, s.OldPassword).encode()
	return NewPassword(text), err
}

func (r *Run) storedSecret(arn, version string) {
	r.note(func(s *State) {
		s.SecretARN = arn
		s.fingerprints[version] = s.OldPassword.Fingerprint()
		s.Versions = []SecretVersion{{ID: version, Labels: []string{LabelCurrent}, Fingerprint: s.OldPassword.Fingerprint()}}
	})
}

// replaceMasterPassword gives the database a password again that somebody
// knows: the first one was known only to the process that was interrupted.
func replaceMasterPassword() action {
	why := "give the database a new master password: the first was never stored"
	return act("rds", "ModifyDBInstance", why, func(ctx context.Context, r *Run) error {
		password, err := r.masterPassword(ctx)
		if err != nil {
			return err
		}
		return r.setMasterPassword(ctx, password)
	})
}

// setMasterPassword changes the master password and waits until it signs in.
func (r *Run) setMasterPassword(ctx context.Context, password Password) error {
	db := r.State().Database
	err := r.modifyDatabase(ctx, func(ctx context.Context) error {
		return r.account.Services.Databases.SetMasterPassword(ctx, db.ID, password)
	})
	if err != nil {
		return fmt.Errorf("change the master password: %w", err)
	}
	c := Credentials{Host: db.Host, Port: db.Port, Username: db.Username, Password: password}
	return r.await(ctx, wait{
		what: "the new master password to be in force", attempt: true, every: r.pace().Database, usual: 30 * time.Second, deadline: 5 * time.Minute,
		look: func(ctx context.Context) (string, bool, error) {
			_, err := r.account.Services.MySQL.SignIn(ctx, c)
			if errors.Is(err, ErrPasswordRefused) {
				return "not yet", false, nil
			}
			return "in force", err == nil, err
		},
	})
}
