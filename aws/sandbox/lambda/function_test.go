package lambda_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaapi "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"keyturn/aws/sandbox/cloud"
)

func TestNewFunctionIsPending(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t, cloud.Real)
		out, err := a.CreateFunction(t.Context(), newInput())
		check(t, err)
		if out.State != types.StatePending || out.StateReasonCode != types.StateReasonCodeCreating {
			t.Errorf("state = %s, %s", out.State, out.StateReasonCode)
		}
		_, err = a.Invoke(t.Context(), &lambdaapi.InvokeInput{FunctionName: aws.String(name)})
		wantError(t, err, "ResourceConflictException", "The function is currently in the following state: Pending")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		c, err := a.GetFunctionConfiguration(t.Context(), &lambdaapi.GetFunctionConfigurationInput{FunctionName: aws.String(name)})
		check(t, err)
		if c.State != types.StateActive || c.StateReason != nil || c.LastUpdateStatus != types.LastUpdateStatusSuccessful {
			t.Errorf("configuration = %+v", c)
		}
	})
}

func TestConfigurationUpdateIsInProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t, cloud.Real)
		_, err := a.Deploy(t.Context(), newInput(), "none")
		check(t, err)
		change := &lambdaapi.UpdateFunctionConfigurationInput{FunctionName: aws.String(name), Timeout: aws.Int32(60)}
		out, err := a.UpdateFunctionConfiguration(t.Context(), change)
		check(t, err)
		if *out.Timeout != 60 || out.LastUpdateStatus != types.LastUpdateStatusInProgress || *out.MemorySize != 128 {
			t.Errorf("configuration = %+v", out)
		}
		_, err = a.UpdateFunctionConfiguration(t.Context(), change)
		wantError(t, err, "ResourceConflictException", "An update is in progress for resource: "+arn)
		time.Sleep(time.Second)
		synctest.Wait()
		_, err = a.UpdateFunctionConfiguration(t.Context(), change)
		check(t, err)
	})
}

func TestFunctionNameForms(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	_, err := a.CreateFunction(t.Context(), newInput())
	check(t, err)
	for about, c := range map[string]struct{ name, qualifier, arn, code, message string }{
		"its name":                               {name: name, arn: arn},
		"its ARN":                                {name: arn, arn: arn},
		"a partial ARN":                          {name: "123456789012:function:" + name, arn: arn},
		"its name with a version":                {name: name + ":$LATEST", arn: arn + ":$LATEST"},
		"its ARN with a version":                 {name: arn + ":$LATEST", arn: arn + ":$LATEST"},
		"a version apart":                        {name: name, qualifier: "$LATEST", arn: arn + ":$LATEST"},
		"a version that nobody published":        {name: name, qualifier: "3", code: "ResourceNotFoundException", message: "Function not found: " + arn + ":3"},
		"another name":                           {name: "nobody", code: "ResourceNotFoundException", message: "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody"},
		"two versions that differ":               {name: name + ":$LATEST", qualifier: "3", code: "InvalidParameterValueException", message: "The derived qualifier from the function name does not match the specified qualifier."},
		"an ARN of another region":               {name: "arn:aws:lambda:eu-west-1:123456789012:function:x", code: "ResourceNotFoundException", message: "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"},
		"an ARN of another account":              {name: "arn:aws:lambda:us-east-1:999999999999:function:x", code: "AccessDeniedException", message: "not authorized to perform: lambda:GetFunction"},
		"a name with a space":                    {name: "my function", code: "ValidationException", message: "Value 'my function' at 'functionName'"},
		"a name of more than 64 characters":      {name: name + name + name + name, code: "ValidationException", message: "at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64"},
		"a name of more than 140 characters":     {name: strings.Repeat("f", 141), code: "ValidationException", message: "Member must have length less than or equal to 140"},
		"an ARN that is not a function's at all": {name: "arn:aws:sns:us-east-1:123456789012:topic", code: "ValidationException", message: "functionName"},
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			in := &lambdaapi.GetFunctionInput{FunctionName: aws.String(c.name)}
			if c.qualifier != "" {
				in.Qualifier = aws.String(c.qualifier)
			}
			out, err := a.GetFunction(t.Context(), in)
			if c.code != "" {
				wantError(t, err, c.code, c.message)
				return
			}
			check(t, err)
			if got := *out.Configuration.FunctionArn; got != c.arn {
				t.Errorf("ARN = %s, want %s", got, c.arn)
			}
		})
	}
}

