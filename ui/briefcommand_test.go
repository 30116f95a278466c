package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
)

func TestBriefCommandShowsVerbAndSubject(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:MyTestDatabaseMasterSecret-7MZ5od"
	for name, c := range map[string]struct {
		command string
		width   int
		want    string
	}{
		"one that fits stays as it is": {
			"aws sts get-caller-identity --region us-east-1", 80,
			"aws sts get-caller-identity --region us-east-1",
		},
		"what stands before and after the subject is left out": {
			"aws rds create-db-instance --db-instance-class db.t4g.micro --db-instance-identifier MyTestDatabaseInstance --engine mysql", 80,
			"aws rds create-db-instance … --db-instance-identifier MyTestDatabaseInstance …",
		},
		"the mark at the end goes first": {
			"aws rds create-db-instance --db-instance-class db.t4g.micro --db-instance-identifier MyTestDatabaseInstance --engine mysql", 76,
			"aws rds create-db-instance … --db-instance-identifier MyTestDatabaseInstance",
		},
		"then the option's name": {
			"aws rds create-db-instance --db-instance-class db.t4g.micro --db-instance-identifier MyTestDatabaseInstance --engine mysql", 56,
			"aws rds create-db-instance … MyTestDatabaseInstance",
		},
		"a long subject is cut in its middle": {
			"aws secretsmanager describe-secret --secret-id " + arn + " --region us-east-1", 78,
			"aws secretsmanager describe-secret --secret-id arn:aws:secrets…erSecret-7MZ5od",
		},
		"a quoted value is one value": {
			`aws secretsmanager create-secret --description 'made by --name and '\''others'\''' --name S --secret-string "$X"`, 60,
			"aws secretsmanager create-secret … --name S …",
		},
		"without a subject the first option stands for it": {
			"aws ec2 describe-vpcs --filters Name=is-default,Values=true --region us-east-1 --endpoint-url http://127.0.0.1:38387", 78,
			"aws ec2 describe-vpcs --filters Name=is-default,Values=true …",
		},
		"a line without options is cut": {"mysql of the tutorial", 8, "mysql o…"},
		"in no room the verb is what is left": {
			"aws secretsmanager describe-secret --secret-id one --region us-east-1", 36,
			"aws secretsmanager describe-secret",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := briefCommand(c.command, c.width)
			if got != c.want || ansi.StringWidth(got) > c.width {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestJSONLinesShowOneMemberEach(t *testing.T) {
	t.Parallel()
	const stored = `{"username":"adminuser","password":"••••","host":"mytestdatabaseinstance.c1.us-east-1.rds.amazonaws.com","port":3306}`
	for name, c := range map[string]struct {
		text  string
		width int
		want  []string
	}{
		"in its order, with the braces at the ends": {stored, 76, []string{
			`{"username": "adminuser",`,
			` "password": "••••",`,
			` "host": "mytestdatabaseinstance.c1.us-east-1.rds.amazonaws.com",`,
			` "port": 3306}`,
		}},
		"a long value goes below its name": {stored, 60, []string{
			`{"username": "adminuser",`,
			` "password": "••••",`,
			` "host":`,
			`   "mytestdatabaseinstance.c1.us-east-1.rds.amazonaws.com",`,
			` "port": 3306}`,
		}},
		"and is cut in its middle where that is too narrow as well": {stored, 40, []string{
			`{"username": "adminuser",`,
			` "password": "••••",`,
			` "host":`,
			`   "mytestdatabaseins…ds.amazonaws.com",`,
			` "port": 3306}`,
		}},
		"what is no JSON is wrapped": {"no JSON at all", 8, []string{"no JSON", "at all"}},
		"an empty object is itself":  {"{}", 8, []string{"{}"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := jsonLines(c.text, c.width)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			for _, line := range got {
				if ansi.StringWidth(line) > c.width {
					t.Errorf("%q is wider than %d", line, c.width)
				}
			}
			if strings.Contains(strings.Join(got, ""), "\n") {
				t.Error("a line has a line break in it")
			}
		})
	}
}
