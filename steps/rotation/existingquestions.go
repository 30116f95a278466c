package rotation

import (
	"context"
	"fmt"

	"keyturn/steps"
)

// rotationWarning is what somebody must know before the password of a user that
// others sign in as is changed; "" where the database was made for this run.
func rotationWarning(s steps.Setup) string {
	if s.DBExisting == "" {
		return ""
	}
	return "What reads the secret each time it connects goes on. What keeps the password elsewhere (a file, a variable, " +
		"a pool that was filled at its start) is refused from then on (error 1045)."
}

// withWarning says in the plan whose password changes.
func (r run) withWarning(a action) action {
	if r.usesExistingDatabase() {
		who := r.username()
		if who == "" {
			who = "the secret's user"
		}
		a.Call.Why += fmt.Sprintf(": the password of %s in %s really changes", who, r.Setup().DBExisting)
	}
	return a
}

// existingRuleQuestion is asked for a database of the person's own.
func existingRuleQuestion() steps.Question {
	return steps.Question{
		Flag: "db-existing-rule", Label: "Closed port", Kind: steps.Choice,
		Help:    "add: open it in the database's own security group until clean-up; none: change nothing",
		Choices: []string{steps.RuleAdd, steps.RuleNone},
		Get:     func(s *steps.Setup) string { return s.DBExistingRule },
		Set: func(s *steps.Setup, text string) error {
			if text != steps.RuleAdd && text != steps.RuleNone {
				return fmt.Errorf("it is %s or %s: %q", steps.RuleAdd, steps.RuleNone, text)
			}
			s.DBExistingRule = text
			return nil
		},
		Unsaid: func(s *steps.Setup) { s.DBExistingRule = "" },
		When:   usesExistingDatabase,
	}
}

func usesExistingDatabase(s steps.Setup) bool { return s.DBExisting != "" }
func makesDatabase(s steps.Setup) bool        { return s.DBExisting == "" }
func makesSecret(s steps.Setup) bool          { return s.SecretExisting == "" }

// existingDatabaseQuestion picks an instance of the account.
func existingDatabaseQuestion() steps.Question {
	return steps.Question{
		Flag: "db-existing", Label: "Database", Kind: steps.Pick, Help: "a new test database, or a MySQL instance of this account",
		Listing: &steps.Listing{
			None: "make a test database", Noun: "DB instances",
			Page: func(ctx context.Context, s steps.Services, _, from string) (steps.ListingPage, error) {
				instances, next, err := s.Databases.DBInstancesPage(ctx, from)
				if err != nil {
					return steps.ListingPage{}, fmt.Errorf("list the DB instances: %w", err)
				}
				page := steps.ListingPage{Next: next}
				for _, db := range instances {
					page.Items = append(page.Items, steps.ListingItem{
						Name: db.ID, About: db.Engine + " " + db.EngineVersion + ", " + db.Class, WhyNot: whyDatabaseUnsuitable(db),
					})
				}
				return page, nil
			},
		},
		Get: func(s *steps.Setup) string { return s.DBExisting },
		Set: func(s *steps.Setup, text string) error {
			if text != "" {
				if err := checkDBInstanceID(text); err != nil {
					return err
				}
			}
			s.DBExisting = text
			return nil
		},
	}
}

// existingSecretQuestion picks a secret of the account.
func existingSecretQuestion() steps.Question {
	return steps.Question{
		Flag: "secret-existing", Label: "Secret", Kind: steps.Pick, Help: "a new secret, or one of this account that holds the sign-in",
		Listing: &steps.Listing{
			None: "make a secret", Noun: "secrets", FiltersByPrefix: true,
			Page: func(ctx context.Context, s steps.Services, beginning, from string) (steps.ListingPage, error) {
				if beginning != "" && !filterRule.MatchString(beginning) {
					return steps.ListingPage{}, nil // no name begins so, and Secrets Manager refuses such a filter
				}
				secrets, next, err := s.Secrets.SecretsPage(ctx, beginning, from)
				if err != nil {
					return steps.ListingPage{}, fmt.Errorf("list the secrets: %w", err)
				}
				page := steps.ListingPage{Next: next}
				for _, secret := range secrets {
					page.Items = append(page.Items, steps.ListingItem{Name: secret.Name, WhyNot: whySecretUnsuitable(secret)})
				}
				return page, nil
			},
		},
		Get: func(s *steps.Setup) string { return s.SecretExisting },
		Set: func(s *steps.Setup, text string) error {
			if text != "" {
				if err := checkExistingSecretName(text); err != nil {
					return err
				}
			}
			s.SecretExisting = text
			return nil
		},
	}
}

// existingPasswordQuestion asks for a password that is in force already. Any
// text may be one: rules are for new ones.
func existingPasswordQuestion() steps.Question {
	return steps.Question{
		Flag: "db-existing-password", Label: "Password of its user", Kind: steps.Secret, Once: true,
		Help: "the one in force; empty if the secret that you use has it",
		Get:  func(*steps.Setup) string { return "" },
		Set: func(s *steps.Setup, text string) error {
			s.MasterPassword = steps.NewPassword(text)
			return nil
		},
		When: usesExistingDatabase,
	}
}
