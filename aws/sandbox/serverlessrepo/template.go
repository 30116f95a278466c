package serverlessrepo

import (
	_ "embed"

	"github.com/aws/aws-sdk-go-v2/aws"
	cfn "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"keyturn/aws/sandbox/cloudformation"
)

// templateBody is the CloudFormation template of the resources below.
//
//go:embed template.yaml
var templateBody string

// The logical IDs of the application's resources. Users find the function by the
// application's name.
const (
	roleID       = ApplicationName + "Role"
	functionID   = ApplicationName
	permissionID = "LambdaPermission"
)

// deployment is the application with one stack's parameters.
type deployment struct {
	*Service
	parameters map[string]string
}

func (s *Service) template(values map[string]string) cloudformation.Template {
	d := deployment{s, values}
	return cloudformation.Template{
		Description: applicationDescription,
		Body:        templateBody,
		Resources: []cloudformation.Resource{
			{LogicalID: roleID, Type: "AWS::IAM::Role", Create: d.createRole, Delete: d.deleteRole},
			{LogicalID: functionID, Type: "AWS::Lambda::Function", Create: d.createFunction, Delete: d.deleteFunction},
			{LogicalID: permissionID, Type: "AWS::Lambda::Permission", Create: d.createPermission, Delete: d.deletePermission},
		},
		Outputs: func(made map[string]string) []cfn.Output {
			return []cfn.Output{{
				OutputKey: aws.String("RotationLambdaARN"), OutputValue: aws.String(d.functionARN(made[functionID])),
				Description: aws.String("The ARN of the rotation lambda"),
			}}
		},
	}
}

func (d deployment) functionARN(name string) string { return d.cloud.ARN("lambda", "function:"+name) }

func (d deployment) roleARN(name string) string {
	return d.cloud.Partition().ARN("iam", "", d.cloud.AccountID, "role/"+name)
}
