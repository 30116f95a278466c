package steps

// FunctionSource is how a run comes by its rotation function.
type FunctionSource string

// The sources of a rotation function. FunctionAuto stands for FunctionSAR
// wherever that can be had, else for FunctionTransform.
const (
	FunctionAuto FunctionSource = "auto"
	// FunctionSAR is AWS's application in the Serverless Application Repository.
	FunctionSAR FunctionSource = "sar"
	// FunctionTransform is CloudFormation's macro AWS::SecretsManager-2024-09-16.
	FunctionTransform FunctionSource = "transform"
	// FunctionExisting is a function of the person's own.
	FunctionExisting FunctionSource = "existing"
)
