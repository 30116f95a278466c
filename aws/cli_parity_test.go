package aws

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyturn/steps"
	"keyturn/steps/schedule"
)

// hardPassword holds every character that RDS allows and a shell, JSON or the
// CLI could trip over.
const hardPassword = `-$x\n'` + "`" + `!&*(){}[]<>|;:?~#%^=+,.`

// TestCLILineSendsTheSameRequest makes every call of the walkthrough, pastes
// the lines that were reported for them into bash with the real AWS CLI, and
// compares what the two sent.
func TestCLILineSendsTheSameRequest(t *testing.T) {
	t.Parallel()
	server := newRecorder(t)
	var lines []string
	session, err := Open(t.Context(), Options{
		Region: "eu-central-1", Endpoint: server.URL, AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret",
		Observe: func(e steps.Event) {
			if started, ok := e.(steps.CallStarted); ok {
				lines = append(lines, started.Call.CLI)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	everyCall(t, session.Services())
	sent := server.take()
	if len(sent) != len(lines) {
		t.Fatalf("%d calls, %d lines", len(sent), len(lines))
	}
	for _, line := range lines {
		if strings.Contains(line, hardPassword) {
			t.Errorf("a line holds the password: %s", line)
		}
	}

	paste(t, lines)
	pasted := server.take()
	if len(pasted) != len(lines) {
		t.Fatalf("%d lines made %d calls", len(lines), len(pasted))
	}
	for i, line := range lines {
		// AWS CLI 2.9.19 does not know it; see cli.newer.
		delete(sent[i].Fields, "EngineLifecycleSupport")
		if diff := cmp.Diff(sent[i], pasted[i]); diff != "" {
			t.Errorf("%s\n(-call +line)\n%s", line, diff)
		}
	}
}

// everyCall makes each call of the steps' interfaces once. The recorder rejects
// all of them, so the errors are ignored.
func everyCall(t *testing.T, s steps.Services) {
	t.Helper()
	ctx := t.Context()
	password := steps.NewPassword(hardPassword)
	encoded := strings.ReplaceAll(hardPassword, `\`, `\\`)
	value := steps.NewPassword(`{"username":"adminuser","password":"` + encoded +
		`","engine":"mysql","host":"db.example.com","port":3306,"dbInstanceIdentifier":"it's"}`)
	tags := []steps.Tag{{Key: steps.TagRun, Value: "r-1"}, {Key: "who's", Value: "a, b = c"}}
	plain := tags[:1]
	const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:MyTest-AbCdEf"
	const version = "00000000-0000-4000-8000-00000000000a"
	const function = "arn:aws:lambda:eu-central-1:123456789012:function:SecretsManagerX"
	const stack = "arn:aws:cloudformation:eu-central-1:123456789012:stack/serverlessrepo-x/1"

	_, _ = s.Identity.Caller(ctx)

	_, _ = s.Databases.EngineVersion(ctx, "mysql", "8.4")
	_, _ = s.Databases.OrderableClasses(ctx, "mysql", "8.4.3", []string{"db.t4g.micro"})
	_, _ = s.Databases.CreateDBInstance(ctx, steps.DBInstanceSpec{
		ID: "MyTestDatabaseInstance", Class: "db.t4g.micro", EngineVersion: "8.4.3", StorageGiB: 20,
		Username: "adminuser", Password: password, SecurityGroups: []string{"sg-1", "sg-2"}, Tags: plain, PubliclyAccessible: true,
	})
	_, _ = s.Databases.DescribeDBInstance(ctx, "MyTestDatabaseInstance")
	_ = s.Databases.SetMasterPassword(ctx, "MyTestDatabaseInstance", password)
	_ = s.Databases.AllowDeletion(ctx, "MyTestDatabaseInstance")
	_ = s.Databases.DeleteDBInstance(ctx, "MyTestDatabaseInstance")

	_, _ = s.Network.DefaultVPC(ctx)
	_, _ = s.Network.CreateSecurityGroup(ctx, "keyturn-r-1", "For keyturn's run r-1", "vpc-1", tags)
	_, _ = s.Network.SecurityGroup(ctx, "sg-1")
	_, _ = s.Network.SecurityGroupsByTag(ctx, tags[0])
	_, _ = s.Network.SecurityGroupsByTag(ctx, tags[1])
	_, _ = s.Network.SecurityGroupsByTag(ctx, steps.Tag{Key: steps.TagRun})
	_, _ = s.Network.InboundRulesByTag(ctx, tags[0])
	_, _ = s.Network.OpenPort(ctx, "sg-1", "0.0.0.0/0", 3306, plain)
	_ = s.Network.ClosePort(ctx, "sg-1", "sgr-1")
	_ = s.Network.DeleteSecurityGroup(ctx, "sg-1")
	_, _ = s.Network.AdmitGroup(ctx, "sg-1", "sg-2", 443, plain)
	_, _, _ = s.Network.DNSAttributes(ctx, "vpc-1")
	_, _ = s.Network.Subnets(ctx, "vpc-1")
	_, _ = s.Network.RouteTables(ctx, "vpc-1")
	_, _ = s.Network.NATGateways(ctx, "vpc-1")
	_, _ = s.Network.GroupInterfaces(ctx, "sg-1")
	_, _ = s.Network.VPCInterfaces(ctx, "vpc-1")
	_, _ = s.Network.CreateDefaultVPC(ctx)
	_ = s.Network.TagNetwork(ctx, []string{"vpc-1", "igw-1"}, tags)
	_, _ = s.Network.InternetGatewaysByTag(ctx, tags[0])
	_, _ = s.Network.VPCsByTag(ctx, tags[1])
	_ = s.Network.DeleteSubnet(ctx, "subnet-1")
	_, _ = s.Network.InternetGateway(ctx, "vpc-1")
	_ = s.Network.DetachInternetGateway(ctx, "igw-1", "vpc-1")
	_ = s.Network.DeleteInternetGateway(ctx, "igw-1")
	_ = s.Network.DeleteVPC(ctx, "vpc-1")
	_, _ = s.Network.SecretsEndpointService(ctx)
	_, _ = s.Network.Endpoints(ctx, "vpc-1", "com.amazonaws.eu-central-1.secretsmanager")
	_, _ = s.Network.EndpointsByTag(ctx, tags[0])
	_, _ = s.Network.CreateEndpoint(ctx, steps.VPCEndpointSpec{
		VPCID: "vpc-1", Service: "com.amazonaws.eu-central-1.secretsmanager", SubnetIDs: []string{"subnet-1", "subnet-2"},
		GroupIDs: []string{"sg-1"}, Token: "00000000-0000-4000-8000-000000000006", Tags: plain,
	})
	_ = s.Network.DeleteEndpoint(ctx, "vpce-1")

	_, _ = s.Secrets.RandomPassword(ctx, steps.PasswordRules{Length: 32, ExcludeCharacters: `/@"'\`, RequireEachType: true})
	_, _ = s.Secrets.RandomPassword(ctx, steps.PasswordRules{Length: 12, ExcludePunctuation: true})
	_, _, _ = s.Secrets.CreateSecret(ctx, "My/Test+Secret", "Made by keyturn's run", value, "00000000-0000-4000-8000-000000000001", tags)
	_, _ = s.Secrets.PutSecretValue(ctx, arn, value, "00000000-0000-4000-8000-000000000002")
	_, _ = s.Secrets.DescribeSecret(ctx, arn)
	_, _ = s.Secrets.SecretValue(ctx, arn, "", "AWSPENDING")
	_, _ = s.Secrets.SecretValue(ctx, arn, version, "")
	_ = s.Secrets.RotateSecret(ctx, steps.RotationRequest{
		SecretID: arn, FunctionARN: function, Rules: schedule.Rules{Days: 30}, Token: "00000000-0000-4000-8000-000000000003",
	})
	_ = s.Secrets.RotateSecret(ctx, steps.RotationRequest{
		SecretID: arn, FunctionARN: function, Rules: schedule.Rules{Expression: "cron(0 8/8 ? * MON-FRI *)", Window: "3h"},
		Token: "00000000-0000-4000-8000-000000000006", TestOnly: true,
	})
	_ = s.Secrets.CancelRotation(ctx, arn)
	_, _ = s.Secrets.DeleteSecret(ctx, arn, 7)
	_ = s.Secrets.RestoreSecret(ctx, arn)

	_, _ = s.Stacks.Application(ctx, s.Stacks.ApplicationARN())
	_, _ = s.Stacks.CreateChangeSet(ctx, steps.RotationStackSpec{
		ApplicationARN: s.Stacks.ApplicationARN(), StackName: "keyturn-r-1", FunctionName: "SecretsManagerX",
		SecretsURL: s.Stacks.SecretsURL(), SubnetIDs: []string{"subnet-1", "subnet-2"}, GroupIDs: []string{"sg-1"}, Tags: plain,
	}, []string{"CAPABILITY_IAM", "CAPABILITY_RESOURCE_POLICY"})
	for _, test := range []bool{false, true} {
		_, _ = s.Stacks.CreateTransformChangeSet(ctx, steps.RotationStackSpec{
			StackName: "keyturn-r-1", FunctionName: "SecretsManagerX", SecretARN: arn, Tags: plain, TestOnly: test,
			Rules: schedule.Rules{Expression: "cron(0 8/8 ? * MON-FRI *)", Window: "3h"}, SubnetIDs: []string{"subnet-1", "subnet-2"}, GroupIDs: []string{"sg-1"},
		}, "00000000-0000-4000-8000-000000000007")
	}
	_, _ = s.Stacks.DescribeChangeSet(ctx, stack, "set")
	_ = s.Stacks.ExecuteChangeSet(ctx, stack, "00000000-0000-4000-8000-000000000004")
	_, _ = s.Stacks.DescribeStack(ctx, stack)
	_, _, _ = s.Stacks.StacksPage(ctx, "")
	_, _, _ = s.Stacks.StacksPage(ctx, "next")
	_, _ = s.Stacks.StackEvents(ctx, stack)
	_, _ = s.Stacks.StackFunction(ctx, stack)
	_ = s.Stacks.DeleteStack(ctx, stack, "00000000-0000-4000-8000-000000000005")

	_, _ = s.Functions.Function(ctx, function)
	_, _ = s.Functions.Invokers(ctx, function)

	_, _ = s.Logs.LogLines(ctx, "/aws/lambda/SecretsManagerX", time.UnixMilli(1_700_000_000_000))
	_ = s.Logs.DeleteLogGroup(ctx, "/aws/lambda/SecretsManagerX")
	_, _ = s.Logs.LogGroupExists(ctx, "/aws/lambda/SecretsManagerX")
}

// sentCall is what a request says, whatever client wrote it.
type sentCall struct {
	Method, Path, Target string
	Fields               url.Values // of a query protocol
	JSON                 any        // of a JSON protocol
}

// recorder is an endpoint that refuses every call and remembers it.
type recorder struct {
	*httptest.Server
	mu    sync.Mutex
	calls []sentCall
}

func newRecorder(t *testing.T) *recorder {
	t.Helper()
	r := &recorder{}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	call := sentCall{Method: request.Method, Path: request.URL.Path, Target: request.Header.Get("X-Amz-Target")}
	form := strings.HasPrefix(request.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
	if form {
		call.Fields, _ = url.ParseQuery(string(body))
	} else if len(body) > 0 {
		_ = json.Unmarshal(body, &call.JSON)
	}
	r.mu.Lock()
	r.calls = append(r.calls, call)
	r.mu.Unlock()
	answer := `{"__type":"AccessDeniedException","Message":"refused"}`
	if form {
		answer = `<ErrorResponse><Error><Code>AccessDenied</Code><Message>refused</Message></Error></ErrorResponse>`
	}
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, answer)
}

func (r *recorder) take() []sentCall {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls := r.calls
	r.calls = nil
	return calls
}

// runCLI runs the AWS CLI's own entry point for each command line on standard
// input, in one process: starting it for each would take a second a line.
const runCLI = `
import io, json, sys
sys.path.insert(0, "/usr/lib/python3/dist-packages")
import awscli.clidriver
for args in [a.split("\0")[:-1] for a in sys.stdin.read().split("\n\0")[:-1]]:
    sys.stderr = io.StringIO()
    code = awscli.clidriver.create_clidriver().main(args)
    said, sys.stderr = sys.stderr.getvalue(), sys.__stderr__
    if code != 254: # 254: the service refused the call
        print(" ".join(args), "-> exit", code, said)
`

// paste runs the lines in bash, as a person would, with an aws that hands its
// arguments on.
func paste(t *testing.T, lines []string) {
	t.Helper()
	version, err := exec.Command("/usr/bin/aws", "--version").Output()
	if err != nil || !strings.HasPrefix(string(version), "aws-cli/2.") {
		t.Skip("AWS CLI v2 is not installed as /usr/bin/aws")
	}
	if exec.Command("/usr/bin/python3", "-c", "import sys; sys.path.insert(0, '/usr/lib/python3/dist-packages'); import awscli").Run() != nil {
		t.Skip("the AWS CLI is not a Python package of the system")
	}
	script := `aws() { printf '%s\0' "$@"; printf '\n\0'; }` + "\n" + strings.Join(lines, "\n")
	bash := exec.Command("bash", "-c", script)
	bash.Env = []string{"KEYTURN_MASTER_PASSWORD=" + hardPassword}
	arguments, err := bash.Output()
	if err != nil {
		t.Fatalf("bash: %v", err)
	}
	python := exec.Command("/usr/bin/python3", "-c", runCLI)
	python.Env = []string{
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_MAX_ATTEMPTS=1", "HOME=" + t.TempDir(),
	}
	python.Stdin = bytes.NewReader(arguments)
	said, err := python.CombinedOutput()
	if err != nil || len(said) > 0 {
		t.Fatalf("AWS CLI: %v\n%s", err, said)
	}
}