func TestCreateFunctionRejectsInvalidInput(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	taken := newInput()
	taken.FunctionName = aws.String("taken")
	_, err := a.CreateFunction(t.Context(), taken)
	check(t, err)
	for about, c := range map[string]struct {
		change        func(*lambdaapi.CreateFunctionInput)
		code, message string
	}{
		"a name that is taken":      {func(in *lambdaapi.CreateFunctionInput) { in.FunctionName = aws.String("taken") }, "ResourceConflictException", "Function already exist: taken"},
		"a role that is not there":  {func(in *lambdaapi.CreateFunctionInput) { in.Role = aws.String(role + "x") }, "InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda."},
		"code that is not a zip":    {func(in *lambdaapi.CreateFunctionInput) { in.Code.ZipFile = []byte("def") }, "InvalidParameterValueException", "Could not unzip uploaded file."},
		"no code":                   {func(in *lambdaapi.CreateFunctionInput) { in.Code = nil }, "InvalidParameterValueException", "Please provide a source for function code."},
		"code in a bucket":          {func(in *lambdaapi.CreateFunctionInput) { in.Code = &types.FunctionCode{S3Bucket: aws.String("b")} }, "InvalidParameterValueException", "NoSuchBucket"},
		"no handler":                {func(in *lambdaapi.CreateFunctionInput) { in.Handler = nil }, "InvalidParameterValueException", "Runtime and Handler are mandatory"},
		"a timeout of an hour":      {func(in *lambdaapi.CreateFunctionInput) { in.Timeout = aws.Int32(3600) }, "ValidationException", "less than or equal to 900"},
		"a role that cannot be one": {func(in *lambdaapi.CreateFunctionInput) { in.Role = aws.String("rotation") }, "ValidationException", "Value 'rotation' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws"},
		"a runtime of its own":      {func(in *lambdaapi.CreateFunctionInput) { in.Runtime = "cobol85" }, "InvalidParameterValueException", "Value cobol85 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: ["},
		"a processor of its own":    {func(in *lambdaapi.CreateFunctionInput) { in.Architectures = []types.Architecture{"z80"} }, "ValidationException", "Value '[z80]' at 'architectures'"},
		"a long description":        {func(in *lambdaapi.CreateFunctionInput) { in.Description = aws.String(strings.Repeat("x", 257)) }, "ValidationException", "less than or equal to 256"},
		"a variable that Lambda sets": {func(in *lambdaapi.CreateFunctionInput) {
			in.Environment = &types.Environment{Variables: map[string]string{"AWS_REGION": "x", "A1": "y"}}
		}, "InvalidParameterValueException", "Reserved keys used in this request: AWS_REGION"},
		"a variable whose name is none": {func(in *lambdaapi.CreateFunctionInput) {
			in.Environment = &types.Environment{Variables: map[string]string{"1A": "secret"}}
		}, "ValidationException", "Value '{1A=**redacted**}' at 'environment.variables'"},
		"variables of 5 KB": {func(in *lambdaapi.CreateFunctionInput) {
			in.Environment = &types.Environment{Variables: map[string]string{"AA": strings.Repeat("x", 5<<10)}}
		}, "InvalidParameterValueException", "exceeded the 4KB limit"},
		"a layer": {func(in *lambdaapi.CreateFunctionInput) { in.Layers = []string{arn + ":layer:x:1"} }, "InvalidParameterValueException", "does not exist."},
		"what the sandbox has not": {func(in *lambdaapi.CreateFunctionInput) {
			in.KMSKeyArn = aws.String("arn:aws:kms:us-east-1:123456789012:key/x")
		}, "InvalidParameterValueException", "The sandbox has no keys of its own for functions."},
		"64 MB of memory": {func(in *lambdaapi.CreateFunctionInput) { in.MemorySize = aws.Int32(64) }, "ValidationException", "greater than or equal to 128"},
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			in := newInput()
			c.change(in)
			_, err := a.CreateFunction(t.Context(), in)
			wantError(t, err, c.code, c.message)
		})
	}
}

func TestDeletedFunctionIsNotFound(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	_, err := a.CreateFunction(t.Context(), newInput())
	check(t, err)
	_, err = a.DeleteFunction(t.Context(), &lambdaapi.DeleteFunctionInput{FunctionName: aws.String(name)})
	check(t, err)
	_, err = a.DeleteFunction(t.Context(), &lambdaapi.DeleteFunctionInput{FunctionName: aws.String(name)})
	wantError(t, err, "ResourceNotFoundException", "Function not found: "+arn)
	all, err := a.ListFunctions(t.Context(), &lambdaapi.ListFunctionsInput{})
	check(t, err)
	if len(all.Functions) != 0 {
		t.Errorf("functions = %v", all.Functions)
	}
}

func TestFunctionTags(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	_, err := a.CreateFunction(t.Context(), newInput())
	check(t, err)
	_, err = a.TagResource(t.Context(), &lambdaapi.TagResourceInput{Resource: aws.String(arn), Tags: map[string]string{"a": "1", "b": "2"}})
	check(t, err)
	_, err = a.UntagResource(t.Context(), &lambdaapi.UntagResourceInput{Resource: aws.String(arn), TagKeys: []string{"a"}})
	check(t, err)
	tags, err := a.ListTags(t.Context(), &lambdaapi.ListTagsInput{Resource: aws.String(arn)})
	check(t, err)
	if len(tags.Tags) != 1 || tags.Tags["b"] != "2" {
		t.Errorf("tags = %v", tags.Tags)
	}
}
