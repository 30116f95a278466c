package aws

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	smithyhttp "github.com/aws/smithy-go/transport/http"

	"keyturn/steps"
)

// Errors as the three protocols' servers write them.
func query(code, message string) string {
	return `<ErrorResponse><Error><Type>Sender</Type><Code>` + code + `</Code><Message>` + message +
		`</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`
}

func ec2XML(code, message string) string {
	return `<Response><Errors><Error><Code>` + code + `</Code><Message>` + message + `</Message></Error></Errors><RequestID>r-1</RequestID></Response>`
}

func jsonError(code, message string) string {
	return `{"__type":"` + code + `","Message":"` + message + `","message":"` + message + `"}`
}

func TestErrorCodesMapToKinds(t *testing.T) {
	t.Parallel()
	describeDB := func(ctx context.Context, s steps.Services) error {
		_, err := s.Databases.DescribeDBInstance(ctx, "db1")
		return err
	}
	createDB := func(ctx context.Context, s steps.Services) error {
		_, err := s.Databases.CreateDBInstance(ctx, steps.DBInstanceSpec{ID: "db1", Class: "c", Password: steps.NewPassword("hunter2")})
		return err
	}
	deleteDB := func(ctx context.Context, s steps.Services) error { return s.Databases.DeleteDBInstance(ctx, "db1") }
	createSecret := func(ctx context.Context, s steps.Services) error {
		_, _, err := s.Secrets.CreateSecret(ctx, "s", "", steps.NewPassword(`{"password":"hunter2"}`), "t", nil)
		return err
	}
	rotate := func(ctx context.Context, s steps.Services) error {
		return s.Secrets.RotateSecret(ctx, steps.RotationRequest{SecretID: "s", FunctionARN: "f", Token: "t"})
	}
	defaultVPC := func(ctx context.Context, s steps.Services) error {
		_, err := s.Network.DefaultVPC(ctx)
		return err
	}
	openPort := func(ctx context.Context, s steps.Services) error {
		_, err := s.Network.OpenPort(ctx, "sg-1", "0.0.0.0/0", 3306, nil)
		return err
	}
	deleteGroup := func(ctx context.Context, s steps.Services) error { return s.Network.DeleteSecurityGroup(ctx, "sg-1") }
	describeStack := func(ctx context.Context, s steps.Services) error {
		_, err := s.Stacks.DescribeStack(ctx, "st")
		return err
	}
	changeSet := func(ctx context.Context, s steps.Services) error {
		_, err := s.Stacks.CreateChangeSet(ctx, steps.RotationStackSpec{ApplicationARN: "a", StackName: "st"}, nil)
		return err
	}
	deleteLogs := func(ctx context.Context, s steps.Services) error { return s.Logs.DeleteLogGroup(ctx, "/g") }
	caller := func(ctx context.Context, s steps.Services) error {
		_, err := s.Identity.Caller(ctx)
		return err
	}

	tests := map[string]struct {
		call   func(context.Context, steps.Services) error
		status int
		body   string
		want   error
		code   string
		action string
	}{
		"a database that is gone is not found": {
			call: describeDB, status: 404, body: query("DBInstanceNotFound", "DBInstance db1 not found."),
			want: steps.ErrNotFound, code: "DBInstanceNotFound",
		},
		"a certificate that is gone is no unknown operation": {
			call: createDB, status: 404, body: query("CertificateNotFound", "CA rds-ca-2015 not found."),
			want: nil, code: "CertificateNotFound",
		},
		"a database of that name exists": {
			call: createDB, status: 400, body: query("DBInstanceAlreadyExists", "DB instance already exists"),
			want: steps.ErrAlreadyExists, code: "DBInstanceAlreadyExists",
		},
		"a network without subnets is no default network": {
			call: createDB, status: 400, body: query("DBSubnetGroupNotFoundFault", "no group"),
			want: steps.ErrNoDefaultNetwork, code: "DBSubnetGroupNotFoundFault",
		},
		"a free plan is a quota": {
			call: createDB, status: 400, body: query("FreeTierRestrictionError", "not in your plan"),
			want: steps.ErrQuotaExceeded, code: "FreeTierRestrictionError",
		},
		"a protected database cannot be deleted": {
			call: deleteDB, status: 400,
			body: query("InvalidParameterCombination", "Cannot delete protected DB Instance, please disable deletion protection and try again."),
			want: steps.ErrDeletionProtected, code: "InvalidParameterCombination",
		},
		"a database that changes is in the wrong state": {
			call: deleteDB, status: 400, body: query("InvalidDBInstanceState", "Instance db1 is already being deleted."),
			want: steps.ErrInvalidState, code: "InvalidDBInstanceState",
		},
		"a secret's name is taken": {
			call: createSecret, status: 400, body: jsonError("ResourceExistsException", "The operation failed because the secret s already exists."),
			want: steps.ErrAlreadyExists, code: "ResourceExistsException",
		},
		"a secret's name is scheduled for deletion": {
			call: createSecret, status: 400,
			body: jsonError("InvalidRequestException", "You can't create this secret because a secret with this name is already scheduled for deletion."),
			want: steps.ErrScheduledForDeletion, code: "InvalidRequestException",
		},
		"a rotation is unfinished": {
			call: rotate, status: 400,
			body: jsonError("InvalidRequestException", "A previous rotation isn't complete. That rotation will be reattempted."),
			want: steps.ErrRotationUnfinished, code: "InvalidRequestException",
		},
		"a function that Secrets Manager cannot invoke is not a denied caller": {
			call: rotate, status: 400,
			body: jsonError("AccessDeniedException", "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com."),
			want: steps.ErrFunctionNotInvocable, code: "AccessDeniedException",
		},
		"a denied action is named by the answer": {
			call: createSecret, status: 400,
			body: jsonError("AccessDeniedException", "User: arn:aws:iam::1:user/u is not authorized to perform: kms:GenerateDataKey on resource: x because no identity-based policy allows it"),
			want: steps.ErrAccessDenied, code: "AccessDeniedException", action: "kms:GenerateDataKey",
		},
		"a denied action that is not named is the call's own": {
			call: defaultVPC, status: 403, body: ec2XML("UnauthorizedOperation", "You are not authorized to perform this operation."),
			want: steps.ErrAccessDenied, code: "UnauthorizedOperation", action: "ec2:DescribeVpcs",
		},
		"a rule that is there already exists": {
			call: openPort, status: 400, body: ec2XML("InvalidPermission.Duplicate", "the specified rule already exists"),
			want: steps.ErrAlreadyExists, code: "InvalidPermission.Duplicate",
		},
		"a group that something uses is in use": {
			call: deleteGroup, status: 400, body: ec2XML("DependencyViolation", "resource sg-1 has a dependent object"),
			want: steps.ErrInUse, code: "DependencyViolation",
		},
		"a stack that is gone is not found": {
			call: describeStack, status: 400, body: query("ValidationError", "Stack with id st does not exist"),
			want: steps.ErrNotFound, code: "ValidationError",
		},
		"capabilities are required": {
			call: changeSet, status: 400, body: jsonError("BadRequestException", "Required capabilities [CAPABILITY_IAM] were not provided."),
			want: steps.ErrCapabilitiesRequired,
		},
		"a log group that is gone is not found": {
			call: deleteLogs, status: 400, body: jsonError("ResourceNotFoundException", "The specified log group does not exist."),
			want: steps.ErrNotFound, code: "ResourceNotFoundException",
		},
		"a token has expired": {
			call: caller, status: 403, body: query("ExpiredToken", "The security token included in the request is expired"),
			want: steps.ErrCredentialsExpired, code: "ExpiredToken",
		},
		"a key that nobody knows is refused": {
			call: caller, status: 403, body: query("InvalidClientTokenId", "The security token included in the request is invalid."),
			want: steps.ErrCredentialsRefused, code: "InvalidClientTokenId",
		},
		"an emulator does not know the action": {
			call: describeDB, status: 400, body: query("InvalidAction", "The action DescribeDBInstances is not valid"),
			want: steps.ErrUnknownOperation, code: "InvalidAction",
		},
		"an emulator does not know the target": {
			call: createSecret, status: 400, body: jsonError("UnknownOperationException", ""),
			want: steps.ErrUnknownOperation, code: "UnknownOperationException",
		},
		"an emulator says that it has not built the service": {
			call: changeSet, status: 501, body: `{"error":"not implemented"}`,
			want: steps.ErrUnknownOperation,
		},
		"a service that fails": {
			call: caller, status: 500, body: query("InternalFailure", "An internal error has occurred."),
			want: steps.ErrServiceFailing, code: "InternalFailure",
		},
		"a server that fails without AWS's words": {
			call: caller, status: 503, body: "busy", want: steps.ErrServiceFailing,
		},
		"the page of a network's sign-in": {
			call: caller, status: 200, body: "<html>welcome</html>", want: steps.ErrNotAWS,
		},
		"an answer that does not say who the caller is": {
			call: caller, status: 200, body: `<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>`, want: steps.ErrNotAWS,
		},
		"something that is no AWS says that there is no such page": {
			call: describeStack, status: 404, body: `<html>404</html>`,
			want: steps.ErrUnknownOperation,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				w.Header().Set("X-Amzn-RequestId", "r-1")
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			}))
			t.Cleanup(server.Close)
			err := test.call(t.Context(), openAt(t, server.URL, nil).Services())
			refused, ok := errors.AsType[*steps.ServiceError](err)
			if !ok {
				t.Fatalf("%T is not a ServiceError", err)
			}
			if test.want == nil && refused.Kind != nil || test.want != nil && !errors.Is(err, test.want) {
				t.Fatalf("got %v of kind %v, want %v", err, refused.Kind, test.want)
			}
			if test.code != "" && refused.Code != test.code || refused.Action != test.action || test.status >= 400 && refused.RequestID != "r-1" {
				t.Errorf("got code %q, action %q, request %q", refused.Code, refused.Action, refused.RequestID)
			}
			if refused.Service == "" || refused.Operation == "" {
				t.Errorf("no service or operation in %+v", refused)
			}
		})
	}
}

