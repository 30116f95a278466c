package wire

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/google/go-cmp/cmp"
)

// A parsed Authorization header parses the same after it is written again, and
// no unsigned request is accepted.
func FuzzAuthorization(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=AKIA/20261122/us-east-1/rds/aws4_request, SignedHeaders=host;x-amz-date, Signature=00", "20261122T120000Z")
	f.Add("AWS4-HMAC-SHA256 Credential=a/b/c/d/e/aws4_request,SignedHeaders=host,Signature=", "")
	f.Add("Basic YTpi", "Mon, 02 Jan 2006 15:04:05 GMT")
	f.Fuzz(func(t *testing.T, header, date string) {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.Header["Authorization"], r.Header["X-Amz-Date"] = []string{header}, []string{date}
		s, refused := readSignature(r)
		if (s == nil) == (refused == nil) && refused == nil {
			t.Fatal("neither a signature nor a refusal")
		}
		if refused == nil {
			again := httptest.NewRequest(http.MethodPost, "/", nil)
			again.Header["X-Amz-Date"] = r.Header["X-Amz-Date"]
			again.Header["Authorization"] = []string{algorithm + " Credential=" + s.keyID + "/" + s.scope() +
				",SignedHeaders=" + strings.Join(s.headers, ";") + ",Signature=" + s.value}
			s2, refused2 := readSignature(again)
			if refused2 != nil {
				t.Fatalf("refused what it had read: %s", refused2.message)
			}
			if diff := cmp.Diff(s, s2, cmp.AllowUnexported(signature{})); diff != "" {
				t.Error(diff)
			}
		}
		server := newServerAtNoon(testServices(nil)...)
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		if w.Code == http.StatusOK {
			t.Error("let in")
		}
	})
}

// A form is either decoded into an input, with no list longer than its numbers,
// or rejected with an error that AWS documents.
func FuzzQuery(f *testing.F) {
	svc := sdkServices["ec2"].Service
	codec := newQueryCodec(svc, Op[ec2.AuthorizeSecurityGroupIngressInput, ec2.AuthorizeSecurityGroupIngressOutput]("AuthorizeSecurityGroupIngress", nil))
	f.Add("GroupId=sg-1&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0%2F0&IpPermissions.1.FromPort=3306&TagSpecification.1.Tag.2.Key=k")
	f.Add("IpPermissions.2.FromPort=x&IpPermissions=&IpPermissions.IpPermissions.1.ToPort=1")
	f.Add(strings.Repeat("a.", 40) + "=1&.=&..=.&%=")
	f.Fuzz(func(t *testing.T, body string) {
		x := &exchange{http: httptest.NewRequest(http.MethodPost, "/", nil), body: []byte(body)}
		in, err := codec.decode(x)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Code == "" || e.status() != 400 {
				t.Fatalf("refused with %#v", err)
			}
			return
		}
		form, _ := url.ParseQuery(body)
		numbers := map[string]bool{}
		for name := range form {
			if rest, ok := strings.CutPrefix(name, "IpPermissions."); ok {
				n, _, _ := strings.Cut(rest, ".")
				numbers[n] = true
			}
		}
		if got := len(in.(*ec2.AuthorizeSecurityGroupIngressInput).IpPermissions); got > max(len(numbers), len(form)) {
			t.Errorf("%d entries from %d numbers", got, len(numbers))
		}
	})
}

// A body is either decoded into an input or rejected with a
// SerializationException.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"Name":"n","SecretString":"s","Tags":[{"Key":"k","Value":"v"}],"SecretBinary":"AAAA"}`))
	f.Add([]byte(`{"Name":7,"Tags":{}}`))
	f.Add([]byte("\xff{]"))
	f.Fuzz(func(t *testing.T, body []byte) {
		in := new(secretsmanager.CreateSecretInput)
		err := decodeJSON(body, in)
		if err == nil {
			return
		}
		var e *Error
		if !errors.As(err, &e) || e.Code != "SerializationException" {
			t.Fatalf("refused with %#v", err)
		}
	})
}

// A path that matches a template has the template's labels, none of them empty.
func FuzzPath(f *testing.F) {
	template := parsePath("/2015-03-31/functions/{FunctionName}/policy/{StatementId}")
	f.Add("/2015-03-31/functions/arn%3Aaws%2Fx/policy/s")
	f.Add("//%zz/%2F/")
	f.Fuzz(func(t *testing.T, path string) {
		segments, ok := splitPath(path)
		if !ok {
			return
		}
		labels, ok := template.match(segments)
		if !ok {
			return
		}
		var names []string
		for name, value := range labels {
			if value == "" {
				t.Errorf("%s is empty", name)
			}
			names = append(names, name)
		}
		slices.Sort(names)
		if !reflect.DeepEqual(names, []string{"FunctionName", "StatementId"}) {
			t.Errorf("labels %v", names)
		}
	})
}
