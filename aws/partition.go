package aws

import (
	"slices"

	"keyturn/steps"
)

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

// ApplicationARN is the rotation function's ARN in the region's partition. A
// partition without a repository gets an ARN too: the call then says that there
// is no repository.
func ApplicationARN(region string) string {
	partition := steps.PartitionOf(region)
	from, ok := publishers[partition.Name]
	if !ok {
		from = publishers["aws"]
	}
	return partition.ARN("serverlessrepo", from.region, from.account, "applications/"+rotationApplication)
}

// repositoryRegions are those in which AWS has the Serverless Application
// Repository, from the SDK's serverlessapplicationrepository/internal/endpoints.
var repositoryRegions = []string{
	"us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1",
	"eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3",
	"ap-east-1", "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2", "me-south-1",
	"cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1",
}

// HasRepository reports whether a region has the Serverless Application Repository.
func HasRepository(region string) bool { return slices.Contains(repositoryRegions, region) }

func secretsURL(region string) string {
	return "https://secretsmanager." + region + "." + steps.PartitionOf(region).DNSSuffix
}
