package iam

import (
	"path"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"keyturn/aws/sandbox/wire"
)

const administratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess"

// managedDocuments are the AWS managed policies of the sandbox, as in the AWS
// Managed Policy Reference Guide for commercial regions: those of a rotation
// function's role, and those that the tutorial mentions.
var managedDocuments = map[string]string{
	administratorAccess: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
	"arn:aws:iam::aws:policy/IAMFullAccess": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*",
		"organizations:DescribeAccount","organizations:DescribeOrganization","organizations:DescribeOrganizationalUnit",
		"organizations:DescribePolicy","organizations:ListChildren","organizations:ListParents","organizations:ListPoliciesForTarget",
		"organizations:ListRoots","organizations:ListPolicies","organizations:ListTargetsForPolicy"],"Resource":"*"}]}`,
	"arn:aws:iam::aws:policy/SecretsManagerReadWrite": `{"Version":"2012-10-17","Statement":[
		{"Sid":"BasePermissions","Effect":"Allow","Action":["secretsmanager:*","cloudformation:CreateChangeSet",
			"cloudformation:DescribeChangeSet","cloudformation:DescribeStackResource","cloudformation:DescribeStacks",
			"cloudformation:ExecuteChangeSet","docdb-elastic:GetCluster","docdb-elastic:ListClusters","ec2:DescribeSecurityGroups",
			"ec2:DescribeSubnets","ec2:DescribeVpcs","kms:DescribeKey","kms:ListAliases","kms:ListKeys","lambda:ListFunctions",
			"rds:DescribeDBClusters","rds:DescribeDBInstances","redshift:DescribeClusters","redshift-serverless:ListWorkgroups",
			"redshift-serverless:GetNamespace","tag:GetResources"],"Resource":"*"},
		{"Sid":"LambdaPermissions","Effect":"Allow","Action":["lambda:AddPermission","lambda:CreateFunction","lambda:GetFunction",
			"lambda:InvokeFunction","lambda:UpdateFunctionConfiguration"],"Resource":"arn:aws:lambda:*:*:function:SecretsManager*"},
		{"Sid":"SARPermissions","Effect":"Allow","Action":["serverlessrepo:CreateCloudFormationChangeSet",
			"serverlessrepo:GetApplication"],"Resource":"arn:aws:serverlessrepo:*:*:applications/SecretsManager*"},
		{"Sid":"S3Permissions","Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::awsserverlessrepo-changesets*",
			"arn:aws:s3:::secrets-manager-rotation-apps-*/*"]}]}`,
	"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
		"Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"}]}`,
	"arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole": `{"Version":"2012-10-17","Statement":[{
		"Sid":"AWSLambdaVPCAccessExecutionPermissions","Effect":"Allow","Action":["logs:CreateLogGroup","logs:CreateLogStream",
		"logs:PutLogEvents","ec2:CreateNetworkInterface","ec2:DescribeNetworkInterfaces","ec2:DescribeSubnets",
		"ec2:DeleteNetworkInterface","ec2:AssignPrivateIpAddresses","ec2:UnassignPrivateIpAddresses"],"Resource":"*"}]}`,
}

// maxAttachedPolicies is IAM's quota of managed policies attached to a role or a user.
const maxAttachedPolicies = 10

// attach adds a managed policy to those attached. Attaching it twice is no error.
// quota is the name of the quota.
func (s *Service) attach(attached []string, arn, quota string) ([]string, error) {
	switch {
	case s.managedPolicy(arn) == "":
		return attached, noEntity("Policy %s does not exist or is not attachable.", arn)
	case slices.Contains(attached, arn):
		return attached, nil
	case len(attached) == maxAttachedPolicies:
		return attached, &wire.Error{Code: "LimitExceeded", Message: "Cannot exceed quota for " + quota + ": 10", Status: 409}
	}
	return append(attached, arn), nil
}

func detach(attached []string, arn string) ([]string, error) {
	i := slices.Index(attached, arn)
	if i < 0 {
		return attached, noEntity("Policy %s was not found.", arn)
	}
	return slices.Delete(attached, i, i+1), nil
}

func toAttachedPolicies(attached []string) []types.AttachedPolicy {
	var all []types.AttachedPolicy
	for _, arn := range attached {
		all = append(all, types.AttachedPolicy{PolicyArn: aws.String(arn), PolicyName: aws.String(path.Base(arn))})
	}
	return all
}
