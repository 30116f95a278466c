package lambda

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"keyturn/aws/sandbox/cloud"
)

// How long an update of the configuration is InProgress.
const (
	updateDuration     = time.Second
	updateDurationDemo = 300 * time.Millisecond
)

// GetFunction describes a function with its tags.
func (s *Service) GetFunction(_ context.Context, in *lambda.GetFunctionInput) (*lambda.GetFunctionOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, t, err := s.find("GetFunction", in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	c := f.describe(t.qualifier)
	return &lambda.GetFunctionOutput{Configuration: &c, Code: &types.FunctionCodeLocation{RepositoryType: aws.String("S3")}, Tags: maps.Clone(f.tags)}, nil
}

// GetFunctionConfiguration describes a function without its tags.
func (s *Service) GetFunctionConfiguration(_ context.Context, in *lambda.GetFunctionConfigurationInput) (*lambda.GetFunctionConfigurationOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, t, err := s.find("GetFunctionConfiguration", in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	return configurationOutput[lambda.GetFunctionConfigurationOutput](f.describe(t.qualifier)), nil
}

// UpdateFunctionConfiguration changes description, environment, handler, memory,
// role, runtime, timeout and VPC, as far as given.
func (s *Service) UpdateFunctionConfiguration(_ context.Context, in *lambda.UpdateFunctionConfigurationInput) (*lambda.UpdateFunctionConfigurationOutput, error) {
	if err := checkLimits(in.Timeout, in.MemorySize); err != nil {
		return nil, err
	}
	if in.Role != nil {
		if err := s.checkRole(*in.Role); err != nil {
			return nil, err
		}
	}
	if in.Runtime != "" {
		if err := checkRuntime(in.Runtime); err != nil {
			return nil, err
		}
	}
	if err := checkDescription(in.Description); err != nil {
		return nil, err
	}
	if err := checkEnvironment(in.Environment); err != nil {
		return nil, err
	}
	place, err := s.toVPCConfig(in.VpcConfig)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, t, err := s.find("UpdateFunctionConfiguration", in.FunctionName, nil)
	if err != nil {
		return nil, err
	}
	if err := t.requireUnqualified(); err != nil {
		return nil, err
	}
	if err := f.notReadyError(); err != nil {
		return nil, err
	}
	if err := f.checkRevision(in.RevisionId); err != nil {
		return nil, err
	}
	c := &f.config
	replace(&c.Description, in.Description)
	replace(&c.Handler, in.Handler)
	replace(&c.MemorySize, in.MemorySize)
	replace(&c.Timeout, in.Timeout)
	replace(&c.Role, in.Role)
	if in.Runtime != "" {
		c.Runtime = in.Runtime
	}
	if in.Environment != nil {
		f.environment = maps.Clone(in.Environment.Variables)
	}
	if in.VpcConfig != nil {
		s.detachVPC(t.name)
		if err := s.attachVPC(t.name, place); err != nil {
			return nil, err
		}
		c.VpcConfig = place
	}
	f.idle = nil // an update starts new execution environments
	f.markModified(s.cloud.Now())
	if s.cloud.Pace != cloud.Instant {
		c.LastUpdateStatus, c.LastUpdateStatusReason, c.LastUpdateStatusReasonCode = types.LastUpdateStatusInProgress, aws.String("The function is being created."), types.LastUpdateStatusReasonCode("Creating")
		s.cloud.Go(func(ctx context.Context) { s.updateLater(ctx, f) })
	}
	return configurationOutput[lambda.UpdateFunctionConfigurationOutput](f.describe(t.qualifier)), nil
}

func (s *Service) updateLater(ctx context.Context, f *function) {
	if s.cloud.Sleep(ctx, updateDuration, updateDurationDemo) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f.config.LastUpdateStatus, f.config.LastUpdateStatusReason, f.config.LastUpdateStatusReasonCode = types.LastUpdateStatusSuccessful, nil, ""
}

// checkRevision rejects a change of an earlier revision.
func (f *function) checkRevision(id *string) error {
	if id != nil && *id != *f.config.RevisionId {
		return newError(http.StatusPreconditionFailed, "PreconditionFailedException",
			"The RevisionId provided does not match the latest RevisionId. Call the GetFunction or the GetAlias API to retrieve the latest RevisionId for your resource.")
	}
	return nil
}

func replace[T any](old **T, given *T) {
	if given != nil {
		*old = given
	}
}

// DeleteFunction deletes a function, but not its log group, as on AWS.
func (s *Service) DeleteFunction(_ context.Context, in *lambda.DeleteFunctionInput) (*lambda.DeleteFunctionOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, t, err := s.find("DeleteFunction", in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	if t.qualifier == latest {
		return nil, invalid("$LATEST version cannot be deleted without deleting the function.")
	}
	s.remove(t)
	return &lambda.DeleteFunctionOutput{StatusCode: http.StatusNoContent}, nil
}

// ListFunctions lists the functions by name, 50 a page.
func (s *Service) ListFunctions(_ context.Context, in *lambda.ListFunctionsInput) (*lambda.ListFunctionsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []types.FunctionConfiguration{}
	for _, name := range slices.Sorted(maps.Keys(s.functions)) {
		if isVersion(name) && in.FunctionVersion != types.FunctionVersionAll {
			continue
		}
		// ListFunctions omits the state (API reference).
		c := s.functions[name].describe("")
		if in.FunctionVersion == types.FunctionVersionAll {
			c.FunctionArn = aws.String(*c.FunctionArn + ":" + *c.Version)
		}
		c.State, c.StateReason, c.StateReasonCode = "", nil, ""
		c.LastUpdateStatus, c.LastUpdateStatusReason, c.LastUpdateStatusReasonCode = "", nil, ""
		all = append(all, c)
	}
	size := 50
	if n := aws.ToInt32(in.MaxItems); n > 0 {
		size = min(size, int(n))
	}
	page, next, ok := cloud.Page(all, in.Marker, size)
	if !ok {
		return nil, invalid("Invalid marker: %s", *in.Marker)
	}
	return &lambda.ListFunctionsOutput{Functions: page, NextMarker: next}, nil
}
