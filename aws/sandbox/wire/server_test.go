package wire

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// testServices has one operation of each protocol, whose handlers return
// handlerErr.
func testServices(handlerErr error) []Service {
	services := []Service{
		{Name: "secretsmanager", Protocol: AWSJSON, Target: "secretsmanager.", Operations: []Operation{
			Op("GetSecretValue", func(_ context.Context, in *secretsmanager.GetSecretValueInput) (*secretsmanager.GetSecretValueOutput, error) {
				return &secretsmanager.GetSecretValueOutput{Name: in.SecretId}, handlerErr
			}),
		}},
		sdkServices["sts"].Service, sdkServices["rds"].Service, sdkServices["ec2"].Service, sdkServices["lambda"].Service,
	}
	services[1].Operations = []Operation{Op("GetCallerIdentity", func(ctx context.Context, _ *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
		return &sts.GetCallerIdentityOutput{Arn: aws.String(CallerFrom(ctx).ARN)}, handlerErr
	})}
	services[2].Operations = []Operation{Op("DescribeDBInstances", func(context.Context, *rds.DescribeDBInstancesInput) (*rds.DescribeDBInstancesOutput, error) {
		return nil, handlerErr
	})}
	services[3].Operations = []Operation{Op("DescribeVpcs", func(context.Context, *ec2.DescribeVpcsInput) (*ec2.DescribeVpcsOutput, error) {
		return nil, handlerErr
	})}
	services[4].Operations = []Operation{RESTOp("GetFunction", "GET", "/2015-03-31/functions/{FunctionName}", func(context.Context, *lambda.GetFunctionInput) (*lambda.GetFunctionOutput, error) {
		return nil, handlerErr
	})}
	return services
}

