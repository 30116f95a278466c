package aws

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeAccounts stands for STS and IAM Identity Center: it tells callers who
// they are by their access keys, and gives out keys for roles.
type fakeAccounts struct {
	*httptest.Server
	mu       sync.Mutex
	account  map[string]string // by access key; one that is not here has expired
	requests []url.Values      // of STS
	code     string            // the MFA code that is right
}

func newFakeAccounts(t *testing.T) *fakeAccounts {
	t.Helper()
	f := &fakeAccounts{account: map[string]string{}, code: "123456"}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

// addKey lets an access key be one of an account.
func (f *fakeAccounts) addKey(key, account string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.account[key] = account
}

// expireKey lets an access key hold no more.
func (f *fakeAccounts) expireKey(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.account, key)
}

func (f *fakeAccounts) calls(action string) []url.Values {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []url.Values
	for _, in := range f.requests {
		if in.Get("Action") == action {
			found = append(found, in)
		}
	}
	return found
}

func (f *fakeAccounts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if r.URL.Path == "/federation/credentials" {
		f.federate(w, r)
		return
	}
	if r.URL.Path == "/token" {
		f.refresh(w)
		return
	}
	in, _ := url.ParseQuery(string(body))
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, in)
	refuse := func(code, message string) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, query(code, message))
	}
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	key, _, _ := strings.Cut(credential, "/")
	account, known := f.account[key]
	switch action := in.Get("Action"); {
	case action == "AssumeRoleWithWebIdentity":
		f.assume(w, action, "AKIAWEB")
	case !known && strings.Contains(credential, "/ec2/"):
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, ec2XML("RequestExpired", "Request has expired."))
	case !known:
		refuse("ExpiredToken", "The security token included in the request is expired")
	case action == "AssumeRole" && in.Get("SerialNumber") != "" && in.Get("TokenCode") != f.code:
		refuse("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ")
	case action == "AssumeRole":
		f.assume(w, action, "AKIAROLE")
	case action == "GetCallerIdentity":
		_, _ = fmt.Fprintf(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>%s</Account><Arn>arn:aws:iam::%s:user/%s</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`, account, account, key)
	default:
		_, _ = io.WriteString(w, `<DescribeVpcsResponse><vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet></DescribeVpcsResponse>`)
	}
}

func (f *fakeAccounts) assume(w io.Writer, action, key string) {
	_, _ = fmt.Fprintf(w, `<%[1]sResponse><%[1]sResult><Credentials><AccessKeyId>%[2]s</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>%[3]s</Expiration></Credentials></%[1]sResult></%[1]sResponse>`,
		action, key, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
}

func (f *fakeAccounts) federate(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Amz-Sso_bearer_token") != "signed-in" {
		w.Header().Set("X-Amzn-Errortype", "UnauthorizedException")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"message":"Session token not found or invalid"}`)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"roleCredentials": map[string]any{
		"accessKeyId": "AKIASSO", "secretAccessKey": "s", "sessionToken": "t", "expiration": time.Now().Add(time.Hour).UnixMilli(),
	}})
}

// refresh makes no session longer, as IAM Identity Center once the session has
// ended.
func (f *fakeAccounts) refresh(w http.ResponseWriter) {
	w.Header().Set("X-Amzn-Errortype", "InvalidGrantException")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, `{"error":"invalid_grant","error_description":"Invalid refresh token provided"}`)
}

// setHome is a machine with these files and variables and no other AWS
// configuration, on which every service is at the fake. Tests that use it
// cannot run in parallel.
func (f *fakeAccounts) setHome(t *testing.T, config, credentials string, variables map[string]string) string {
	t.Helper()
	clearAWSEnvironment(t)
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(home, ".aws", "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(home, ".aws", "credentials"))
	t.Setenv("AWS_ENDPOINT_URL", f.URL)
	t.Setenv("AWS_REGION", "us-east-1")
	writeFile(t, filepath.Join(home, ".aws", "config"), config)
	writeFile(t, filepath.Join(home, ".aws", "credentials"), credentials)
	for name, value := range variables {
		t.Setenv(name, strings.ReplaceAll(value, "HOME", home))
	}
	return home
}

// signInToSSO writes the token that aws sso login would.
func signInToSSO(t *testing.T, home, session, token string, until time.Time) {
	t.Helper()
	name := fmt.Sprintf("%x.json", sha1Of(session))
	writeFile(t, filepath.Join(home, ".aws", "sso", "cache", name), fmt.Sprintf(
		`{"startUrl":"https://example.awsapps.com/start","region":"us-east-1","accessToken":%q,"expiresAt":%q,`+
			`"clientId":"c","clientSecret":"s","refreshToken":"r"}`,
		token, until.UTC().Format(time.RFC3339)))
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o700); err != nil { //nolint:gosec // one of them is a script
		t.Fatal(err)
	}
}
