package lambda

import (
	"maps"
	"slices"
	"strings"

	"keyturn/steps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// maxDescriptionLength is in characters, maxEnvironmentSize in bytes of all names
// and values together (Lambda Developer Guide, "Lambda quotas").
const (
	maxDescriptionLength = 256
	maxEnvironmentSize   = 4 << 10
)

const (
	rolePattern     = `arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+`
	variablePattern = `[a-zA-Z]([a-zA-Z0-9_])+`
)

var (
	roleName     = steps.NewPattern(`^` + rolePattern + `$`)
	variableName = steps.NewPattern(`^` + variablePattern + `$`)
)

// reservedVariables are set by Lambda and cannot be set by a function (Developer
// Guide, "Defined runtime environment variables").
var reservedVariables = []string{
	"AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
	"AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
	"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
}

// checkFunction validates a new function, except its name and code, and rejects what
// the sandbox would ignore.
func checkFunction(in *lambda.CreateFunctionInput) error {
	if err := checkLimits(in.Timeout, in.MemorySize); err != nil {
		return err
	}
	if in.Runtime == "" || aws.ToString(in.Handler) == "" {
		return invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.")
	}
	if err := checkRuntime(in.Runtime); err != nil {
		return err
	}
	for _, a := range in.Architectures {
		if !slices.Contains(a.Values(), a) {
			return validation(in.Architectures, "architectures", "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]")
		}
	}
	if err := checkDescription(in.Description); err != nil {
		return err
	}
	if err := checkEnvironment(in.Environment); err != nil {
		return err
	}
	if len(in.Layers) > 0 {
		return invalid("Layer version %s does not exist.", in.Layers[0])
	}
	for what, asked := range map[string]bool{
		"code signing": in.CodeSigningConfigArn != nil, "dead letter queues": in.DeadLetterConfig != nil && in.DeadLetterConfig.TargetArn != nil,
		"file systems": len(in.FileSystemConfigs) > 0, "keys of its own": in.KMSKeyArn != nil, "log settings": in.LoggingConfig != nil,
		"snapshots": in.SnapStart != nil && in.SnapStart.ApplyOn != types.SnapStartApplyOnNone,
	} {
		if asked {
			return invalid("The sandbox has no %s for functions.", what)
		}
	}
	return nil
}

// checkRuntime accepts every runtime that the SDK knows, including retired ones.
func checkRuntime(r types.Runtime) error {
	if known := r.Values(); !slices.Contains(known, r) {
		var names []string
		for _, k := range known {
			names = append(names, string(k))
		}
		return invalid("Value %s at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [%s] or be a valid ARN", r, strings.Join(names, ", "))
	}
	return nil
}

func checkDescription(text *string) error {
	if d := aws.ToString(text); len([]rune(d)) > maxDescriptionLength {
		return tooLong("description", d, maxDescriptionLength)
	}
	return nil
}

func checkEnvironment(e *types.Environment) error {
	if e == nil {
		return nil
	}
	var taken []string
	size := 0
	for _, name := range slices.Sorted(maps.Keys(e.Variables)) {
		size += len(name) + len(e.Variables[name])
		if slices.Contains(reservedVariables, name) {
			taken = append(taken, name)
		} else if !variableName.MatchString(name) {
			return validation("{"+name+"=**redacted**}", "environment.variables", "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: "+variablePattern+"]")
		}
	}
	if len(taken) > 0 {
		return invalid("Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: %s", strings.Join(taken, ", "))
	}
	if size > maxEnvironmentSize {
		return invalid("Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.")
	}
	return nil
}

// checkLimits checks Lambda's quotas: 1 to 900 seconds, 128 to 10,240 MB.
func checkLimits(timeout, memory *int32) error {
	if n := aws.ToInt32(timeout); timeout != nil && n < 1 {
		return validation(n, "timeout", "Member must have value greater than or equal to 1")
	} else if n > 900 {
		return validation(n, "timeout", "Member must have value less than or equal to 900")
	}
	if n := aws.ToInt32(memory); memory != nil && n < 128 {
		return validation(n, "memorySize", "Member must have value greater than or equal to 128")
	} else if n > 10240 {
		return validation(n, "memorySize", "Member must have value less than or equal to 10240")
	}
	return nil
}

// checkRole checks that Lambda may assume the role.
func (s *Service) checkRole(arn string) error {
	switch {
	case !roleName.MatchString(arn):
		return validation(arn, "role", "Member must satisfy regular expression pattern: "+rolePattern)
	case !s.roles.Assumable(arn, "lambda.amazonaws.com"):
		return invalid("The role defined for the function cannot be assumed by Lambda.")
	}
	return nil
}
