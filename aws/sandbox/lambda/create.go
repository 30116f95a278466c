package lambda

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"keyturn/aws/sandbox/cloud"
)

// How long a new function is Pending: a second or two on AWS, longer in a VPC,
// where it gets network interfaces.
const (
	creation          = 2 * time.Second
	creationDemo      = 300 * time.Millisecond
	creationInVPC     = 40 * time.Second
	creationInVPCDemo = 1500 * time.Millisecond
)

// CreateFunction creates a function from an uploaded zip. The zip is validated but
// never run.
func (s *Service) CreateFunction(_ context.Context, in *lambda.CreateFunctionInput) (*lambda.CreateFunctionOutput, error) {
	size, sum, err := checkCode(in.Code)
	if err != nil {
		return nil, err
	}
	c, err := s.create(in, "", size, sum)
	if err != nil {
		return nil, err
	}
	return configurationOutput[lambda.CreateFunctionOutput](c), nil
}

// Deploy creates a function that runs registered code, as CloudFormation does with
// a published application's code. It returns once the function is active.
func (s *Service) Deploy(ctx context.Context, in *lambda.CreateFunctionInput, code string) (arn string, err error) {
	sum := sha256.Sum256([]byte(code))
	c, err := s.create(in, code, 0, sum)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	active := s.functions[*c.FunctionName].active
	s.mu.Unlock()
	select {
	case <-active:
		return *c.FunctionArn, nil
	case <-ctx.Done():
		return *c.FunctionArn, ctx.Err()
	}
}

func (s *Service) create(in *lambda.CreateFunctionInput, codeName string, size int64, sum [sha256.Size]byte) (types.FunctionConfiguration, error) {
	var empty types.FunctionConfiguration
	t, err := s.parseTarget("CreateFunction", in.FunctionName, nil)
	if err != nil {
		return empty, err
	}
	if !functionName.MatchString(t.name) || t.qualifier != "" {
		return empty, validation(aws.ToString(in.FunctionName), "functionName", "Member must satisfy regular expression pattern: "+namePattern)
	}
	if err := checkFunction(in); err != nil {
		return empty, err
	}
	if err := s.checkRole(aws.ToString(in.Role)); err != nil {
		return empty, err
	}
	vpc, err := s.toVPCConfig(in.VpcConfig)
	if err != nil {
		return empty, err
	}
	f := &function{
		config: types.FunctionConfiguration{
			FunctionName: &t.name, FunctionArn: aws.String(s.arn(t)), Version: aws.String(latest),
			Runtime: in.Runtime, Handler: in.Handler, Role: in.Role, Description: aws.String(aws.ToString(in.Description)),
			CodeSize: size, CodeSha256: aws.String(base64.StdEncoding.EncodeToString(sum[:])),
			Timeout: orDefault(in.Timeout, 3), MemorySize: orDefault(in.MemorySize, 128), VpcConfig: vpc,
			PackageType: types.PackageTypeZip, Architectures: in.Architectures,
			EphemeralStorage: ephemeralStorage(in.EphemeralStorage), TracingConfig: tracingConfig(in.TracingConfig),
			SnapStart:     &types.SnapStartResponse{ApplyOn: types.SnapStartApplyOnNone, OptimizationStatus: types.SnapStartOptimizationStatusOff},
			LoggingConfig: &types.LoggingConfig{LogFormat: types.LogFormatText, LogGroup: aws.String(logGroup(t.name))},
			State:         types.StatePending, StateReason: aws.String("The function is being created."), StateReasonCode: types.StateReasonCodeCreating,
		},
		tags: maps.Clone(in.Tags), codeName: codeName, active: make(chan struct{}),
	}
	if len(f.config.Architectures) == 0 {
		f.config.Architectures = []types.Architecture{types.ArchitectureX8664}
	}
	if in.Environment != nil {
		f.environment = maps.Clone(in.Environment.Variables)
	}
	f.markModified(s.cloud.Now())

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.functions[t.name] != nil {
		return empty, conflict("Function already exist: %s", t.name)
	}
	if err := s.attachVPC(t.name, vpc); err != nil {
		return empty, err
	}
	s.functions[t.name] = f
	made := []*function{f}
	if in.Publish {
		made = append(made, s.publish(f))
	}
	created := made[len(made)-1].describe("")
	if s.cloud.Pace == cloud.Instant {
		activate(made)
	} else {
		takes, takesDemo := creation, creationDemo
		if vpc != nil {
			takes, takesDemo = creationInVPC, creationInVPCDemo
		}
		s.cloud.Go(func(ctx context.Context) { s.activateLater(ctx, made, takes, takesDemo) })
	}
	return created, nil
}

func (s *Service) activateLater(ctx context.Context, made []*function, takes, takesDemo time.Duration) {
	if s.cloud.Sleep(ctx, takes, takesDemo) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	activate(made)
}

func activate(made []*function) {
	for _, f := range made {
		f.config.State, f.config.StateReason, f.config.StateReasonCode = types.StateActive, nil, ""
		f.config.LastUpdateStatus = types.LastUpdateStatusSuccessful
		close(f.active)
	}
}

// checkCode accepts only a zip in the request: the sandbox has no S3 and no image
// registry.
func checkCode(code *types.FunctionCode) (size int64, sum [sha256.Size]byte, err error) {
	switch {
	case code == nil || len(code.ZipFile) == 0 && code.S3Bucket == nil && code.ImageUri == nil:
		return 0, sum, invalid("Please provide a source for function code.")
	case code.ImageUri != nil:
		return 0, sum, invalid("Source image %s does not exist. Provide a valid source image.", *code.ImageUri)
	case code.S3Bucket != nil:
		return 0, sum, invalid("Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist")
	}
	if _, err := zip.NewReader(bytes.NewReader(code.ZipFile), int64(len(code.ZipFile))); err != nil {
		return 0, sum, invalid("Could not unzip uploaded file. Please check your file, then try to upload again.")
	}
	return int64(len(code.ZipFile)), sha256.Sum256(code.ZipFile), nil
}

func ephemeralStorage(in *types.EphemeralStorage) *types.EphemeralStorage {
	if in == nil || in.Size == nil {
		return &types.EphemeralStorage{Size: aws.Int32(512)}
	}
	return in
}

func tracingConfig(in *types.TracingConfig) *types.TracingConfigResponse {
	if in == nil || in.Mode == "" {
		return &types.TracingConfigResponse{Mode: types.TracingModePassThrough}
	}
	return &types.TracingConfigResponse{Mode: in.Mode}
}

func orDefault(n *int32, d int32) *int32 {
	if n == nil {
		return &d
	}
	return n
}
