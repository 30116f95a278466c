package lambda

import (
	"maps"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/uuid"
)

// function is one function's $LATEST: its configuration as GetFunction answers
// it, and what Lambda keeps beside it.
type function struct {
	config      types.FunctionConfiguration
	environment map[string]string
	tags        map[string]string
	policy      []permission
	runs        string // the name of the registered code; "" if its code was uploaded
	active      chan struct{}
	idle        []string // log streams of execution environments waiting for work
}

// touch marks the configuration as changed now.
func (f *function) touch(now time.Time) {
	f.config.LastModified = aws.String(now.UTC().Format("2006-01-02T15:04:05.000-0700"))
	f.config.RevisionId = aws.String(uuid.NewString())
}

// describe is the configuration of the version that a call means, its ARN
// qualified if the call's was.
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

// as is the configuration as the answer of a call: the SDK's outputs of the
// calls that answer with one have its fields by the same names.
func as[Out any](c types.FunctionConfiguration) *Out {
	out := new(Out)
	from, to := reflect.ValueOf(c), reflect.ValueOf(out).Elem()
	for i := range from.NumField() {
		if field := from.Type().Field(i); field.IsExported() {
			to.FieldByName(field.Name).Set(from.Field(i))
		}
	}
	return out
}

// busy is why the function cannot be used yet, nil if it can.
func (f *function) busy() error {
	if f.config.State != types.StateActive {
		return conflict("The operation cannot be performed at this time. The function is currently in the following state: %s", f.config.State)
	}
	if f.config.LastUpdateStatus == types.LastUpdateStatusInProgress {
		return conflict("The operation cannot be performed at this time. An update is in progress for resource: %s", *f.config.FunctionArn)
	}
	return nil
}
