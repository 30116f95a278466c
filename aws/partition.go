package aws

import (
	"fmt"
	"strings"
)

// rotationApplication is the Serverless Application Repository's name for the
// rotation function, and the function's logical id in the stack that it makes.
const rotationApplication = "SecretsManagerRDSMySQLRotationSingleUser"

// partition is a part of AWS with its own accounts, regions and names.
type partition struct {
	name      string
	dnsSuffix string
	// home and publisher are the region and the account in which AWS publishes
	// its rotation functions, from aws-cdk's
	// aws-secretsmanager/lib/secret-rotation.ts.
	home      string
	publisher string
}

var (
	commercial = partition{"aws", "amazonaws.com", "us-east-1", "297356227824"}
	china      = partition{"aws-cn", "amazonaws.com.cn", "cn-north-1", "193023089310"}
	govCloud   = partition{"aws-us-gov", "amazonaws.com", "us-gov-west-1", "023102451235"}
)

func partitionOf(region string) partition {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return china
	case strings.HasPrefix(region, "us-gov-"):
		return govCloud
	default:
		return commercial
	}
}

func (p partition) applicationARN() string {
	return fmt.Sprintf("arn:%s:serverlessrepo:%s:%s:applications/%s", p.name, p.home, p.publisher, rotationApplication)
}

func (p partition) secretsURL(region string) string {
	return fmt.Sprintf("https://secretsmanager.%s.%s", region, p.dnsSuffix)
}
