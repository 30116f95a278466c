package rotation

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyturn/aws/owner"
	"keyturn/steps"
)

// own is what an account had before the run.
type own struct {
	database, group, secret string
	password                steps.Password
}

const existingPassword = "the-first-Password1"

// createExisting makes a database by the account's own services.
func createExisting(t *testing.T, s steps.Services, change ...func(*steps.DBInstanceSpec)) own {
	t.Helper()
	o := own{database: "orders-db", secret: "prod/orders/db", password: steps.NewPassword(existingPassword)}
	o.group = owner.Database(t, s, o.database, o.password, change...)
	return o
}

func TestExistingResourcesAreUsedAndKept(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		database bool
		value    string // of the existing secret, with the host at %s; "" makes one
	}{
		"a database of the person's own":               {database: true},
		"a secret of the person's own, almost empty":   {value: `{"note": "kept as it is"}`},
		"a secret with a user and a password":          {value: `{"username":"keeper","password":"` + existingPassword + `"}`},
		"both, the secret without engine and host":     {database: true, value: `{ "password":"` + existingPassword + `", "api key": "x<y", "username":"shop" }`},
		"both, the secret with all that it needs":      {database: true, value: `{"engine":"mysql","host":"%s","port":%d,"username":"shop","password":"` + existingPassword + `"}`},
		"both, the secret without a user and password": {database: true, value: `{"engine":"mysql"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run, served, _ := newSandboxRun(t)
			services, setup := run.Services(), run.Setup()
			o := createExisting(t, services)
			before := must(services.Network.SecurityGroup(t.Context(), o.group)).Rules
			if c.database {
				setup.DBExisting, setup.MasterPassword = o.database, o.password
			}
			if c.value != "" {
				if strings.Contains(c.value, "%s") {
					db := must(services.Databases.DescribeDBInstance(t.Context(), o.database))
					c.value = fmt.Sprintf(c.value, db.Host, db.Port)
				}
				owner.Secret(t, services, o.secret, c.value)
				setup.SecretExisting = o.secret
			}
			run.Answer(setup)
			plan := runAllSteps(t, run, served)

			finished, err := run.Finish(true)
			if err != nil || len(finished.Left) > 0 {
				t.Errorf("left %v, error %v", finished.Left, err)
			}
			if db, err := services.Databases.DescribeDBInstance(t.Context(), o.database); err != nil || db.Status != "available" {
				t.Errorf("the person's database is %q, %v", db.Status, err)
			}
			if diff := cmp.Diff(before, must(services.Network.SecurityGroup(t.Context(), o.group)).Rules); diff != "" {
				t.Errorf("rules before (-), now (+):\n%s", diff)
			}
			if c.value != "" {
				checkSecretKept(t, services, o.secret, c.value)
			}
			if c.database {
				warned := false
				for _, call := range plan {
					warned = warned || call.Operation == "RotateSecret" && strings.Contains(call.Why, "the password of shop in orders-db really changes")
				}
				if !warned {
					t.Errorf("the plan does not say whose password changes: %+v", plan)
				}
			}
		})
	}
}

// checkSecretKept wants the person's secret where it was, its rotation off, and every
// key that it had, the password apart, with the value that it had.
func checkSecretKept(t *testing.T, services steps.Services, name, before string) {
	t.Helper()
	secret, err := services.Secrets.DescribeSecret(t.Context(), name)
	if err != nil || !secret.DeletedAt.IsZero() || secret.RotationEnabled {
		t.Errorf("the person's secret: %+v, %v", secret, err)
	}
	had, has := map[string]any{}, map[string]any{}
	value := must(services.Secrets.SecretValue(t.Context(), name, "", steps.LabelCurrent)).JSON.Reveal()
	if err := errors.Join(json.Unmarshal([]byte(before), &had), json.Unmarshal([]byte(value), &has)); err != nil {
		t.Fatal(err)
	}
	for key, was := range had {
		if key != "password" && has[key] != was {
			t.Errorf("key %q was %v and is %v", key, was, has[key])
		}
	}
	if has["password"] == existingPassword {
		t.Error("the password did not change")
	}
}

func TestOpenPortIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(t *testing.T, run *steps.Run, o own){
		"it admits everybody already": func(t *testing.T, run *steps.Run, o own) {
			t.Helper()
			_ = must(run.Services().Network.OpenPort(t.Context(), o.group, anywhere, 3306, nil))
		},
		"the person chose to change nothing": func(_ *testing.T, run *steps.Run, _ own) {
			setup := run.Setup()
			setup.DBExistingRule = steps.RuleNone
			run.Answer(setup)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run, _, _ := newSandboxRun(t)
			o := createExisting(t, run.Services())
			setup := run.Setup()
			setup.DBExisting = o.database
			run.Answer(setup)
			prepare(t, run, o)
			if plan, err := run.Prepare(t.Context(), findStep(StepDatabase)); err != nil || len(plan) > 0 {
				t.Errorf("plan %v, error %v", plan, err)
			}
		})
	}
}

func TestUnsuitableResourcesAreRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	const mysql = `"engine":"mysql"`
	for name, c := range map[string]struct {
		change func(*steps.Setup)
		value  string // of the secret "mine"
		id     string
		says   string
	}{
		"no such database":               {change: func(s *steps.Setup) { s.DBExisting = "nobodys" }, id: "database-unsuitable", says: "no DB instance"},
		"no such secret":                 {change: func(s *steps.Setup) { s.SecretExisting = "nobodys" }, id: "secret-unsuitable", says: "no secret"},
		"the password is not known":      {change: func(s *steps.Setup) { s.DBExisting = "orders-db" }, id: "password-unknown", says: "KEYTURN_MASTER_PASSWORD"},
		"a wrong password":               {change: func(s *steps.Setup) { s.DBExisting, s.MasterPassword = "orders-db", steps.NewPassword("wrong") }, id: "password-refused", says: "not changed"},
		"a secret that is no JSON":       {value: "just-a-password", id: "secret-unsuitable", says: "not a JSON object"},
		"a secret of another engine":     {value: `{"engine":"postgres"}`, id: "secret-unsuitable", says: "engine postgres"},
		"a secret of another database":   {value: `{` + mysql + `,"host":"elsewhere"}`, id: "secret-unsuitable", says: "elsewhere"},
		"a secret with an empty user":    {value: `{` + mysql + `,"username":""}`, id: "secret-unsuitable", says: `"username"`},
		"a secret for alternating users": {value: `{"masterarn":"arn"}`, id: "secret-unsuitable", says: "alternating"},
		"a wrong password in the secret": {value: `{"username":"shop","password":"wrong"}`, id: "password-refused", says: "not changed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run, served, recorded := newSandboxRun(t)
			o := createExisting(t, run.Services())
			setup := run.Setup()
			if c.change != nil {
				c.change(&setup)
			} else {
				owner.Secret(t, run.Services(), "mine", c.value)
				setup.DBExisting, setup.MasterPassword, setup.SecretExisting = o.database, o.password, "mine"
			}
			run.Answer(setup)
			var failed *steps.StepError
			for _, id := range []steps.StepID{StepDatabase, StepSecret} {
				seen := len(changingCalls(served))
				if _, err := run.Prepare(t.Context(), findStep(id)); err != nil {
					errors.As(err, &failed)
					if len(changingCalls(served)) != seen {
						t.Errorf("something was changed: %v", changingCalls(served)[seen:])
					}
					break
				}
				if err := run.Execute(t.Context(), findStep(id)); err != nil {
					t.Fatal(err)
				}
			}
			if failed == nil {
				t.Fatal("it was taken")
			}
			d := failed.Diagnosis
			if d.ID != c.id || !strings.Contains(d.Why+" "+d.Fix, c.says) {
				t.Errorf("diagnosis %+v", d)
			}
			recorded.mu.Lock()
			defer recorded.mu.Unlock()
			if said := fmt.Sprintf("%+v %+v", recorded.all, d); strings.Contains(said, existingPassword) || strings.Contains(said, "just-a-password") {
				t.Error("a password was said")
			}
		})
	}
}

// must returns a call's answer and panics at its error.
func must[T any](answer T, err error) T {
	if err != nil {
		panic(err)
	}
	return answer
}

func TestExistingDatabaseIsNotOpenedToTheInternetUnasked(t *testing.T) {
	t.Parallel()
	run, served, _ := newSandboxRun(t)
	o := createExisting(t, run.Services())
	setup := run.Setup()
	setup.DBExisting, setup.MasterPassword, setup.DBExistingRule = o.database, o.password, ""
	run.Answer(setup)
	before := len(changingCalls(served))
	d := diagnoseStep(t, run, StepDatabase)
	if d.ID != "database-unsuitable" || !strings.Contains(d.Fix, "--db-existing-rule add") || !strings.Contains(d.Fix, "--network private") {
		t.Errorf("%+v", d)
	}
	if got := changingCalls(served)[before:]; len(got) > 0 {
		t.Errorf("changed %v", got)
	}
	_ = must(run.Services().Network.OpenPort(t.Context(), o.group, anywhere, steps.MySQLPort, nil))
	if calls, err := run.Prepare(t.Context(), findStep(StepDatabase)); err != nil || len(calls) > 0 {
		t.Errorf("where it is open already: planned %v, %v", calls, err)
	}
}