// rawRequest is a request of a client without an SDK.
type rawRequest struct {
	method, path, service, region, body string
	header                              map[string]string
	key                                 Key
	at                                  time.Time
	unsigned                            bool
	presign                             bool
	tamper                              func(*http.Request)
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func (r rawRequest) send(t testing.TB, s *Server) *httptest.ResponseRecorder {
	t.Helper()
	key := r.key
	if key.ID == "" {
		key = testKey
	}
	if r.region == "" {
		r.region = "eu-central-1"
	}
	if r.at.IsZero() {
		r.at = noon
	}
	req := httptest.NewRequest(r.method, "http://127.0.0.1:4566"+r.path, strings.NewReader(r.body))
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	sum := sha256.Sum256([]byte(r.body))
	hash := hex.EncodeToString(sum[:])
	if h := r.header["X-Amz-Content-Sha256"]; h != "" {
		hash = h
	}
	creds := aws.Credentials{AccessKeyID: key.ID, SecretAccessKey: key.Secret, SessionToken: key.SessionToken}
	signer := v4.NewSigner()
	switch {
	case r.presign:
		url, _, err := signer.PresignHTTP(t.Context(), creds, req, hash, r.service, r.region, r.at)
		if err != nil {
			t.Fatal(err)
		}
		req = httptest.NewRequest(r.method, url, strings.NewReader(r.body))
	case !r.unsigned:
		if err := signer.SignHTTP(t.Context(), creds, req, hash, r.service, r.region, r.at); err != nil {
			t.Fatal(err)
		}
	}
	if r.tamper != nil {
		r.tamper(req)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, req)
	return w
}

func newServerAtNoon(services ...Service) *Server {
	keys := &Keys{}
	keys.Add(testKey)
	keys.Add(Key{ID: "ASIATEMPORARY", Secret: "temporary", SessionToken: "token"})
	keys.Add(Key{
		ID: "AKIARESTRICTED", Secret: "restricted", Caller: Caller{ARN: "arn:aws:sts::123456789012:assumed-role/r/f"},
		Authorizer: AllowActions(func(action string) bool { return strings.HasPrefix(action, "secretsmanager:") }),
	})
	return NewServer(Options{Keys: keys, Region: "eu-central-1", Now: func() time.Time { return noon }}, services...)
}

var (
	getSecret = rawRequest{
		method: "POST", path: "/", service: "secretsmanager", body: `{"SecretId":"one"}`,
		header: map[string]string{"X-Amz-Target": "secretsmanager.GetSecretValue", "Content-Type": jsonContentType},
	}
	getCallerIdentity = rawRequest{
		method: "POST", path: "/", service: "sts", body: "Action=GetCallerIdentity&Version=2011-06-15",
		header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
	}
	describeVPCs = rawRequest{
		method: "POST", path: "/", service: "ec2", body: "Action=DescribeVpcs&Version=2016-11-15",
		header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
	}
	getFunction = rawRequest{method: "GET", path: "/2015-03-31/functions/f", service: "lambda"}
)

func (r rawRequest) with(change func(*rawRequest)) rawRequest {
	header := map[string]string{}
	for name, value := range r.header {
		header[name] = value
	}
	r.header = header
	change(&r)
	return r
}

func TestRequestAuthentication(t *testing.T) {
	t.Parallel()
	wrongSecret := func(r *rawRequest) { r.key = Key{ID: testKey.ID, Secret: "wrong"} }
	unknown := func(r *rawRequest) { r.key = Key{ID: "AKIAUNKNOWN", Secret: "x"} }
	unsigned := func(r *rawRequest) { r.unsigned = true }
	late := func(r *rawRequest) { r.at = noon.Add(-16 * time.Minute) }
	early := func(r *rawRequest) { r.at = noon.Add(16 * time.Minute) }
	for name, tt := range map[string]struct {
		request rawRequest
		status  int
		code    string // empty: let in
	}{
		"a signed JSON request":                {getSecret, 200, ""},
		"a signed query request":               {getCallerIdentity, 200, ""},
		"a signed EC2 request":                 {describeVPCs, 200, ""},
		"a signed REST request":                {getFunction, 200, ""},
		"a signature 14 minutes old":           {getSecret.with(func(r *rawRequest) { r.at = noon.Add(-14 * time.Minute) }), 200, ""},
		"an unsigned payload":                  {getSecret.with(func(r *rawRequest) { r.header["X-Amz-Content-Sha256"] = unsignedPayload }), 200, ""},
		"temporary credentials":                {getSecret.with(func(r *rawRequest) { r.key = Key{ID: "ASIATEMPORARY", Secret: "temporary", SessionToken: "token"} }), 200, ""},
		"an escaped ARN in the path":           {getFunction.with(func(r *rawRequest) { r.path = "/2015-03-31/functions/arn%3Aaws%3Alambda%2Ff" }), 200, ""},
		"query parameters in any order":        {getFunction.with(func(r *rawRequest) { r.path += "?b=2&Qualifier=%24LATEST&a=x+y%20z&a=1" }), 200, ""},
		"a presigned query request":            {getCallerIdentity.with(presigned("/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60")), 200, ""},
		"sts signed for the global region":     {getCallerIdentity.with(func(r *rawRequest) { r.region = "us-east-1" }), 200, ""},
		"a JSON request without a signature":   {getSecret.with(unsigned), 400, "MissingAuthenticationTokenException"},
		"a REST request without a signature":   {getFunction.with(unsigned), 403, "MissingAuthenticationTokenException"},
		"a query request without a signature":  {getCallerIdentity.with(unsigned), 403, "MissingAuthenticationToken"},
		"an unknown key in JSON":               {getSecret.with(unknown), 400, "UnrecognizedClientException"},
		"an unknown key in REST":               {getFunction.with(unknown), 403, "UnrecognizedClientException"},
		"an unknown key in query":              {getCallerIdentity.with(unknown), 403, "InvalidClientTokenId"},
		"an unknown key in EC2":                {describeVPCs.with(unknown), 401, "AuthFailure"},
		"a wrong secret in JSON":               {getSecret.with(wrongSecret), 400, "InvalidSignatureException"},
		"a wrong secret in query":              {getCallerIdentity.with(wrongSecret), 403, "SignatureDoesNotMatch"},
		"a wrong secret in EC2":                {describeVPCs.with(wrongSecret), 401, "AuthFailure"},
		"a late request in JSON":               {getSecret.with(late), 400, "InvalidSignatureException"},
		"a late request in query":              {getCallerIdentity.with(late), 403, "SignatureDoesNotMatch"},
		"a late request in EC2":                {describeVPCs.with(late), 400, "RequestExpired"},
		"a request from the future":            {getSecret.with(early), 400, "InvalidSignatureException"},
		"another region":                       {getSecret.with(func(r *rawRequest) { r.region = "us-east-1" }), 400, "InvalidSignatureException"},
		"temporary credentials without token":  {getSecret.with(func(r *rawRequest) { r.key = Key{ID: "ASIATEMPORARY", Secret: "temporary"} }), 400, "UnrecognizedClientException"},
		"a token that the key does not have":   {getSecret.with(func(r *rawRequest) { r.key.ID, r.key.Secret, r.key.SessionToken = testKey.ID, testKey.Secret, "t" }), 400, "UnrecognizedClientException"},
		"a changed body":                       {getSecret.with(tampered(func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(`{"SecretId":"two"}`)) })), 400, "InvalidSignatureException"},
		"a changed signed header":              {getSecret.with(tampered(func(r *http.Request) { r.Header.Set("X-Amz-Target", "secretsmanager.DeleteSecret") })), 400, "InvalidSignatureException"},
		"a changed path":                       {getFunction.with(tampered(func(r *http.Request) { r.URL.Path = "/2015-03-31/functions/g" })), 403, "InvalidSignatureException"},
		"a changed query":                      {getFunction.with(tampered(func(r *http.Request) { r.URL.RawQuery = "Qualifier=1" })), 403, "InvalidSignatureException"},
		"another host":                         {getSecret.with(tampered(func(r *http.Request) { r.Host = "example.org" })), 400, "InvalidSignatureException"},
		"half an Authorization header":         {getSecret.with(tampered(func(r *http.Request) { r.Header.Set("Authorization", algorithm+" Credential=a/b") })), 400, "IncompleteSignatureException"},
		"another scheme":                       {getSecret.with(tampered(func(r *http.Request) { r.Header.Set("Authorization", "Basic YTpi") })), 400, "IncompleteSignatureException"},
		"a presigned request past its expiry":  {getCallerIdentity.with(presigned("/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60")).with(func(r *rawRequest) { r.at = noon.Add(-2 * time.Minute) }), 403, "SignatureDoesNotMatch"},
		"a role that may not call the service": {getCallerIdentity.with(func(r *rawRequest) { r.key = Key{ID: "AKIARESTRICTED", Secret: "restricted"} }), 403, "AccessDenied"},
		"a service that is not there":          {getSecret.with(func(r *rawRequest) { r.service = "dynamodb" }), 404, "UnknownOperationException"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServerAtNoon(testServices(nil)...)
			w := tt.request.send(t, s)
			if w.Code != tt.status {
				t.Errorf("status %d, want %d: %s", w.Code, tt.status, w.Body)
			}
			if tt.code != "" && !strings.Contains(w.Body.String(), tt.code) && w.Header().Get("X-Amzn-Errortype") != tt.code {
				t.Errorf("no %s in %s", tt.code, w.Body)
			}
			if w.Header().Get("X-Amzn-Requestid") == "" {
				t.Error("no request id")
			}
			if calls := s.Calls(); len(calls) != 1 || calls[0].Code != tt.code {
				t.Errorf("recorded %+v, want one call with code %q", calls, tt.code)
			}
		})
	}
}

