package ui

import (
	"strings"
	"testing"

	"keyturn/steps"
)

func TestScript(t *testing.T) {
	t.Parallel()
	text := script(testRun, []steps.Call{
		{CLI: "aws rds describe-db-instances"},
		{CLI: `aws rds create-db-instance --master-user-password="$KEYTURN_MASTER_PASSWORD"`, Mutates: true},
		{CLI: "aws rds describe-db-instances"},
		{CLI: "aws rds describe-db-instances"},
		{CLI: "aws ec2 delete-security-group", Mutates: true, Error: "DependencyViolation"},
	})
	expectations := map[string]struct {
		part  string
		count int
	}{
		"a changing call is a line":                   {"\naws rds create-db-instance", 1},
		"a read is a comment, repeats are dropped":    {"\n# aws rds describe-db-instances", 2},
		"a refused call is a comment":                 {"\n# aws ec2 delete-security-group", 1},
		"a secret's variable is asked for once":       {`: "${KEYTURN_MASTER_PASSWORD:?`, 1},
		"the variable of a secret stands in its line": {`--master-user-password="$KEYTURN_MASTER_PASSWORD"`, 1},
	}
	for sentence, want := range expectations {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			if got := strings.Count(text, want.part); got != want.count {
				t.Errorf("%q stands there %d times, want %d:\n%s", want.part, got, want.count, text)
			}
		})
	}
}
