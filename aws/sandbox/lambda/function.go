package lambda

import (
	"maps"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/uuid"
)

// function is a function's $LATEST or its published version: its configuration as
// GetFunction returns it, and more.
type function struct {
	config      types.FunctionConfiguration
	environment map[string]string
	tags        map[string]string
	policy      []permission
	codeName    string // of the registered code; "" if the code was uploaded
	active      chan struct{}
	idle        []string // log streams of execution environments waiting for work
}

// markModified updates the time of modification and the revision.
func (f *function) markModified(now time.Time) {
	f.config.LastModified = aws.String(now.UTC().Format("2006-01-02T15:04:05.000-0700"))
	f.config.RevisionId = aws.String(uuid.NewString())
}

// describe returns the configuration, with the ARN qualified as in the call.
func (f *function) describe(qualifier string) types.FunctionConfiguration {
	c := f.config
	if qualifier != "" {
		c.FunctionArn = aws.String(*c.FunctionArn + ":" + qualifier)
	}
	if len(f.environment) > 0 {
		c.Environment = &types.EnvironmentResponse{Variables: maps.Clone(f.environment)}
	}
	return c
}

// configurationOutput copies the configuration into a call's output, which has
// fields of the same names.
func configurationOutput[Out any](c types.FunctionConfiguration) *Out {
	out := new(Out)
	from, to := reflect.ValueOf(c), reflect.ValueOf(out).Elem()
	for i := range from.NumField() {
		if field := from.Type().Field(i); field.IsExported() {
			to.FieldByName(field.Name).Set(from.Field(i))
		}
	}
	return out
}

// notReadyError returns why the function cannot be updated yet, or nil.
func (f *function) notReadyError() error {
	if f.config.State != types.StateActive {
		return conflict("The operation cannot be performed at this time. The function is currently in the following state: %s", f.config.State)
	}
	if f.config.LastUpdateStatus == types.LastUpdateStatusInProgress {
		return conflict("The operation cannot be performed at this time. An update is in progress for resource: %s", *f.config.FunctionArn)
	}
	return nil
}