func tampered(how func(*http.Request)) func(*rawRequest) {
	return func(r *rawRequest) { r.tamper = how }
}

func presigned(path string) func(*rawRequest) {
	return func(r *rawRequest) { r.method, r.path, r.body, r.presign, r.header = "GET", path, "", true, nil }
}

func TestErrorsAreEncodedByProtocol(t *testing.T) {
	t.Parallel()
	documented := &Error{Code: "SomeFault", Message: `a <"b"> & c`, Status: 404}
	for name, tt := range map[string]struct {
		request rawRequest
		err     error
		want    string
	}{
		"JSON":           {getSecret, documented, `{"Message":"a \u003c\"b\"\u003e \u0026 c","__type":"SomeFault","message":"a \u003c\"b\"\u003e \u0026 c"}`},
		"REST":           {getFunction, documented, `{"Message":"a \u003c\"b\"\u003e \u0026 c","Type":"User","message":"a \u003c\"b\"\u003e \u0026 c"}`},
		"query":          {getCallerIdentity, documented, `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>SomeFault</Code><Message>a &lt;&#34;b&#34;&gt; &amp; c</Message></Error><RequestId>`},
		"EC2":            {describeVPCs, documented, `<Response><Errors><Error><Code>SomeFault</Code><Message>a &lt;&#34;b&#34;&gt; &amp; c</Message></Error></Errors><RequestID>`},
		"a fault inside": {getCallerIdentity, errors.New("disk on fire"), `<Type>Receiver</Type><Code>InternalFailure</Code>`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := tt.request.send(t, newServerAtNoon(testServices(tt.err)...))
			if !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("got %s\nwant %s", w.Body, tt.want)
			}
			if strings.Contains(w.Body.String(), "on fire") {
				t.Error("the cause of an internal failure leaked")
			}
		})
	}
}

