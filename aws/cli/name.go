package cli

import (
	"strings"

	"keyturn/steps"
)

var (
	pluralAcronym = steps.NewPattern(`[A-Z]{2,}s$`)
	capitalWord   = steps.NewPattern(`(.)([A-Z][a-z]+)`)
	lowerThenCap  = steps.NewPattern(`([a-z0-9])([A-Z])`)
)

// kebabCase converts an API name to the AWS CLI's, as botocore's xform_name does:
// VpcSecurityGroupIds → vpc-security-group-ids, RotationLambdaARN →
// rotation-lambda-arn, DBInstanceIdentifier → db-instance-identifier.
func kebabCase(name string) string {
	if plural := pluralAcronym.FindString(name); plural != "" {
		name = strings.TrimSuffix(name, plural) + "-" + strings.ToLower(plural)
	}
	name = capitalWord.ReplaceAllString(name, "$1-$2")
	return strings.ToLower(lowerThenCap.ReplaceAllString(name, "$1-$2"))
}
