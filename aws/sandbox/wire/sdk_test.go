package wire

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/serverlessapplicationrepository"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// sdkService is a service of the SDK, with every operation that the sandbox may
// serve.
type sdkService struct {
	Service
	client func(aws.Config) any
	source any // a function of the package, to find its source by
	names  []string
	routes []Operation // restJson
}

var sdkServices = map[string]sdkService{
	"rds": {
		Service: Service{Name: "rds", Protocol: Query, Namespace: "http://rds.amazonaws.com/doc/2014-10-31/", Version: "2014-10-31"},
		client:  func(c aws.Config) any { return rds.NewFromConfig(c) }, source: rds.New,
		names: []string{
			"CreateDBInstance", "DescribeDBInstances", "ModifyDBInstance", "DeleteDBInstance", "RebootDBInstance",
			"DescribeDBEngineVersions", "DescribeOrderableDBInstanceOptions", "DescribeDBSubnetGroups", "CreateDBSubnetGroup", "DeleteDBSubnetGroup",
			"AddTagsToResource", "RemoveTagsFromResource", "ListTagsForResource", "DescribeEvents", "DescribeCertificates",
			"DescribeAccountAttributes",
		},
	},
	"ec2": {
		Service: Service{Name: "ec2", Protocol: EC2Query, Namespace: "http://ec2.amazonaws.com/doc/2016-11-15/", Version: "2016-11-15"},
		client:  func(c aws.Config) any { return ec2.NewFromConfig(c) }, source: ec2.New,
		names: []string{
			"DescribeVpcs", "DescribeSubnets", "DescribeVpcAttribute", "DescribeAvailabilityZones", "DescribeRegions",
			"CreateSecurityGroup", "DescribeSecurityGroups", "DescribeSecurityGroupRules", "DeleteSecurityGroup",
			"AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress",
			"AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress", "ModifySecurityGroupRules",
			"UpdateSecurityGroupRuleDescriptionsIngress", "CreateTags", "DeleteTags", "DescribeTags",
			"ModifyVpcAttribute", "CreateDefaultVpc", "CreateVpc", "CreateSubnet", "CreateInternetGateway", "AttachInternetGateway", "DeleteVpc", "DeleteSubnet",
			"DescribeInternetGateways", "DetachInternetGateway", "DeleteInternetGateway",
			"DescribeRouteTables", "CreateRouteTable", "AssociateRouteTable", "CreateRoute",
			"AllocateAddress", "CreateNatGateway", "DescribeNatGateways", "DescribeNetworkInterfaces",
			"DescribeVpcEndpointServices", "CreateVpcEndpoint", "DescribeVpcEndpoints", "DeleteVpcEndpoints",
		},
	},
	"cloudformation": {
		Service: Service{Name: "cloudformation", Protocol: Query, Namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/", Version: "2010-05-15"},
		client:  func(c aws.Config) any { return cloudformation.NewFromConfig(c) }, source: cloudformation.New,
		names: []string{
			"DescribeChangeSet", "ExecuteChangeSet", "DeleteChangeSet", "ListChangeSets", "DescribeStacks", "ListStacks",
			"CreateStack", "UpdateStack", "CreateChangeSet", "DescribeStackResource", "DescribeStackResources", "ListStackResources", "DescribeStackEvents", "DeleteStack", "GetTemplate",
		},
	},
	"iam": {
		Service: Service{Name: "iam", Protocol: Query, Namespace: "https://iam.amazonaws.com/doc/2010-05-08/", Version: "2010-05-08", Global: true},
		client:  func(c aws.Config) any { return iam.NewFromConfig(c) }, source: iam.New,
		names: []string{
			"CreateRole", "GetRole", "DeleteRole", "ListRoles", "ListAccountAliases", "AttachRolePolicy", "DetachRolePolicy", "ListAttachedRolePolicies",
			"PutRolePolicy", "GetRolePolicy", "DeleteRolePolicy", "ListRolePolicies", "TagRole", "UntagRole", "ListRoleTags",
			"GetUser", "PutUserPolicy", "GetUserPolicy", "DeleteUserPolicy", "ListUserPolicies", "AttachUserPolicy", "DetachUserPolicy",
			"ListAttachedUserPolicies", "SimulatePrincipalPolicy", "CreatePolicy", "DeletePolicy",
		},
	},
	"sts": {
		Service: Service{Name: "sts", Protocol: Query, Namespace: "https://sts.amazonaws.com/doc/2011-06-15/", Version: "2011-06-15", Global: true},
		client:  func(c aws.Config) any { return sts.NewFromConfig(c) }, source: sts.New,
		names: []string{"GetCallerIdentity"},
	},
	"secretsmanager": {
		Service: Service{Name: "secretsmanager", Protocol: AWSJSON, Target: "secretsmanager."},
		client:  func(c aws.Config) any { return secretsmanager.NewFromConfig(c) },
		names: []string{
			"CreateSecret", "DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage",
			"ListSecrets", "ListSecretVersionIds", "GetRandomPassword", "RotateSecret", "CancelRotateSecret", "DeleteSecret",
			"RestoreSecret", "TagResource", "UntagResource", "BatchGetSecretValue", "GetResourcePolicy",
		},
	},
	"logs": {
		Service: Service{Name: "logs", Protocol: AWSJSON, Target: "Logs_20140328.", LowerCamelCase: true},
		client:  func(c aws.Config) any { return cloudwatchlogs.NewFromConfig(c) },
		names: []string{
			"DescribeLogGroups", "DescribeLogStreams", "FilterLogEvents", "GetLogEvents", "CreateLogGroup", "CreateLogStream",
			"PutLogEvents", "DeleteLogGroup", "DeleteLogStream", "PutRetentionPolicy", "DeleteRetentionPolicy",
			"ListTagsForResource", "TagResource", "UntagResource",
		},
	},
	"lambda": {
		Service: Service{Name: "lambda", Protocol: RESTJSON},
		client:  func(c aws.Config) any { return lambda.NewFromConfig(c) },
		routes: []Operation{
			route("GetFunction", "GET", "/2015-03-31/functions/{FunctionName}"),
			route("GetFunctionConfiguration", "GET", "/2015-03-31/functions/{FunctionName}/configuration"),
			route("ListFunctions", "GET", "/2015-03-31/functions"),
			route("GetPolicy", "GET", "/2015-03-31/functions/{FunctionName}/policy"),
			route("AddPermission", "POST", "/2015-03-31/functions/{FunctionName}/policy").WithStatus(201),
			route("RemovePermission", "DELETE", "/2015-03-31/functions/{FunctionName}/policy/{StatementId}").WithStatus(204),
			route("CreateFunction", "POST", "/2015-03-31/functions").WithStatus(201),
			route("UpdateFunctionConfiguration", "PUT", "/2015-03-31/functions/{FunctionName}/configuration"),
			route("DeleteFunction", "DELETE", "/2015-03-31/functions/{FunctionName}"),
			route("Invoke", "POST", "/2015-03-31/functions/{FunctionName}/invocations"),
			route("TagResource", "POST", "/2017-03-31/tags/{Resource}").WithStatus(204),
			route("UntagResource", "DELETE", "/2017-03-31/tags/{Resource}").WithStatus(204),
			route("ListTags", "GET", "/2017-03-31/tags/{Resource}"),
		},
	},
	"serverlessrepo": {
		Service: Service{Name: "serverlessrepo", Protocol: RESTJSON, LowerCamelCase: true},
		client:  func(c aws.Config) any { return serverlessapplicationrepository.NewFromConfig(c) },
		routes: []Operation{
			route("GetApplication", "GET", "/applications/{applicationId}"),
			route("ListApplicationVersions", "GET", "/applications/{applicationId}/versions"),
			route("CreateCloudFormationChangeSet", "POST", "/applications/{applicationId}/changesets").WithStatus(201),
		},
	},
}

func route(name, method, path string) Operation {
	return Operation{Name: name, method: method, path: path}
}

// operationsOf returns a service's operations with their types, without handlers.
func operationsOf(t *testing.T, s sdkService) []Operation {
	t.Helper()
	ops := s.routes
	for _, name := range s.names {
		ops = append(ops, Operation{Name: name})
	}
	for i := range ops {
		op := &ops[i]
		m, ok := reflect.TypeOf(s.client(aws.Config{})).MethodByName(op.Name)
		if !ok {
			t.Fatalf("the SDK has no operation %s", op.Name)
		}
		op.in, op.out = m.Type.In(2).Elem(), m.Type.Out(0).Elem()
	}
	return ops
}
