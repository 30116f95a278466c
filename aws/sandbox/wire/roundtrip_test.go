package wire

import (
	"context"
	"fmt"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"keyturn/aws/answers"
)

var testKey = Key{ID: "AKIAKEYTURNTESTONLY1", Secret: "secret+of/the=tests", Caller: Caller{ARN: "arn:aws:iam::123456789012:user/test"}}

// testServer serves services to the key above, and returns a configuration for
// the SDK's clients.
func testServer(t *testing.T, services ...Service) (*Server, aws.Config) {
	t.Helper()
	keys := &Keys{}
	keys.Add(testKey)
	s := NewServer(Options{Keys: keys, Region: "eu-central-1"}, services...)
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return s, aws.Config{
		BaseEndpoint:     aws.String(h.URL),
		Region:           "eu-central-1",
		Credentials:      credentials.NewStaticCredentialsProvider(testKey.ID, testKey.Secret, ""),
		RetryMaxAttempts: 1,
		HTTPClient:       answers.ReadFully(h.Client()),
	}
}

// For every operation that the sandbox may serve, every member of its input and
// output arrives unchanged at the handler and at the SDK's client.
func TestEveryMemberRoundTrips(t *testing.T) {
	t.Parallel()
	for name, svc := range sdkServices {
		for _, op := range operationsOf(t, svc) {
			t.Run(name+" "+op.Name, func(t *testing.T) {
				t.Parallel()
				in, out := reflect.New(op.in), reflect.New(op.out)
				fillValue(in.Elem(), op.in.Name(), 0)
				fillValue(out.Elem(), op.out.Name(), 0)
				setStatus(out.Elem(), op)

				var received any
				op.call = func(_ context.Context, in any) (any, error) {
					received = in
					return out.Interface(), nil
				}
				s := svc.Service
				s.Operations = []Operation{op}
				_, cfg := testServer(t, s)
				got, err := invoke(svc.client(cfg), op.Name, in)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(in.Interface(), received, ignoreSDK); diff != "" {
					t.Errorf("the handler received something else (-sent +received):\n%s", diff)
				}
				if diff := cmp.Diff(out.Interface(), got, ignoreSDK); diff != "" {
					t.Errorf("the client received something else (-answered +received):\n%s", diff)
				}
			})
		}
	}
}

// ignoreSDK ignores what the SDK adds to its types.
var ignoreSDK = cmp.FilterPath(func(p cmp.Path) bool {
	f, ok := p.Last().(cmp.StructField)
	return ok && (f.Name() == "noSmithyDocumentSerde" || f.Name() == "ResultMetadata")
}, cmp.Ignore())

func invoke(client any, operation string, in reflect.Value) (any, error) {
	r := reflect.ValueOf(client).MethodByName(operation).Call([]reflect.Value{reflect.ValueOf(context.Background()), in})
	err, _ := r[1].Interface().(error)
	return r[0].Interface(), err
}

// setStatus gives an output that holds its HTTP status one that is possible.
func setStatus(out reflect.Value, op Operation) {
	f := out.FieldByName("StatusCode")
	switch {
	case !f.IsValid():
	case f.Kind() == reflect.Pointer:
		f.Set(reflect.ValueOf(aws.Int32(204)))
	default:
		f.SetInt(202)
	}
}

// fillValue sets every member of an SDK value to something distinct, down to a
// maximum depth for recursive types.
func fillValue(v reflect.Value, name string, depth int) {
	if v.Type() == timeType {
		v.Set(reflect.ValueOf(time.Date(2026, 11, 22, 23, 34, 45, 123e6, time.UTC)))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if depth < 12 {
			v.Set(reflect.New(v.Type().Elem()))
			fillValue(v.Elem(), name, depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); isMember(f) {
				fillValue(v.Field(i), f.Name, depth+1)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Interface {
			return // a union: no operation here takes one
		}
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(`{"blob": "` + name + `"}`))
			return
		}
		if depth < 12 {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
			fillValue(v.Index(0), name, depth+1)
			fillValue(v.Index(1), name+"2", depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for i := range 2 {
			key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fillValue(key, fmt.Sprint(name, i), depth+1)
			fillValue(elem, name, depth+1)
			v.SetMapIndex(key, elem)
		}
	case reflect.String:
		v.SetString(name + ` <&>"'+%/=:;~*`)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int32, reflect.Int64:
		v.SetInt(int64(len(name) + 1))
	case reflect.Float64, reflect.Float32:
		v.SetFloat(1.25)
	}
}
