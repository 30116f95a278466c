package serverlessrepo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	repo "github.com/aws/aws-sdk-go-v2/service/serverlessapplicationrepository"
	"github.com/aws/aws-sdk-go-v2/service/serverlessapplicationrepository/types"
)

// The application as AWS publishes it. The version is the one that AWS CDK pins
// for the aws partition, the partition of ApplicationARN.
const (
	ApplicationName        = "SecretsManagerRDSMySQLRotationSingleUser"
	ApplicationARN         = "arn:aws:serverlessrepo:us-east-1:297356227824:applications/" + ApplicationName
	version                = "1.1.671"
	applicationDescription = "Rotates a Secrets Manager secret for Amazon RDS MySQL credentials using the single user rotation strategy."
)

// capabilities are those that a deployment has to acknowledge.
var capabilities = []types.Capability{types.CapabilityCapabilityIam, types.CapabilityCapabilityResourcePolicy}

// parameters are the application's parameters, in its template's order. Those
// without a default are required.
var parameters = []types.ParameterDefinition{
	parameter("endpoint", "String", "The Secrets Manager endpoint to use.", nil),
	parameter("functionName", "String", "The name of the Lambda function.", nil),
	parameter("invokingServicePrincipal", "String", "The service principal for the invoking service.", aws.String("secretsmanager.amazonaws.com")),
	parameter("vpcSubnetIds", "CommaDelimitedList", "A comma-separated list of VPC subnet IDs applied to the database network.", aws.String("")),
	parameter("vpcSecurityGroupIds", "CommaDelimitedList", "A comma-separated list of security group IDs applied to the database.", aws.String("")),
	parameter("kmsKeyArn", "String", "The ARN of the KMS key that Secrets Manager uses to encrypt the secret.", aws.String("")),
	parameter("excludeCharacters", "String", "A string of the characters that you don't want in the password.", aws.String(`:/@"'\`)),
	parameter("runtime", "String", "The python runtime associated with the Lambda function", aws.String("python3.10")),
}

func parameter(name, kind, description string, value *string) types.ParameterDefinition {
	return types.ParameterDefinition{
		Name: &name, Type: &kind, Description: &description, DefaultValue: value, NoEcho: aws.Bool(false),
		ReferencedByResources: []string{ApplicationName},
	}
}

// applicationARN returns the application's ARN in the sandbox's partition
// (aws-cdk's aws-secretsmanager/lib/secret-rotation.ts).
func (s *Service) applicationARN() string {
	switch partition := s.cloud.Partition(); partition.Name {
	case "aws-cn":
		return partition.ARN("serverlessrepo", "cn-north-1", "193023089310", "applications/"+ApplicationName)
	case "aws-us-gov":
		return partition.ARN("serverlessrepo", "us-gov-west-1", "023102451235", "applications/"+ApplicationName)
	}
	return ApplicationARN
}

// GetApplication describes the newest version of the application.
func (s *Service) GetApplication(_ context.Context, in *repo.GetApplicationInput) (*repo.GetApplicationOutput, error) {
	if err := s.checkApplication(in.ApplicationId, in.SemanticVersion); err != nil {
		return nil, err
	}
	return &repo.GetApplicationOutput{
		ApplicationId: aws.String(s.applicationARN()), Name: aws.String(ApplicationName), Author: aws.String("AWS"),
		Description: aws.String(applicationDescription), IsVerifiedAuthor: aws.Bool(true), Labels: []string{"secretsmanager", "rotation", "rds", "mysql"},
		SpdxLicenseId: aws.String("MIT-0"),
		HomePageUrl:   aws.String("https://github.com/aws-samples/aws-secrets-manager-rotation-lambdas"),
		Version: &types.Version{
			ApplicationId: aws.String(s.applicationARN()), SemanticVersion: aws.String(version),
			ParameterDefinitions: parameters, RequiredCapabilities: capabilities, ResourcesSupported: aws.Bool(true),
			SourceCodeUrl: aws.String("https://github.com/aws-samples/aws-secrets-manager-rotation-lambdas"),
		},
	}, nil
}

// ListApplicationVersions lists the one version that the sandbox has.
func (s *Service) ListApplicationVersions(_ context.Context, in *repo.ListApplicationVersionsInput) (*repo.ListApplicationVersionsOutput, error) {
	if err := s.checkApplication(in.ApplicationId, nil); err != nil {
		return nil, err
	}
	return &repo.ListApplicationVersionsOutput{Versions: []types.VersionSummary{{
		ApplicationId: aws.String(s.applicationARN()), SemanticVersion: aws.String(version),
	}}}, nil
}

func (s *Service) checkApplication(id, semanticVersion *string) error {
	if aws.ToString(id) != s.applicationARN() {
		return notFound("Application with id '%s' does not exist.", aws.ToString(id))
	}
	if v := aws.ToString(semanticVersion); v != "" && v != version {
		return notFound("Version '%s' of application '%s' does not exist in the sandbox, which has %s.", v, s.applicationARN(), version)
	}
	return nil
}
