package rotation

import "keyturn/steps"

// functionNeeds are the actions that install the function, or look at one that
// exists.
func functionNeeds(p steps.PermissionScope) []steps.Permission {
	switch functionFrom(p) {
	case steps.FunctionExisting:
		return steps.PermissionsFor([]string{p.Setup.FunctionARN}, "lambda:GetFunctionConfiguration", "lambda:GetPolicy")
	case steps.FunctionTransform:
		macro := "arn:" + p.Partition() + ":cloudformation:" + p.Account.Region + ":aws:transform/SecretsManager-2024-09-16"
		needs := steps.PermissionsFor(append(stackARNs(p), macro), "cloudformation:CreateChangeSet")
		needs = append(needs, steps.PermissionsFor(stackARNs(p), "cloudformation:CreateStack")...) // the stack in the stack
		return append(needs, stackNeeds(p)...)
	}
	needs := steps.PermissionsFor([]string{p.Account.Services.Stacks.ApplicationARN()}, "serverlessrepo:GetApplication", "serverlessrepo:CreateCloudFormationChangeSet")
	needs = append(needs, steps.PermissionsFor(stackARNs(p), "cloudformation:CreateChangeSet")...)
	needs = append(needs, stackNeeds(p)...)
	return append(needs, steps.PermissionsFor([]string{"arn:" + p.Partition() + ":s3:::awsserverlessrepo-changesets*"}, "s3:GetObject")...)
}

// stackNeeds are the actions that make a stack with the function. CloudFormation
// makes the role and the function in the caller's name.
func stackNeeds(p steps.PermissionScope) []steps.Permission {
	role, function := roleARN(p), p.ARN("lambda", "function:"+p.Setup.FunctionName)
	needs := steps.PermissionsFor(stackARNs(p), "cloudformation:DescribeChangeSet", "cloudformation:ExecuteChangeSet", "cloudformation:DescribeStacks")
	needs = append(needs, steps.PermissionsFor([]string{role}, "iam:CreateRole", "iam:TagRole", "iam:GetRole", "iam:AttachRolePolicy", "iam:PutRolePolicy")...)
	needs = append(needs, steps.Permission{
		Action: "iam:PassRole", Resources: []string{role}, Conditions: map[string]string{"iam:PassedToService": "lambda.amazonaws.com"},
	})
	return append(needs, steps.PermissionsFor([]string{function}, "lambda:CreateFunction", "lambda:TagResource", "lambda:GetFunction", "lambda:AddPermission")...)
}

// stackRemovalNeeds are the actions that remove what stackNeeds made.
func stackRemovalNeeds(p steps.PermissionScope) []steps.Permission {
	if functionFrom(p) == steps.FunctionExisting {
		return nil
	}
	needs := steps.PermissionsFor(stackARNs(p), "cloudformation:DeleteStack")
	needs = append(needs, steps.PermissionsFor([]string{p.ARN("lambda", "function:"+p.Setup.FunctionName)}, "lambda:RemovePermission", "lambda:DeleteFunction")...)
	return append(needs, steps.PermissionsFor([]string{roleARN(p)}, "iam:DetachRolePolicy", "iam:DeleteRolePolicy", "iam:DeleteRole")...)
}

// functionFrom is the source that a path takes, as far as its answers and its
// region tell.
func functionFrom(p steps.PermissionScope) steps.FunctionSource {
	switch {
	case p.Setup.FunctionARN != "":
		return steps.FunctionExisting
	case p.Setup.FunctionFrom == steps.FunctionTransform, p.Setup.FunctionFrom != steps.FunctionSAR && !p.Account.Services.Stacks.HasRepository():
		return steps.FunctionTransform
	}
	return steps.FunctionSAR
}

// stackARNs are the run's stack, and with the transform the one in it.
func stackARNs(p steps.PermissionScope) []string {
	if functionFrom(p) == steps.FunctionTransform {
		return []string{p.ARN("cloudformation", "stack/"+stackName(p.RunID)+"*")}
	}
	return []string{p.ARN("cloudformation", "stack/"+stackPrefix+stackName(p.RunID)+"/*")}
}

// roleARN names the function's role by the beginning of the stack's name, which
// CloudFormation cuts to what IAM allows.
func roleARN(p steps.PermissionScope) string {
	if functionFrom(p) == steps.FunctionTransform {
		return p.IAMARN("role/" + stackName("*"))
	}
	return p.IAMARN("role/" + stackPrefix + stackName("*"))
}
