package db

import (
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
)

func TestPasswordStatementFitsTheServer(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{
		"8.4.3":                       "SET PASSWORD = ?",
		"8.0.40-rds":                  "SET PASSWORD = ?",
		"9.1.0":                       "SET PASSWORD = ?",
		"5.7.44-log":                  "SET PASSWORD = PASSWORD(?)",
		"10.11.6-MariaDB-0+deb12u1":   "SET PASSWORD = PASSWORD(?)",
		"5.5.5-10.6.14-MariaDB-1:10.": "SET PASSWORD = PASSWORD(?)",
	} {
		if got := setPassword(version); got != want {
			t.Errorf("%s: got %s, want %s", version, got, want)
		}
	}
}

func TestASyntaxErrorDoesNotQuoteThePassword(t *testing.T) {
	t.Parallel()
	refusal := &mysql.MySQLError{Number: parseError, Message: "near '" + canary + "' at line 1"}
	if got := withoutStatement(refusal).Error(); strings.Contains(got, canary) {
		t.Errorf("the error holds the password: %s", got)
	}
}

func TestInvalidServerTimeIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := serverTime("soon"); err == nil {
		t.Error("accepted")
	}
}
