package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"keyturn/steps"
)

type lambdaAPI interface {
	GetFunctionConfiguration(context.Context, *lambda.GetFunctionConfigurationInput, ...func(*lambda.Options)) (*lambda.GetFunctionConfigurationOutput, error)
	AddPermission(context.Context, *lambda.AddPermissionInput, ...func(*lambda.Options)) (*lambda.AddPermissionOutput, error)
	UpdateFunctionConfiguration(context.Context, *lambda.UpdateFunctionConfigurationInput, ...func(*lambda.Options)) (*lambda.UpdateFunctionConfigurationOutput, error)
	GetPolicy(context.Context, *lambda.GetPolicyInput, ...func(*lambda.Options)) (*lambda.GetPolicyOutput, error)
}

// functions are the steps' Functions.
type functions struct{ api lambdaAPI }

var _ steps.Functions = functions{}

func (f functions) Function(ctx context.Context, arn string) (steps.Function, error) {
	out, err := call(ctx, f.api.GetFunctionConfiguration, &lambda.GetFunctionConfigurationInput{FunctionName: &arn})
	if err != nil {
		return steps.Function{}, err
	}
	function := steps.Function{
		ARN:              awssdk.ToString(out.FunctionArn),
		Name:             awssdk.ToString(out.FunctionName),
		Runtime:          string(out.Runtime),
		State:            string(out.State),
		StateReason:      awssdk.ToString(out.StateReason),
		LastUpdateStatus: string(out.LastUpdateStatus),
		Timeout:          awssdk.ToInt32(out.Timeout),
	}
	if out.VpcConfig != nil {
		function.VPCID = awssdk.ToString(out.VpcConfig.VpcId)
		function.SubnetIDs, function.GroupIDs = out.VpcConfig.SubnetIds, out.VpcConfig.SecurityGroupIds
	}
	return function, nil
}

func (f functions) Invokers(ctx context.Context, arn string) ([]steps.Invoker, error) {
	out, err := call(ctx, f.api.GetPolicy, &lambda.GetPolicyInput{FunctionName: &arn})
	if errors.Is(err, steps.ErrNotFound) {
		return nil, nil // a function without a policy
	}
	if err != nil {
		return nil, err
	}
	return parseInvokers(awssdk.ToString(out.Policy))
}

// AllowInvoking names the statement after the service, so that there is one of it.
func (f functions) AllowInvoking(ctx context.Context, arn, service, accountID string) error {
	_, err := call(ctx, f.api.AddPermission, &lambda.AddPermissionInput{
		FunctionName: &arn, StatementId: awssdk.String(strings.ReplaceAll(service, ".", "-")), Action: awssdk.String("lambda:InvokeFunction"),
		Principal: &service, SourceAccount: &accountID,
	})
	if errors.Is(err, steps.ErrAlreadyExists) {
		return nil
	}
	return err
}

func (f functions) LeaveVPC(ctx context.Context, arn string) error {
	_, err := call(ctx, f.api.UpdateFunctionConfiguration, &lambda.UpdateFunctionConfigurationInput{
		FunctionName: &arn, VpcConfig: &types.VpcConfig{SubnetIds: []string{}, SecurityGroupIds: []string{}},
	})
	return err
}

// stringOrList is a member of a policy document that is one string or a list.
type stringOrList []string

func (t *stringOrList) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = stringOrList{one}
		return nil
	}
	var all []string
	err := json.Unmarshal(data, &all)
	*t = all
	return err
}

// policyPrincipal has the principals of a statement: services by name, or "*".
type policyPrincipal struct{ Service stringOrList }

func (p *policyPrincipal) UnmarshalJSON(data []byte) error {
	if string(data) == `"*"` {
		p.Service = stringOrList{"*"}
		return nil
	}
	var named struct{ Service, AWS stringOrList }
	if err := json.Unmarshal(data, &named); err != nil {
		return err
	}
	if p.Service = named.Service; slices.Contains(named.AWS, "*") {
		p.Service = append(p.Service, "*")
	}
	return nil
}

// parseInvokers reads who may invoke the function from its policy. Of the
// conditions it knows the two that AddPermission writes, SourceAccount and
// SourceArn.
func parseInvokers(policy string) ([]steps.Invoker, error) {
	var document struct {
		Statement []struct {
			Effect    string
			Principal policyPrincipal
			Action    stringOrList
			Condition map[string]map[string]stringOrList
		}
	}
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		return nil, fmt.Errorf("read the function's policy: %w", err)
	}
	var invokers []steps.Invoker
	for _, s := range document.Statement {
		if s.Effect != "Allow" || !slices.ContainsFunc(s.Action, isInvokeAction) {
			continue
		}
		for _, service := range s.Principal.Service {
			invoker := steps.Invoker{Service: service}
			for _, keys := range s.Condition {
				for key, values := range keys {
					switch strings.ToLower(key) {
					case "aws:sourceaccount":
						invoker.Accounts = values
					case "aws:sourcearn":
						invoker.Sources = values
					}
				}
			}
			invokers = append(invokers, invoker)
		}
	}
	return invokers, nil
}

func isInvokeAction(action string) bool {
	return slices.Contains([]string{"lambda:invokefunction", "lambda:invoke*", "lambda:*", "*"}, strings.ToLower(action))
}
