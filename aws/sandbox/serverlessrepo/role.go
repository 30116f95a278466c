package serverlessrepo

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	iamapi "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"keyturn/aws/sandbox/cloudformation"
)

const trustPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com"]},"Action":["sts:AssumeRole"]}]}`

// maxRoleNameLength is IAM's limit.
const maxRoleNameLength = 64

var executionPolicies = []string{
	"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
	"arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
}

// createRole creates the function's role with its policies.
func (d deployment) createRole(ctx context.Context, b cloudformation.Build) (string, error) {
	name := b.Name(maxRoleNameLength)
	in := &iamapi.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(trustPolicy)}
	for _, t := range b.Tags {
		in.Tags = append(in.Tags, types.Tag{Key: t.Key, Value: t.Value})
	}
	if err := authorizeHandler(ctx, "Iam", slices.Concat(d.iam.Accesses("CreateRole", in), d.iam.Accesses("GetRole", in))...); err != nil {
		return "", err
	}
	if _, err := d.iam.CreateRole(ctx, in); err != nil {
		return "", toHandlerError("Iam", err)
	}
	for _, arn := range executionPolicies {
		in := &iamapi.AttachRolePolicyInput{RoleName: &name, PolicyArn: aws.String(d.cloud.ToOwnPartition(arn))}
		if err := authorizeHandler(ctx, "Iam", d.iam.Accesses("AttachRolePolicy", in)...); err != nil {
			return name, err
		}
		if _, err := d.iam.AttachRolePolicy(ctx, in); err != nil {
			return name, toHandlerError("Iam", err)
		}
	}
	for i, statements := range d.policies() {
		document, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
		if err != nil {
			return name, fmt.Errorf("policy %d: %w", i, err)
		}
		in := &iamapi.PutRolePolicyInput{RoleName: &name, PolicyName: aws.String(fmt.Sprintf("%sPolicy%d", roleID, i)), PolicyDocument: aws.String(string(document))}
		if err := authorizeHandler(ctx, "Iam", d.iam.Accesses("PutRolePolicy", in)...); err != nil {
			return name, err
		}
		if _, err := d.iam.PutRolePolicy(ctx, in); err != nil {
			return name, toHandlerError("Iam", err)
		}
	}
	return name, nil
}

type statement struct {
	Effect    string
	Action    []string
	Resource  string
	Condition map[string]map[string]string `json:",omitempty"`
}

// policies returns the role's inline policies: for the network interfaces of a
// function in a VPC, for the secrets that this function rotates, and for the KMS
// key if there is one.
func (d deployment) policies() [][]statement {
	policies := [][]statement{
		{{Effect: "Allow", Resource: "*", Action: []string{
			"ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DetachNetworkInterface",
		}}},
		{
			{
				Effect: "Allow", Resource: d.cloud.ARN("secretsmanager", "secret:*"),
				Action: []string{"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"},
				Condition: map[string]map[string]string{"StringEquals": {
					"secretsmanager:resource/AllowRotationLambdaArn": d.functionARN(d.parameters["functionName"]),
				}},
			},
			{Effect: "Allow", Resource: "*", Action: []string{"secretsmanager:GetRandomPassword"}},
		},
	}
	if key := d.parameters["kmsKeyArn"]; key != "" {
		policies = append(policies, []statement{{Effect: "Allow", Resource: key, Action: []string{"kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"}}})
	}
	return policies
}

// deleteRole deletes the role and its policies. Like CloudFormation it also
// deletes inline policies that the stack did not create.
func (d deployment) deleteRole(ctx context.Context, name string) error {
	attached, err := d.iam.ListAttachedRolePolicies(ctx, &iamapi.ListAttachedRolePoliciesInput{RoleName: &name})
	if err != nil {
		return ignoreNotFound(err, "NoSuchEntity")
	}
	for _, p := range attached.AttachedPolicies {
		in := &iamapi.DetachRolePolicyInput{RoleName: &name, PolicyArn: p.PolicyArn}
		if err := authorizeHandler(ctx, "Iam", d.iam.Accesses("DetachRolePolicy", in)...); err != nil {
			return err
		}
		if _, err := d.iam.DetachRolePolicy(ctx, in); err != nil {
			return toHandlerError("Iam", err)
		}
	}
	inline, err := d.iam.ListRolePolicies(ctx, &iamapi.ListRolePoliciesInput{RoleName: &name})
	if err != nil {
		return ignoreNotFound(err, "NoSuchEntity")
	}
	for _, policy := range inline.PolicyNames {
		in := &iamapi.DeleteRolePolicyInput{RoleName: &name, PolicyName: &policy}
		if err := authorizeHandler(ctx, "Iam", d.iam.Accesses("DeleteRolePolicy", in)...); err != nil {
			return err
		}
		if _, err := d.iam.DeleteRolePolicy(ctx, in); err != nil {
			return toHandlerError("Iam", err)
		}
	}
	in := &iamapi.DeleteRoleInput{RoleName: &name}
	if err := authorizeHandler(ctx, "Iam", d.iam.Accesses("DeleteRole", in)...); err != nil {
		return err
	}
	_, err = d.iam.DeleteRole(ctx, in)
	return ignoreNotFound(toHandlerError("Iam", err), "NoSuchEntity")
}
