package aws

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"keyturn/steps"
)

// rotationTransform is AWS's macro that adds a stack with the rotation function
// to a template ("AWS::SecretsManager transform" in CloudFormation's template
// reference). The version of
// 2020 pins runtimes that Lambda no longer supports.
const rotationTransform = "AWS::SecretsManager-2024-09-16"

// rotationTemplate has a rotation schedule whose function the transform
// creates. The members are those of AWS::SecretsManager::RotationSchedule.
type rotationTemplate struct {
	AWSTemplateFormatVersion string
	Description              string
	Transform                string
	Resources                map[string]rotationSchedule
}

type rotationSchedule struct {
	Type       string
	Properties rotationProperties
}

type rotationProperties struct {
	SecretId                  string //nolint:revive // the template's name
	RotateImmediatelyOnUpdate bool
	RotationRules             rotationRules
	HostedRotationLambda      hostedRotationLambda
}

type rotationRules struct {
	AutomaticallyAfterDays int64  `json:",omitempty"`
	ScheduleExpression     string `json:",omitempty"`
	Duration               string `json:",omitempty"`
}

// hostedRotationLambda sets no runtime: it has to match the code that AWS
// provides.
type hostedRotationLambda struct {
	RotationType        string
	RotationLambdaName  string
	VpcSubnetIds        string `json:",omitempty"` //nolint:revive // the template's name
	VpcSecurityGroupIds string `json:",omitempty"` //nolint:revive // the template's name
}

func transformTemplate(spec steps.RotationStackSpec) (string, error) {
	body, err := json.Marshal(rotationTemplate{
		AWSTemplateFormatVersion: "2010-09-09",
		Description:              "Rotates " + spec.SecretARN,
		Transform:                rotationTransform,
		Resources: map[string]rotationSchedule{"SecretRotationSchedule": {
			Type: "AWS::SecretsManager::RotationSchedule",
			Properties: rotationProperties{
				SecretId: spec.SecretARN, RotateImmediatelyOnUpdate: !spec.TestOnly,
				RotationRules: rotationRules{spec.Rules.Days, spec.Rules.Expression, spec.Rules.Window},
				HostedRotationLambda: hostedRotationLambda{
					RotationType: "MySQLSingleUser", RotationLambdaName: spec.FunctionName,
					VpcSubnetIds: strings.Join(spec.SubnetIDs, ","), VpcSecurityGroupIds: strings.Join(spec.GroupIDs, ","),
				},
			},
		}},
	})
	if err != nil {
		return "", fmt.Errorf("write the template: %w", err)
	}
	return string(body), nil
}

// CreateTransformChangeSet acknowledges a role (CAPABILITY_IAM) and a macro that
// adds a nested stack (CAPABILITY_AUTO_EXPAND).
func (s stacks) CreateTransformChangeSet(ctx context.Context, spec steps.RotationStackSpec, token string) (steps.ChangeSet, error) {
	body, err := transformTemplate(spec)
	if err != nil {
		return steps.ChangeSet{}, err
	}
	in := &cloudformation.CreateChangeSetInput{
		StackName: &spec.StackName, ChangeSetName: &spec.StackName, ChangeSetType: types.ChangeSetTypeCreate,
		Capabilities: []types.Capability{types.CapabilityCapabilityIam, types.CapabilityCapabilityAutoExpand},
		TemplateBody: &body, ClientToken: optional(token),
	}
	for _, tag := range spec.Tags {
		in.Tags = append(in.Tags, types.Tag{Key: &tag.Key, Value: &tag.Value})
	}
	out, err := call(ctx, s.cloudformation.CreateChangeSet, in)
	if err != nil {
		return steps.ChangeSet{}, err
	}
	return steps.ChangeSet{ID: awssdk.ToString(out.Id), StackID: awssdk.ToString(out.StackId)}, nil
}
