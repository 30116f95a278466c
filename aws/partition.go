package aws

import "keyturn/steps"

// rotationApplication is the Serverless Application Repository's name for the
// rotation function, and the function's logical id in the stack that it makes.
const rotationApplication = "SecretsManagerRDSMySQLRotationSingleUser"

// publisher is the region and the account in which AWS publishes its rotation
// functions for a partition.
type publisher struct{ region, account string }

// publishers are from aws-cdk's aws-secretsmanager/lib/secret-rotation.ts.
var publishers = map[string]publisher{
	"aws":        {"us-east-1", "297356227824"},
	"aws-cn":     {"cn-north-1", "193023089310"},
	"aws-us-gov": {"us-gov-west-1", "023102451235"},
}

// applicationARN is the rotation function's for a region: the one of its
// partition. A partition without a repository has a name for it all the same:
// the call says that the repository is not there.
func applicationARN(region string) string {
	partition := steps.PartitionOf(region)
	from, ok := publishers[partition.Name]
	if !ok {
		from = publishers["aws"]
	}
	return partition.ARN("serverlessrepo", from.region, from.account, "applications/"+rotationApplication)
}

func secretsURL(region string) string {
	return "https://secretsmanager." + region + "." + steps.PartitionOf(region).DNSSuffix
}
