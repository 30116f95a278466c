package serverlessrepo_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cfnapi "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfn "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	logsapi "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	iamapi "github.com/aws/aws-sdk-go-v2/service/iam"
	lambdaapi "github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	repoapi "github.com/aws/aws-sdk-go-v2/service/serverlessapplicationrepository"
	repotypes "github.com/aws/aws-sdk-go-v2/service/serverlessapplicationrepository/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/lambda"
	"keyturn/aws/sandbox/serverlessrepo"
)

const function = "SecretsManagerTutorial"

func TestStackCreatesAndDeletesItsResources(t *testing.T) {
	t.Parallel()
	a, ctx := newAccount(t, cloud.Instant), t.Context()
	a.host.Register(serverlessrepo.ApplicationName, func(_ context.Context, inv lambda.Invocation) ([]byte, error) {
		inv.Log("[INFO] endpoint " + inv.Environment["SECRETS_MANAGER_ENDPOINT"])
		return []byte(`"` + inv.RoleARN + `"`), nil
	})
	stackID := a.deploy(t, "tutorial", function)

	stacks, err := a.stacks.DescribeStacks(ctx, &cfnapi.DescribeStacksInput{StackName: aws.String("serverlessrepo-tutorial")})
	check(t, err)
	st := stacks.Stacks[0]
	functionARN := "arn:aws:lambda:us-east-1:123456789012:function:" + function
	if *st.StackId != stackID || len(st.Outputs) != 1 || *st.Outputs[0].OutputKey != "RotationLambdaARN" || *st.Outputs[0].OutputValue != functionARN {
		t.Errorf("stack = %+v", st)
	}
	tags := map[string]string{}
	for _, tag := range st.Tags {
		tags[*tag.Key] = *tag.Value
	}
	if tags["keyturn:run"] != "test" || tags["serverlessrepo:applicationId"] != serverlessrepo.ApplicationARN || tags["serverlessrepo:semanticVersion"] == "" {
		t.Errorf("tags = %v", tags)
	}
	detail, err := a.stacks.DescribeStackResource(ctx, &cfnapi.DescribeStackResourceInput{StackName: &stackID, LogicalResourceId: aws.String(serverlessrepo.ApplicationName)})
	check(t, err)
	if got := *detail.StackResourceDetail.PhysicalResourceId; got != function {
		t.Errorf("the function's physical id = %q", got)
	}

	f, err := a.lambda.GetFunction(ctx, &lambdaapi.GetFunctionInput{FunctionName: aws.String(function)})
	check(t, err)
	c := f.Configuration
	if *c.Handler != "lambda_function.lambda_handler" || *c.MemorySize != 128 || *c.Timeout != 30 || c.State != lambdatypes.StateActive {
		t.Errorf("configuration = %+v", c)
	}
	if c.Environment.Variables["SECRETS_MANAGER_ENDPOINT"] != "https://secretsmanager.us-east-1.amazonaws.com" {
		t.Errorf("environment = %v", c.Environment.Variables)
	}
	if f.Tags["SecretsManagerLambda"] != "Rotation" || f.Tags["keyturn:run"] != "test" || f.Tags["aws:cloudformation:logical-id"] != serverlessrepo.ApplicationName {
		t.Errorf("tags = %v", f.Tags)
	}
	policy, err := a.lambda.GetPolicy(ctx, &lambdaapi.GetPolicyInput{FunctionName: aws.String(function)})
	check(t, err)
	if !strings.Contains(*policy.Policy, `"Principal":{"Service":"secretsmanager.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"`+functionARN+`"`) {
		t.Errorf("policy = %s", *policy.Policy)
	}
	if !a.host.Principal("secretsmanager.amazonaws.com").Invocable(functionARN) || a.host.Principal("events.amazonaws.com").Invocable(functionARN) {
		t.Error("the function is for Secrets Manager and nobody else")
	}

	role := (*c.Role)[strings.LastIndex(*c.Role, "/")+1:]
	attached, err := a.iam.ListAttachedRolePolicies(ctx, &iamapi.ListAttachedRolePoliciesInput{RoleName: &role})
	check(t, err)
	if len(attached.AttachedPolicies) != 2 {
		t.Errorf("attached = %v", attached.AttachedPolicies)
	}
	rights, err := a.iam.GetRolePolicy(ctx, &iamapi.GetRolePolicyInput{RoleName: &role, PolicyName: aws.String(serverlessrepo.ApplicationName + "RolePolicy1")})
	check(t, err)
	document, err := url.PathUnescape(*rights.PolicyDocument)
	check(t, err)
	if !strings.Contains(document, `"secretsmanager:resource/AllowRotationLambdaArn":"`+functionARN+`"`) {
		t.Errorf("inline policy = %s", document)
	}

	answer, err := a.lambda.Invoke(ctx, &lambdaapi.InvokeInput{FunctionName: aws.String(function), Payload: []byte(`{}`), LogType: lambdatypes.LogTypeTail})
	check(t, err)
	if string(answer.Payload) != `"`+*c.Role+`"` || answer.FunctionError != nil || answer.LogResult == nil || *answer.ExecutedVersion != "$LATEST" {
		t.Errorf("answer = %s, %+v", answer.Payload, answer)
	}

	a.deleteStack(ctx, t, stackID)
	_, err = a.lambda.GetFunction(ctx, &lambdaapi.GetFunctionInput{FunctionName: aws.String(function)})
	wantCode(t, err, "ResourceNotFoundException", "Function not found: "+functionARN)
	_, err = a.iam.GetRole(ctx, &iamapi.GetRoleInput{RoleName: &role})
	wantCode(t, err, "NoSuchEntity", "The role with name "+role+" cannot be found.")
	_, err = a.stacks.DescribeStacks(ctx, &cfnapi.DescribeStacksInput{StackName: aws.String("serverlessrepo-tutorial")})
	wantCode(t, err, "ValidationError", "Stack with id serverlessrepo-tutorial does not exist")
	events, err := a.logs.FilterLogEvents(ctx, &logsapi.FilterLogEventsInput{LogGroupName: aws.String("/aws/lambda/" + function), FilterPattern: aws.String("endpoint")})
	check(t, err)
	if len(events.Events) != 1 {
		t.Errorf("the log group outlives the stack with its lines, got %v", events.Events)
	}
}