func TestUnreadableRequestsAreRejected(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", defaultMaxBody+1)
	for name, tt := range map[string]struct {
		request rawRequest
		status  int
		code    string
	}{
		"an unknown JSON operation":   {getSecret.with(func(r *rawRequest) { r.header["X-Amz-Target"] = "secretsmanager.Fly" }), 400, "UnknownOperationException"},
		"another service's operation": {getSecret.with(func(r *rawRequest) { r.header["X-Amz-Target"] = "Logs_20140328.GetSecretValue" }), 400, "UnknownOperationException"},
		"an unknown query operation":  {getCallerIdentity.with(func(r *rawRequest) { r.body = "Action=Fly&Version=2011-06-15" }), 400, "Could not find operation Fly for version 2011-06-15"},
		"a query without a version":   {getCallerIdentity.with(func(r *rawRequest) { r.body = "Action=GetCallerIdentity" }), 400, "NO_VERSION_SPECIFIED"},
		"a query without an action":   {getCallerIdentity.with(func(r *rawRequest) { r.body = "a=b" }), 400, "MissingAction"},
		"an unknown EC2 operation":    {describeVPCs.with(func(r *rawRequest) { r.body = "Action=Fly&Version=2016-11-15" }), 400, "The action Fly is not valid for this web service."},
		"an unknown path":             {getFunction.with(func(r *rawRequest) { r.path = "/2015-03-31/aliens" }), 404, "Unknown operation"},
		"a wrong method":              {getFunction.with(func(r *rawRequest) { r.method = "PATCH" }), 404, "Unknown operation"},
		"broken JSON":                 {getSecret.with(func(r *rawRequest) { r.body = `{"SecretId":` }), 400, "SerializationException"},
		"JSON of the wrong type":      {getSecret.with(func(r *rawRequest) { r.body = `{"SecretId":7}` }), 400, "NUMBER_VALUE can not be converted to a String"},
		"a list for an object":        {getSecret.with(func(r *rawRequest) { r.body = `[]` }), 400, "SerializationException"},
		"a broken form":               {getCallerIdentity.with(func(r *rawRequest) { r.body = "%zz" }), 400, "MalformedQueryString"},
		"a number that is none":       {describeVPCs.with(func(r *rawRequest) { r.body += "&MaxResults=many" }), 400, "Value (many) for parameter MaxResults is invalid."},
		"too large a body":            {getSecret.with(func(r *rawRequest) { r.body = big }), 413, "RequestEntityTooLargeException"},
		"gzip that is none":           {getSecret.with(func(r *rawRequest) { r.header["Content-Encoding"] = "gzip" }), 400, "MalformedHttpRequestException"},
		"a gzip that inflates too far": {getSecret.with(func(r *rawRequest) {
			r.header["Content-Encoding"], r.body = "gzip", gzipped(big)
		}), 413, "RequestEntityTooLargeException"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := tt.request.send(t, newServerAtNoon(testServices(nil)...))
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.code) {
				t.Errorf("got %d %s, want %d %s", w.Code, w.Body, tt.status, tt.code)
			}
		})
	}
}

func TestCompressedAndChunkedBodiesAreDecoded(t *testing.T) {
	t.Parallel()
	gz := getSecret.with(func(r *rawRequest) { r.header["Content-Encoding"], r.body = "gzip", gzipped(r.body) })
	chunked := getSecret.with(tampered(func(r *http.Request) { r.TransferEncoding = []string{"chunked"} }))
	for name, r := range map[string]rawRequest{"gzip": gz, "chunked": chunked} {
		if w := r.send(t, newServerAtNoon(testServices(nil)...)); w.Code != 200 || !strings.Contains(w.Body.String(), `"Name":"one"`) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func gzipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

func TestPanicBecomesInternalFailure(t *testing.T) {
	t.Parallel()
	services := testServices(nil)
	services[0].Operations[0].call = func(context.Context, any) (any, error) { panic("oh") }
	s := newServerAtNoon(services...)
	if w := getSecret.send(t, s); w.Code != 500 || !strings.Contains(w.Body.String(), "InternalFailure") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if w := getCallerIdentity.send(t, s); w.Code != 200 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestCallsAreRecordedInOrderAndBounded(t *testing.T) {
	t.Parallel()
	s := newServerAtNoon(testServices(nil)...)
	getSecret.send(t, s)
	getCallerIdentity.send(t, s)
	want := []Call{
		{Service: "secretsmanager", Operation: "GetSecretValue", AccessKeyID: testKey.ID, ARN: testKey.Caller.ARN, At: noon},
		{Service: "sts", Operation: "GetCallerIdentity", AccessKeyID: testKey.ID, ARN: testKey.Caller.ARN, At: noon},
	}
	if diff := cmp.Diff(want, s.Calls(), cmpopts.IgnoreFields(Call{}, "RequestID")); diff != "" {
		t.Error(diff)
	}
	var j callLog
	for i := range callLogSize + 3 {
		j.add(Call{At: noon.Add(time.Duration(i))})
	}
	all := j.all()
	if len(all) != callLogSize || all[0].At != noon.Add(3) || all[callLogSize-1].At != noon.Add(callLogSize+2) {
		t.Errorf("kept %d calls from %v to %v", len(all), all[0].At, all[len(all)-1].At)
	}
}
