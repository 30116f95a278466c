package aws

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"keyturn/steps"
)

// serviceCall is one method of the steps' service interfaces that calls AWS.
type serviceCall struct {
	service string
	method  string
	make    func(context.Context, steps.Services) error
}

// serviceCalls are all of them, with arguments that the SDK accepts: a method
// that an interface gains is here without a word.
func serviceCalls() []serviceCall {
	var calls []serviceCall
	takesContext := reflect.TypeFor[context.Context]()
	for service := range reflect.TypeFor[steps.Services]().Fields() {
		if service.Type == reflect.TypeFor[steps.MySQL]() || service.Type == reflect.TypeFor[steps.PublicAddressFinder]() {
			continue // no call of AWS's API
		}
		for method := range service.Type.Methods() {
			if method.Type.NumIn() == 0 || method.Type.In(0) != takesContext {
				continue // a fact of the region, no call
			}
			calls = append(calls, serviceCall{service.Name, method.Name, func(ctx context.Context, s steps.Services) error {
				args := []reflect.Value{reflect.ValueOf(ctx)}
				for i := 1; i < method.Type.NumIn(); i++ {
					args = append(args, exampleValue(method.Type.In(i)))
				}
				on := reflect.ValueOf(s).FieldByName(service.Name)
				out := on.MethodByName(method.Name).Call(args)
				err, _ := out[len(out)-1].Interface().(error)
				return err
			}})
		}
	}
	return calls
}

// exampleValue is a value of a type with nothing empty in it.
func exampleValue(t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	switch {
	case t == reflect.TypeFor[steps.Password]():
		v.Set(reflect.ValueOf(steps.NewPassword("a-password-1")))
	case t.Kind() == reflect.String:
		v.SetString("a")
	case v.CanInt():
		v.SetInt(7)
	case t.Kind() == reflect.Bool:
		v.SetBool(true)
	case t.Kind() == reflect.Slice:
		v = reflect.Append(v, exampleValue(t.Elem()))
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			if v.Field(i).CanSet() {
				v.Field(i).Set(exampleValue(t.Field(i).Type))
			}
		}
	}
	return v
}

// writeError answers with an error in the form of the protocol that asked.
func writeError(w http.ResponseWriter, r *http.Request, status int, code string) {
	w.Header().Set("X-Amzn-Errortype", code)
	w.WriteHeader(status)
	body := jsonError(code, "no")
	switch {
	case strings.Contains(r.Header.Get("Authorization"), "/ec2/"):
		body = ec2XML(code, "no")
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		body = query(code, "no")
	}
	_, _ = io.WriteString(w, body)
}

// cutChunkedResponse ends an answer between two chunks.
func cutChunkedResponse(w http.ResponseWriter) {
	_, _ = io.WriteString(w, "<half")
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func TestEveryCallRetriesByKindOfError(t *testing.T) {
	t.Parallel()
	faults := map[string]struct {
		answer func(http.ResponseWriter, *http.Request)
		tries  int
		kind   error
	}{
		"503 for good": {
			func(w http.ResponseWriter, r *http.Request) { writeError(w, r, 503, "ServiceUnavailable") }, maxAttempts, steps.ErrServiceFailing,
		},
		"503 without AWS's words for good": {
			func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, maxAttempts, steps.ErrServiceFailing,
		},
		"throttled for good": {
			func(w http.ResponseWriter, r *http.Request) { writeError(w, r, 400, "ThrottlingException") }, maxAttempts, steps.ErrThrottled,
		},
		"an answer that is cut": {
			func(w http.ResponseWriter, _ *http.Request) { cutResponse(w) }, maxAttempts, steps.ErrConnectionBroken,
		},
		"a chunked answer that is cut": {
			func(w http.ResponseWriter, _ *http.Request) { cutChunkedResponse(w) }, maxAttempts, steps.ErrConnectionBroken,
		},
		"501, as LocalStack says it": {
			func(w http.ResponseWriter, r *http.Request) { writeError(w, r, 501, "InternalFailure") }, 1, steps.ErrUnknownOperation,
		},
	}
	for _, call := range serviceCalls() {
		for name, fault := range faults {
			t.Run(call.service+"."+call.method+"/"+name, func(t *testing.T) {
				t.Parallel()
				var tries atomic.Int32
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
					tries.Add(1)
					fault.answer(w, r)
				}))
				t.Cleanup(server.Close)
				err := call.make(t.Context(), openAt(t, server.URL, nil).Services())
				if !errors.Is(err, fault.kind) {
					t.Errorf("ended with %v, want %v", err, fault.kind)
				}
				if got := int(tries.Load()); got != fault.tries {
					t.Errorf("%d attempts, want %d", got, fault.tries)
				}
			})
		}
	}
}