func TestStackEvents(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	id := a.deploy(t, "tutorial", function)
	var got []string
	pages := cfnapi.NewDescribeStackEventsPaginator(a.stacks, &cfnapi.DescribeStackEventsInput{StackName: &id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		check(t, err)
		for _, e := range page.StackEvents {
			got = append([]string{*e.LogicalResourceId + " " + string(e.ResourceStatus)}, got...)
		}
	}
	want := []string{
		"serverlessrepo-tutorial REVIEW_IN_PROGRESS", "serverlessrepo-tutorial CREATE_IN_PROGRESS",
		"SecretsManagerRDSMySQLRotationSingleUserRole CREATE_IN_PROGRESS", "SecretsManagerRDSMySQLRotationSingleUserRole CREATE_IN_PROGRESS", "SecretsManagerRDSMySQLRotationSingleUserRole CREATE_COMPLETE",
		"SecretsManagerRDSMySQLRotationSingleUser CREATE_IN_PROGRESS", "SecretsManagerRDSMySQLRotationSingleUser CREATE_IN_PROGRESS", "SecretsManagerRDSMySQLRotationSingleUser CREATE_COMPLETE",
		"LambdaPermission CREATE_IN_PROGRESS", "LambdaPermission CREATE_IN_PROGRESS", "LambdaPermission CREATE_COMPLETE",
		"serverlessrepo-tutorial CREATE_COMPLETE",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestExistingFunctionNameRollsBack(t *testing.T) {
	t.Parallel()
	a, ctx := newAccount(t, cloud.Instant), t.Context()
	a.deploy(t, "first", function)
	cs, err := a.repo.CreateCloudFormationChangeSet(ctx, deployment("second", function))
	check(t, err)
	ready := cfnapi.NewChangeSetCreateCompleteWaiter(a.stacks, func(o *cfnapi.ChangeSetCreateCompleteWaiterOptions) { o.MinDelay, o.MaxDelay = poll, poll })
	check(t, ready.Wait(ctx, &cfnapi.DescribeChangeSetInput{ChangeSetName: cs.ChangeSetId}, waitTimeout))
	_, err = a.stacks.ExecuteChangeSet(ctx, &cfnapi.ExecuteChangeSetInput{ChangeSetName: cs.ChangeSetId})
	check(t, err)
	made := cfnapi.NewStackCreateCompleteWaiter(a.stacks, func(o *cfnapi.StackCreateCompleteWaiterOptions) { o.MinDelay, o.MaxDelay = poll, poll })
	if err := made.Wait(ctx, &cfnapi.DescribeStacksInput{StackName: cs.StackId}, waitTimeout); err == nil {
		t.Fatal("the waiter must fail")
	}
	for status := cfn.StackStatus(""); status != cfn.StackStatusRollbackComplete; {
		out, err := a.stacks.DescribeStacks(ctx, &cfnapi.DescribeStacksInput{StackName: cs.StackId})
		check(t, err)
		status = out.Stacks[0].StackStatus
	}
	events, err := a.stacks.DescribeStackEvents(ctx, &cfnapi.DescribeStackEventsInput{StackName: cs.StackId})
	check(t, err)
	var reasons []string
	for _, e := range events.StackEvents {
		if e.ResourceStatusReason != nil {
			reasons = append(reasons, *e.ResourceStatusReason)
		}
	}
	all := strings.Join(reasons, "\n")
	for _, want := range []string{"Function already exist: " + function, "HandlerErrorCode: AlreadyExists", "The following resource(s) failed to create: [" + serverlessrepo.ApplicationName + "]. Rollback requested by user."} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in the reasons\n%s", want, all)
		}
	}
	roles, err := a.iam.ListRoles(ctx, &iamapi.ListRolesInput{})
	check(t, err)
	if len(roles.Roles) != 1 {
		t.Errorf("%d roles are left, want the first stack's", len(roles.Roles))
	}
	_, err = a.lambda.GetFunction(ctx, &lambdaapi.GetFunctionInput{FunctionName: aws.String(function)})
	check(t, err)
	_, err = a.repo.CreateCloudFormationChangeSet(ctx, deployment("second", "SecretsManagerOther"))
	wantCode(t, err, "BadRequestException", "Stack:"+*cs.StackId+" is in ROLLBACK_COMPLETE state and can not be updated.")
}

func TestDeleteStackToleratesAMissingFunction(t *testing.T) {
	t.Parallel()
	a, ctx := newAccount(t, cloud.Instant), t.Context()
	id := a.deploy(t, "tutorial", function)
	_, err := a.lambda.DeleteFunction(ctx, &lambdaapi.DeleteFunctionInput{FunctionName: aws.String(function)})
	check(t, err)
	a.deleteStack(ctx, t, id)
	roles, err := a.iam.ListRoles(ctx, &iamapi.ListRolesInput{})
	check(t, err)
	if len(roles.Roles) != 0 {
		t.Errorf("roles = %v", roles.Roles)
	}
}

func TestFunctionWithVPCAndKMSKey(t *testing.T) {
	t.Parallel()
	a, ctx := newAccount(t, cloud.Instant), t.Context()
	key := "arn:aws:kms:us-east-1:123456789012:key/1"
	in := deployment("private", function)
	for name, value := range map[string]string{"vpcSubnetIds": "subnet-1,subnet-2", "vpcSecurityGroupIds": "sg-1", "kmsKeyArn": key} {
		in.ParameterOverrides = append(in.ParameterOverrides, repotypes.ParameterValue{Name: &name, Value: &value})
	}
	a.deployWith(t, in)
	f, err := a.lambda.GetFunction(ctx, &lambdaapi.GetFunctionInput{FunctionName: aws.String(function)})
	check(t, err)
	if diff := cmp.Diff([]string{"subnet-1", "subnet-2"}, f.Configuration.VpcConfig.SubnetIds); diff != "" {
		t.Error(diff)
	}
	role := (*f.Configuration.Role)[strings.LastIndex(*f.Configuration.Role, "/")+1:]
	rights, err := a.iam.GetRolePolicy(ctx, &iamapi.GetRolePolicyInput{RoleName: &role, PolicyName: aws.String(serverlessrepo.ApplicationName + "RolePolicy2")})
	check(t, err)
	if !strings.Contains(*rights.PolicyDocument, url.QueryEscape(key)) {
		t.Errorf("policy = %s", *rights.PolicyDocument)
	}
}

func TestSecondChangeSetForAnExistingStack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ function, reason string }{
		"fails where nothing would change":       {function, "The submitted information didn't contain changes. Submit different information to create a change set."},
		"fails where the stack would be updated": {"SecretsManagerOther", "The sandbox makes and deletes stacks; it does not update them. Delete the stack first."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, ctx := newAccount(t, cloud.Instant), t.Context()
			a.deploy(t, "tutorial", function)
			cs, err := a.repo.CreateCloudFormationChangeSet(ctx, deployment("tutorial", c.function))
			check(t, err)
			ready := cfnapi.NewChangeSetCreateCompleteWaiter(a.stacks, func(o *cfnapi.ChangeSetCreateCompleteWaiterOptions) { o.MinDelay, o.MaxDelay = poll, poll })
			if err := ready.Wait(ctx, &cfnapi.DescribeChangeSetInput{ChangeSetName: cs.ChangeSetId}, waitTimeout); err == nil {
				t.Fatal("the waiter must fail")
			}
			out, err := a.stacks.DescribeChangeSet(ctx, &cfnapi.DescribeChangeSetInput{ChangeSetName: cs.ChangeSetId})
			check(t, err)
			if out.Status != cfn.ChangeSetStatusFailed || aws.ToString(out.StatusReason) != c.reason {
				t.Errorf("change set = %s, %s", out.Status, aws.ToString(out.StatusReason))
			}
		})
	}
}

