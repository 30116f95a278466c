package wire

import (
	"net/http"
	"reflect"
	"strings"
)

type place int

const (
	inBody place = iota
	inLabel
	inQuery
	inHeader
	inPayload
	inStatus
)

// binding says where a restJson member is, outside the JSON body.
type binding struct {
	place place
	name  string // of the label, parameter or header
	index int    // of the field
}

// exceptionalBindings are the members for which the usual rules are wrong, from
// Lambda's API reference. The usual rules: the path has the labels, and without
// a body every other member is a query parameter.
var exceptionalBindings = map[string]binding{
	"lambda.InvokeInput.ClientContext":        {place: inHeader, name: "X-Amz-Client-Context"},
	"lambda.InvokeInput.DurableExecutionName": {place: inHeader, name: "X-Amz-Durable-Execution-Name"},
	"lambda.InvokeInput.InvocationType":       {place: inHeader, name: "X-Amz-Invocation-Type"},
	"lambda.InvokeInput.LogType":              {place: inHeader, name: "X-Amz-Log-Type"},
	"lambda.InvokeInput.TenantId":             {place: inHeader, name: "X-Amz-Tenant-Id"},
	"lambda.InvokeInput.Payload":              {place: inPayload},
	"lambda.InvokeInput.Qualifier":            {place: inQuery, name: "Qualifier"},
	"lambda.AddPermissionInput.Qualifier":     {place: inQuery, name: "Qualifier"},
	"lambda.UntagResourceInput.TagKeys":       {place: inQuery, name: "tagKeys"},
	"lambda.InvokeOutput.DurableExecutionArn": {place: inHeader, name: "X-Amz-Durable-Execution-Arn"},
	"lambda.InvokeOutput.ExecutedVersion":     {place: inHeader, name: "X-Amz-Executed-Version"},
	"lambda.InvokeOutput.FunctionError":       {place: inHeader, name: "X-Amz-Function-Error"},
	"lambda.InvokeOutput.LogResult":           {place: inHeader, name: "X-Amz-Log-Result"},
	"lambda.InvokeOutput.Payload":             {place: inPayload},
	"lambda.InvokeOutput.StatusCode":          {place: inStatus},
	"lambda.DeleteFunctionOutput.StatusCode":  {place: inStatus},
}

// inputBindings returns the bindings of an operation's input.
func inputBindings(op Operation, path pathTemplate, name jsonName) []binding {
	return bindingsOf(op.in, func(field string) binding {
		for _, segment := range path {
			if label, ok := segment.label(); ok && strings.EqualFold(label, field) {
				return binding{place: inLabel, name: label}
			}
		}
		if op.method == http.MethodGet || op.method == http.MethodDelete {
			return binding{place: inQuery, name: name(field)}
		}
		return binding{}
	})
}

// outputBindings returns the bindings of an operation's output.
func outputBindings(op Operation) []binding {
	return bindingsOf(op.out, func(string) binding { return binding{} })
}

func bindingsOf(t reflect.Type, defaultBinding func(field string) binding) []binding {
	var found []binding
	for i := range t.NumField() {
		f := t.Field(i)
		if !isMember(f) {
			continue
		}
		b, ok := exceptionalBindings[memberKey(t, f.Name)]
		if !ok {
			b = defaultBinding(f.Name)
		}
		if b.place != inBody {
			b.index = i
			found = append(found, b)
		}
	}
	return found
}

// decode sets the member from its place, if the request has it there.
func (b binding) decode(x *exchange, in reflect.Value) *Error {
	f := in.Field(b.index)
	var values []string
	switch b.place {
	case inPayload:
		f.SetBytes(x.body)
		return nil
	case inLabel:
		values = []string{x.target.labels[b.name]}
	case inQuery:
		values = x.http.URL.Query()[b.name]
	case inHeader:
		values = x.http.Header.Values(b.name)
	}
	if len(values) == 0 {
		return nil
	}
	if err := parseValues(f, values); err != nil {
		return Errorf("ValidationException", "Value (%s) for parameter %s is invalid.", values[0], b.name)
	}
	return nil
}

// encode writes the member to its place in the response.
func (b binding) encode(a *response, out reflect.Value) {
	f := reflect.Indirect(out.Field(b.index))
	switch {
	case !f.IsValid() || f.IsZero():
	case b.place == inPayload:
		a.body = f.Bytes()
	case b.place == inStatus:
		a.status = int(f.Int())
	case b.place == inHeader:
		a.header.Set(b.name, formatScalar(f))
	}
}

func parseValues(f reflect.Value, values []string) error {
	if f.Kind() == reflect.Slice && f.Type().Elem().Kind() != reflect.Uint8 {
		f.Set(reflect.MakeSlice(f.Type(), len(values), len(values)))
		for i, text := range values {
			if err := parseScalar(f.Index(i), text); err != nil {
				return err
			}
		}
		return nil
	}
	if f.Kind() == reflect.Pointer {
		f.Set(reflect.New(f.Type().Elem()))
		f = f.Elem()
	}
	return parseScalar(f, values[0])
}
