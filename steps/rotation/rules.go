package rotation

import (
	"fmt"
	"strings"

	"keyturn/steps"
)

// AWS's own rules for what the questions ask. Each error is a sentence with
// the rule and where AWS states it. Lengths are counted apart: a counted repeat
// is compiled into as many copies at every start of the program.
var (
	dbInstanceIDRule   = steps.NewPattern(`^[A-Za-z](?:-?[A-Za-z0-9])*$`)
	dbUsernameRule     = steps.NewPattern(`^[A-Za-z][A-Za-z0-9_]*$`)
	dbClassRule        = steps.NewPattern(`^db\.[a-z0-9-]+\.[a-z0-9]+$`)
	masterPasswordRule = steps.NewPattern(`^[!#-.0-?A-~]+$`)
	secretNameRule     = steps.NewPattern(`^[A-Za-z0-9/_+=.@-]+$`)
	functionARNRule    = steps.NewPattern(`^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]+:function:[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?$`)
	filterRule         = steps.NewPattern(`^[A-Za-z0-9/_+=.@-]+$`)
	existingSecretRule = steps.NewPattern(`^[A-Za-z0-9/_+=.@!:-]+$`)
	functionNameRule   = steps.NewPattern(`^SecretsManager[A-Za-z0-9_-]*$`)
)

// reservedUsers are RDS's own users and words of MySQL's grammar that RDS
// refuses as a master user name. RDS does not publish its list for MySQL:
// these are sure, the rest is left to its answer.
var reservedUsers = map[string]bool{
	"rdsadmin": true, "rdsrepladmin": true,
	"select": true, "insert": true, "update": true, "delete": true, "create": true,
	"drop": true, "alter": true, "grant": true, "table": true, "index": true,
}

func checkDBInstanceID(text string) error {
	if len(text) > 63 || !dbInstanceIDRule.MatchString(text) {
		return fmt.Errorf("a DB instance identifier has 1 to 63 letters, digits and hyphens, starts with a letter, "+
			"and has no hyphen at its end and no two in a row (RDS CreateDBInstance, DBInstanceIdentifier): %q", text)
	}
	return nil
}

func checkDBUsername(text string) error {
	if len(text) > 16 || !dbUsernameRule.MatchString(text) {
		return fmt.Errorf("a master user name has 1 to 16 letters, digits and underscores and starts with a letter "+
			"(RDS CreateDBInstance, MasterUsername for MySQL): %q", text)
	}
	if reservedUsers[strings.ToLower(text)] {
		return fmt.Errorf("%q is a reserved word of the database engine and cannot be a master user name "+
			"(RDS CreateDBInstance, MasterUsername)", text)
	}
	return nil
}

func checkDBClass(text string) error {
	if text != "" && !dbClassRule.MatchString(text) {
		return fmt.Errorf("a DB instance class looks like db.t4g.micro; "+
			"leave it empty for the cheapest that is offered (RDS CreateDBInstance, DBInstanceClass): %q", text)
	}
	return nil
}

func checkMasterPassword(text string) error {
	if len(text) < 8 || len(text) > 41 || !masterPasswordRule.MatchString(text) {
		return fmt.Errorf("a master password has 8 to 41 printable ASCII characters, none of them / @ \" or a space " +
			"(RDS CreateDBInstance, MasterUserPassword for MySQL)")
	}
	return nil
}

func checkSecretName(text string) error {
	if len(text) > 512 || !secretNameRule.MatchString(text) {
		return fmt.Errorf("a secret name has 1 to 512 ASCII letters, digits and the characters /_+=.@- "+
			"(Secrets Manager CreateSecret, Name): %q", text)
	}
	return nil
}

// checkExistingSecretName takes what identifies a secret: its name or its ARN.
// A service's own secrets have an exclamation mark in theirs, and are explained
// when they are looked at.
func checkExistingSecretName(text string) error {
	if len(text) > 2048 || !existingSecretRule.MatchString(text) {
		return fmt.Errorf("a secret is named by its name or its ARN (Secrets Manager DescribeSecret, SecretId): %q", text)
	}
	return nil
}

func checkFunctionName(text string) error {
	if len(text) > 64 || !functionNameRule.MatchString(text) {
		return fmt.Errorf("the rotation function's name starts with SecretsManager, because the managed policy "+
			"SecretsManagerReadWrite covers no other, and has at most 64 letters, digits, hyphens and underscores "+
			"(Lambda CreateFunction, FunctionName): %q", text)
	}
	return nil
}

func checkFunctionARN(text string) error {
	if text != "" && (len(text) > 2048 || !functionARNRule.MatchString(text)) {
		return fmt.Errorf("a function's ARN looks like arn:aws:lambda:us-east-1:123456789012:function:NAME "+
			"(Secrets Manager RotateSecret, RotationLambdaARN): %q", text)
	}
	return nil
}