func TestApplicationDescription(t *testing.T) {
	t.Parallel()
	a, ctx := newAccount(t, cloud.Instant), t.Context()
	app, err := a.repo.GetApplication(ctx, &repoapi.GetApplicationInput{ApplicationId: aws.String(serverlessrepo.ApplicationARN)})
	check(t, err)
	if got := app.Version.RequiredCapabilities; len(got) != 2 || got[0] != "CAPABILITY_IAM" || got[1] != "CAPABILITY_RESOURCE_POLICY" || !*app.Version.ResourcesSupported {
		t.Errorf("version = %+v", app.Version)
	}
	required := []string{}
	for _, p := range app.Version.ParameterDefinitions {
		if p.DefaultValue == nil {
			required = append(required, *p.Name)
		}
	}
	if diff := cmp.Diff([]string{"endpoint", "functionName"}, required); diff != "" {
		t.Error(diff)
	}
	_, err = a.repo.GetApplication(ctx, &repoapi.GetApplicationInput{ApplicationId: aws.String("arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSMySQLRotationMultiUser")})
	wantCode(t, err, "NotFoundException", "")
}

func TestInvalidRepositoryRequestsAreRejected(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	for name, c := range map[string]struct {
		change        func(*repoapi.CreateCloudFormationChangeSetInput)
		code, message string
	}{
		"a capability left out": {
			func(in *repoapi.CreateCloudFormationChangeSetInput) { in.Capabilities = in.Capabilities[1:] },
			"BadRequestException", "Required capabilities [CAPABILITY_IAM] were not provided.",
		},
		"both capabilities left out": {
			func(in *repoapi.CreateCloudFormationChangeSetInput) { in.Capabilities = nil },
			"BadRequestException", "Required capabilities [CAPABILITY_IAM, CAPABILITY_RESOURCE_POLICY] were not provided.",
		},
		"a parameter's name in the wrong case": {
			func(in *repoapi.CreateCloudFormationChangeSetInput) {
				in.ParameterOverrides[1].Name = aws.String("functionname")
			},
			"BadRequestException", "Parameters: [functionname] do not exist in the template",
		},
		"a required parameter left out": {
			func(in *repoapi.CreateCloudFormationChangeSetInput) {
				in.ParameterOverrides = in.ParameterOverrides[:1]
			},
			"BadRequestException", "Parameters: [functionName] must have values",
		},
		"an application that nobody published": {
			func(in *repoapi.CreateCloudFormationChangeSetInput) { *in.ApplicationId += "X" },
			"NotFoundException", "",
		},
		"a stack name with a space": {
			func(in *repoapi.CreateCloudFormationChangeSetInput) { in.StackName = aws.String("my stack") },
			"BadRequestException", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := deployment("refused", function)
			c.change(in)
			_, err := a.repo.CreateCloudFormationChangeSet(t.Context(), in)
			wantCode(t, err, c.code, c.message)
		})
	}
}

// wantCode checks an error's code and, unless empty, its message.
func wantCode(t *testing.T, err error, code, message string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code || message != "" && e.ErrorMessage() != message {
		t.Errorf("error = %v, want %s: %s", err, code, message)
	}
}
