package aws

import (
	"context"
	"strings"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	sar "github.com/aws/aws-sdk-go-v2/service/serverlessapplicationrepository"
	"github.com/aws/aws-sdk-go-v2/service/serverlessapplicationrepository/types"

	"keyturn/steps"
)

type repositoryAPI interface {
	CreateCloudFormationChangeSet(context.Context, *sar.CreateCloudFormationChangeSetInput, ...func(*sar.Options)) (*sar.CreateCloudFormationChangeSetOutput, error)
	GetApplication(context.Context, *sar.GetApplicationInput, ...func(*sar.Options)) (*sar.GetApplicationOutput, error)
}

func (s stacks) Application(ctx context.Context, arn string) (steps.Application, error) {
	out, err := call(ctx, s.repository.GetApplication, &sar.GetApplicationInput{ApplicationId: &arn})
	if err != nil {
		return steps.Application{}, err
	}
	application := steps.Application{ARN: awssdk.ToString(out.ApplicationId)}
	if out.Version == nil {
		return application, nil
	}
	application.Version = awssdk.ToString(out.Version.SemanticVersion)
	for _, capability := range out.Version.RequiredCapabilities {
		application.Capabilities = append(application.Capabilities, string(capability))
	}
	for _, parameter := range out.Version.ParameterDefinitions {
		application.Parameters = append(application.Parameters, awssdk.ToString(parameter.Name))
	}
	return application, nil
}

// CreateChangeSet sets no version of the application and so gets the newest: AWS
// publishes a new version when the function's runtime is deprecated.
func (s stacks) CreateChangeSet(ctx context.Context, spec steps.RotationStackSpec, capabilities []string) (steps.ChangeSet, error) {
	in := &sar.CreateCloudFormationChangeSetInput{
		ApplicationId: &spec.ApplicationARN,
		StackName:     &spec.StackName,
		ChangeSetName: &spec.StackName,
		Capabilities:  capabilities,
		ParameterOverrides: []types.ParameterValue{
			{Name: awssdk.String("endpoint"), Value: &spec.SecretsURL},
			{Name: awssdk.String("functionName"), Value: &spec.FunctionName},
		},
	}
	if len(spec.SubnetIDs) > 0 {
		in.ParameterOverrides = append(in.ParameterOverrides,
			types.ParameterValue{Name: awssdk.String("vpcSubnetIds"), Value: awssdk.String(strings.Join(spec.SubnetIDs, ","))},
			types.ParameterValue{Name: awssdk.String("vpcSecurityGroupIds"), Value: awssdk.String(strings.Join(spec.GroupIDs, ","))})
	}
	for _, tag := range spec.Tags {
		in.Tags = append(in.Tags, types.Tag{Key: &tag.Key, Value: &tag.Value})
	}
	out, err := call(ctx, s.repository.CreateCloudFormationChangeSet, in)
	if err != nil {
		return steps.ChangeSet{}, err
	}
	return steps.ChangeSet{ID: awssdk.ToString(out.ChangeSetId), StackID: awssdk.ToString(out.StackId)}, nil
}
