// Package hosted is the sandbox's CloudFormation macro
// AWS::SecretsManager-2024-09-16: it creates the rotation function of a rotation
// schedule in a nested stack and enables rotation with it.
package hosted

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/google/uuid"

	"keyturn/aws/sandbox/cloudformation"
	"keyturn/aws/sandbox/secrets"
	"keyturn/aws/sandbox/serverlessrepo"
	"keyturn/aws/sandbox/wire"
)

// Transform is the macro's name.
const Transform = "AWS::SecretsManager-2024-09-16"

const scheduleType = "AWS::SecretsManager::RotationSchedule"

// Macro expands templates with one rotation schedule.
type Macro struct {
	stacks      *cloudformation.Service
	application *serverlessrepo.Service
	secrets     *secrets.Service
	endpoint    string
}

// New creates the macro; endpoint is the Secrets Manager that the functions call.
func New(stacks *cloudformation.Service, application *serverlessrepo.Service, s *secrets.Service, endpoint string) *Macro {
	return &Macro{stacks, application, s, endpoint}
}

// scheduleProperties are a rotation schedule's ("AWS::SecretsManager::RotationSchedule"
// in the template reference).
type scheduleProperties struct {
	SecretId                  string //nolint:revive // the template's name
	RotateImmediatelyOnUpdate *bool
	RotationRules             *types.RotationRulesType
	HostedRotationLambda      *struct {
		RotationType        string
		RotationLambdaName  string
		ExcludeCharacters   *string
		KmsKeyArn           string //nolint:revive // the template's name
		Runtime             string
		VpcSubnetIds        string //nolint:revive // the template's name
		VpcSecurityGroupIds string //nolint:revive // the template's name
	}
}

// Expand returns the resources of a template's stack.
func (m *Macro) Expand(ctx context.Context, template json.RawMessage) (cloudformation.Template, error) {
	var none cloudformation.Template
	var document struct {
		Resources map[string]struct {
			Type       string
			Properties scheduleProperties
		}
	}
	if err := json.Unmarshal(template, &document); err != nil {
		return none, fmt.Errorf("the template cannot be read: %w", err)
	}
	if len(document.Resources) != 1 {
		return none, fmt.Errorf("the sandbox makes stacks of one resource, an %s", scheduleType)
	}
	for id, r := range document.Resources {
		hosted := r.Properties.HostedRotationLambda
		switch {
		case r.Type != scheduleType || hosted == nil:
			return none, fmt.Errorf("the sandbox makes stacks of one resource, an %s with a HostedRotationLambda", scheduleType)
		case hosted.RotationType != "MySQLSingleUser":
			return none, fmt.Errorf("the sandbox has the RotationType MySQLSingleUser, not %q", hosted.RotationType)
		}
		return m.template(ctx, id, r.Properties)
	}
	return none, nil
}

func (m *Macro) template(ctx context.Context, scheduleID string, p scheduleProperties) (cloudformation.Template, error) {
	hosted := p.HostedRotationLambda
	nestedID := scheduleID + "HostedRotationLambda"
	values := map[string]string{"endpoint": m.endpoint, "functionName": cmp.Or(hosted.RotationLambdaName, "SecretsManager-"+uuid.NewString()[:8])}
	for name, value := range map[string]string{
		"kmsKeyArn": hosted.KmsKeyArn, "runtime": hosted.Runtime,
		"vpcSubnetIds": hosted.VpcSubnetIds, "vpcSecurityGroupIds": hosted.VpcSecurityGroupIds,
	} {
		if value != "" {
			values[name] = value
		}
	}
	if hosted.ExcludeCharacters != nil {
		values["excludeCharacters"] = *hosted.ExcludeCharacters
	}
	function, parameters, err := m.application.Template(values)
	if err != nil {
		return cloudformation.Template{}, err
	}
	caller := wire.CallerFrom(ctx)
	return cloudformation.Template{Resources: []cloudformation.Resource{
		m.stacks.NestedStack(nestedID, function, parameters),
		{
			LogicalID: scheduleID, Type: scheduleType,
			Create: func(ctx context.Context, b cloudformation.Build) (string, error) {
				return m.enableRotation(wire.WithCaller(ctx, caller), p, m.stacks.Output(b.PhysicalIDs[nestedID], "RotationLambdaARN"))
			},
			Delete: func(ctx context.Context, secretARN string) error {
				return m.secrets.CancelRotation(wire.WithCaller(ctx, caller), secretARN)
			},
		},
	}}, nil
}

// enableRotation enables rotation and, unless the template says otherwise,
// rotates once. It returns the schedule's physical id, the secret's ARN.
func (m *Macro) enableRotation(ctx context.Context, p scheduleProperties, functionARN string) (string, error) {
	out, err := m.secrets.Rotate(ctx, &secretsmanager.RotateSecretInput{
		SecretId: &p.SecretId, ClientRequestToken: aws.String(uuid.NewString()), RotationLambdaARN: &functionARN,
		RotationRules: p.RotationRules, RotateImmediately: p.RotateImmediatelyOnUpdate,
	})
	if err != nil {
		return "", fmt.Errorf("resource handler returned message: %q", err.Error())
	}
	return aws.ToString(out.ARN), nil
}
