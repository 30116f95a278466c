package rotation

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"keyturn/steps"
)

func questionOf(t testing.TB, flag string) steps.Question {
	t.Helper()
	for _, s := range Tutorial().Steps {
		for _, q := range s.Questions {
			if q.Flag == flag {
				return q
			}
		}
	}
	t.Fatalf("no question --%s", flag)
	return steps.Question{}
}

func TestQuestionsFollowAWSsRules(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 64)
	tests := map[string]struct{ good, bad []string }{
		"db-instance-id": {[]string{"a", "MyTestDatabaseInstance", "a-b-1", long[:63]}, []string{"", "1a", "a-", "a--b", "a_b", long, "-a", "ä"}},
		"db-username":    {[]string{"a", "adminuser", "a_1", long[:16]}, []string{"", "1a", "a-b", long[:17], "rdsadmin", "SELECT", "_a"}},
		"db-password":    {[]string{"", "12345678", "aB3$%^&*()'", long[:41]}, []string{"1234567", long[:42], "12345678/", `12345678"`, "12345678@", "1234 5678", "1234567ä"}},
		"db-class":       {[]string{"", "db.t4g.micro", "db.r6gd.2xlarge"}, []string{"t4g.micro", "db.t4g", "db.T4G.micro"}},
		"db-storage":     {[]string{"20", " 100 ", "65536"}, []string{"", "19", "65537", "x", "1e3", "99999999999999999999"}},
		"secret-name":    {[]string{"MyTestDatabaseMasterSecret", "a/b_c+d=e.f@g-h", "my-secret", strings.Repeat("a", 512)}, []string{"", "a b", "ä", strings.Repeat("a", 513)}},
		"rotation-days":  {[]string{"1", "30", "1000"}, []string{"0", "1001", "-1", ""}},
		"rotation-schedule": {
			[]string{"", "rate(4 hours)", "rate(999 days)", "cron(0 8 1 * ? *)", "cron(0 8/8 * * ? *)", "cron(0 0 ? * SUN#1 *)"},
			[]string{"30 days", "rate(3 hours)", "rate(1000 days)", "cron(5 8 1 * ? *)", "cron(0 8 1 * MON *)", "cron(0 8 1 * ?)", "cron(0 * * * ? *)"},
		},
		"rotation-window":        {[]string{"", "1h", "24h"}, []string{"0h", "25h", "3", "3 h", "30m", "-1h", "+3h"}},
		"rotate-now":             {[]string{"yes", "no"}, []string{"", "maybe", "Yes"}},
		"rotation-function-from": {[]string{"auto", "sar", "transform"}, []string{"", "SAR", "existing"}},
		"rotation-function-arn": {
			[]string{"", "arn:aws:lambda:us-east-1:123456789012:function:f", "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f:live"},
			[]string{"f", "arn:aws:s3:::f", "arn:aws:lambda:us-east-1:123456789012:function:", "arn:aws:lambda:us-east-1:123456789012:function:f:live:x"},
		},
		"rotation-function-name": {[]string{"SecretsManager", "SecretsManagerKeyturn-3f1c"}, []string{"", "MyFunction", "SecretsManager" + long[:51], "SecretsManager.x"}},
		"recovery-days":          {[]string{"7", "30"}, []string{"6", "31", "0", "seven"}},
	}
	for flag, test := range tests {
		t.Run(flag, func(t *testing.T) {
			t.Parallel()
			q := questionOf(t, flag)
			for _, answer := range test.good {
				s := steps.Defaults(testRunID)
				if err := q.Set(&s, answer); err != nil {
					t.Errorf("%q: %v", answer, err)
				}
				if got := q.Get(&s); q.Kind != steps.Secret && got != strings.TrimSpace(answer) || q.Kind == steps.Secret && got != "" {
					t.Errorf("%q is answered %q", answer, got)
				}
			}
			for _, answer := range test.bad {
				s := steps.Defaults(testRunID)
				err := q.Set(&s, answer)
				if err == nil {
					t.Errorf("%q is taken", answer)
					continue
				}
				if !strings.Contains(err.Error(), "(") || q.Kind == steps.Secret && answer != "" && strings.Contains(err.Error(), answer) {
					t.Errorf("%q: the message lacks its source, or tells the secret: %v", answer, err)
				}
				if s != steps.Defaults(testRunID) {
					t.Errorf("%q was refused and stored: %+v", answer, s)
				}
			}
		})
	}
}

func TestDefaultsPassTheirRules(t *testing.T) {
	t.Parallel()
	id, err := steps.NewRunID(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), rand.Reader)
	if err != nil || len(id) != len("20261122-3f1c") {
		t.Fatalf("run id %q, %v", id, err)
	}
	setup := steps.Defaults(id)
	if !strings.HasSuffix(setup.FunctionName, id[len(id)-5:]) {
		t.Errorf("function %s of run %s", setup.FunctionName, id)
	}
	for _, step := range Tutorial().Steps {
		for _, q := range step.Questions {
			again := setup
			if err := q.Set(&again, q.Get(&setup)); err != nil || again != setup {
				t.Errorf("--%s: %v", q.Flag, err)
			}
		}
	}
}

// FuzzAnswers holds that an answer is either stored as it is or refused and
// changingCalls nothing.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{"", "a", "MyTestDatabaseInstance", "30", "db.t4g.micro", "SecretsManagerX", "-", "\x00", "9223372036854775808"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		for _, step := range Tutorial().Steps {
			for _, q := range step.Questions {
				before := steps.Defaults(testRunID)
				after := before
				if err := q.Set(&after, answer); err != nil {
					if after != before {
						t.Fatalf("--%s refused %q and stored it", q.Flag, answer)
					}
					continue
				}
				again := after
				if err := q.Set(&again, q.Get(&after)); q.Kind != steps.Secret && (err != nil || again != after) {
					t.Fatalf("--%s does not take its own answer %q back: %v", q.Flag, q.Get(&after), err)
				}
			}
		}
	})
}

func TestWindowIsCheckedWithItsSchedule(t *testing.T) {
	t.Parallel()
	window := questionOf(t, "rotation-window")
	for name, test := range map[string]struct{ schedule, good, bad string }{
		"days":           {"", "24h", "25h"},
		"every 4 hours":  {"rate(4 hours)", "4h", "5h"},
		"from 10 p.m.":   {"cron(0 22 * * ? *)", "2h", "3h"},
		"every 8 hours":  {"cron(0 0/8 * * ? *)", "8h", "9h"},
		"a day in March": {"cron(0 8 1 3 ? *)", "16h", "17h"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := steps.Defaults(testRunID)
			s.Schedule = test.schedule
			if err := window.Set(&s, test.good); err != nil {
				t.Errorf("%s: %v", test.good, err)
			}
			if err := window.Set(&s, test.bad); err == nil || !strings.Contains(err.Error(), "window") {
				t.Errorf("%s: error %v", test.bad, err)
			}
		})
	}
}