func TestErrorsNeverQuoteASecret(t *testing.T) {
	t.Parallel()
	const value = `{"password":"hunter2"}`
	for name, quoted := range map[string]string{"the password": "hunter2", "the whole secret": strings.ReplaceAll(value, `"`, `\"`)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, jsonError("ValidationException", "Value '"+quoted+"' failed to satisfy constraint"))
			}))
			t.Cleanup(server.Close)
			_, _, err := openAt(t, server.URL, nil).Services().Secrets.CreateSecret(t.Context(), "s", "", steps.NewPassword(value), "t", nil)
			for ; err != nil; err = errors.Unwrap(err) {
				if strings.Contains(err.Error(), "hunter2") {
					t.Fatalf("the error holds the password: %v", err)
				}
			}
		})
	}
}

func TestCancelledCallReturnsTheContextError(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server see its client go
		cancel()
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	_, err := openAt(t, server.URL, nil).Services().Identity.Caller(ctx)
	if _, translated := errors.AsType[*steps.ServiceError](err); translated || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the cancellation", err)
	}
}

func TestUnansweredCallTimesOut(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-done }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(done) })
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := timeoutClient{server.Client(), time.Millisecond}.Do(request)
	if err == nil {
		_ = answer.Body.Close()
	}
	text, ok := unreachableText(&smithyhttp.RequestSendError{Err: err})
	if !ok || !strings.Contains(text, "no answer in time") {
		t.Errorf("%q from %v", text, err)
	}
}

func TestEndpointWithoutListenerIsUnreachable(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	var done steps.CallDone
	session := openAt(t, server.URL, func(e steps.Event) {
		if event, ok := e.(steps.CallDone); ok {
			done = event
		}
	})
	_, err := session.Services().Secrets.DescribeSecret(t.Context(), "s")
	if !errors.Is(err, steps.ErrEndpointUnreachable) || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("got %v", err)
	}
	if done.Call.Error != "endpoint unreachable" {
		t.Errorf("the call's error is %q", done.Call.Error)
	}
}
