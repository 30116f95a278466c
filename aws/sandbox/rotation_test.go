package sandbox_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	repo "github.com/aws/aws-sdk-go-v2/service/serverlessapplicationrepository"
	repotypes "github.com/aws/aws-sdk-go-v2/service/serverlessapplicationrepository/types"

	"keyturn/aws/sandbox"
	"keyturn/db"
	"keyturn/steps"
)

// testAccount is a sandbox with one database, one secret and the rotation function.
type testAccount struct {
	*sandbox.Sandbox
	cfg      aws.Config
	secrets  *secretsmanager.Client
	first    secretValue
	secretID string
	function string
}

type secretValue struct {
	Engine   string `json:"engine"`
	Host     string `json:"host"`
	Port     int    `json:"port"`
	Username string `json:"username"`
	Password string `json:"password"`
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// setUpTutorial does the tutorial up to its first rotation.
func setUpTutorial(t testing.TB) *testAccount {
	t.Helper()
	s, cfg := start(t)
	a := &testAccount{Sandbox: s, cfg: cfg, secrets: secretsmanager.NewFromConfig(cfg)}
	a.first = createDatabase(t, cfg)
	text := must[[]byte](t)(json.Marshal(a.first))
	made := must[*secretsmanager.CreateSecretOutput](t)(a.secrets.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{
		Name: aws.String("MyTestDatabaseMasterSecret"), SecretString: aws.String(string(text)),
	}))
	a.secretID = *made.ARN
	a.function = installFunction(t, cfg)
	return a
}

func createDatabase(t testing.TB, cfg aws.Config) secretValue {
	t.Helper()
	network := ec2.NewFromConfig(cfg)
	group := must[*ec2.CreateSecurityGroupOutput](t)(network.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{
		GroupName: aws.String("open"), Description: aws.String("open"),
	}))
	must[*ec2.AuthorizeSecurityGroupIngressOutput](t)(network.AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: group.GroupId,
		IpPermissions: []ec2types.IpPermission{{
			IpProtocol: aws.String("tcp"), FromPort: aws.Int32(3306), ToPort: aws.Int32(3306),
			IpRanges: []ec2types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}},
		}},
	}))
	databases := rds.NewFromConfig(cfg)
	in := &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: aws.String("MyTestDatabaseInstance"), Engine: aws.String("mysql"), DBInstanceClass: aws.String("db.t3.micro"),
		AllocatedStorage: aws.Int32(20), MasterUsername: aws.String("adminuser"), MasterUserPassword: aws.String("correct-horse"),
		BackupRetentionPeriod: aws.Int32(0), PubliclyAccessible: aws.Bool(true), VpcSecurityGroupIds: []string{*group.GroupId},
	}
	must[*rds.CreateDBInstanceOutput](t)(databases.CreateDBInstance(t.Context(), in))
	waiter := rds.NewDBInstanceAvailableWaiter(databases, func(o *rds.DBInstanceAvailableWaiterOptions) {
		o.MinDelay, o.MaxDelay = 5*time.Millisecond, 5*time.Millisecond
	})
	described := must[*rds.DescribeDBInstancesOutput](t)(waiter.WaitForOutput(t.Context(), &rds.DescribeDBInstancesInput{DBInstanceIdentifier: in.DBInstanceIdentifier}, time.Minute))
	endpoint := described.DBInstances[0].Endpoint
	return secretValue{Engine: "mysql", Host: *endpoint.Address, Port: int(*endpoint.Port), Username: "adminuser", Password: "correct-horse"}
}

func installFunction(t testing.TB, cfg aws.Config) string {
	t.Helper()
	changeSet := must[*repo.CreateCloudFormationChangeSetOutput](t)(repo.NewFromConfig(cfg).CreateCloudFormationChangeSet(t.Context(), &repo.CreateCloudFormationChangeSetInput{
		ApplicationId: aws.String("arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSMySQLRotationSingleUser"),
		StackName:     aws.String("rotation"), Capabilities: []string{"CAPABILITY_IAM", "CAPABILITY_RESOURCE_POLICY"},
		ParameterOverrides: []repotypes.ParameterValue{
			{Name: aws.String("endpoint"), Value: aws.String("https://secretsmanager.us-east-1.amazonaws.com")},
			{Name: aws.String("functionName"), Value: aws.String("SecretsManagerRotation")},
		},
	}))
	stacks := cloudformation.NewFromConfig(cfg)
	quick := 5 * time.Millisecond
	proposed := cloudformation.NewChangeSetCreateCompleteWaiter(stacks, func(o *cloudformation.ChangeSetCreateCompleteWaiterOptions) { o.MinDelay, o.MaxDelay = quick, quick })
	if err := proposed.Wait(t.Context(), &cloudformation.DescribeChangeSetInput{ChangeSetName: changeSet.ChangeSetId}, time.Minute); err != nil {
		t.Fatal(err)
	}
	must[*cloudformation.ExecuteChangeSetOutput](t)(stacks.ExecuteChangeSet(t.Context(), &cloudformation.ExecuteChangeSetInput{ChangeSetName: changeSet.ChangeSetId}))
	created := cloudformation.NewStackCreateCompleteWaiter(stacks, func(o *cloudformation.StackCreateCompleteWaiterOptions) { o.MinDelay, o.MaxDelay = quick, quick })
	out := must[*cloudformation.DescribeStacksOutput](t)(created.WaitForOutput(t.Context(), &cloudformation.DescribeStacksInput{StackName: changeSet.StackId}, time.Minute))
	return *out.Stacks[0].Outputs[0].OutputValue
}

// rotate starts a rotation and waits until its version is the current one.
func (a *testAccount) rotate(t testing.TB, in *secretsmanager.RotateSecretInput) secretValue {
	t.Helper()
	started := must[*secretsmanager.RotateSecretOutput](t)(a.secrets.RotateSecret(t.Context(), in))
	deadline := time.Now().Add(30 * time.Second)
	for {
		out := must[*secretsmanager.GetSecretValueOutput](t)(a.secrets.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: &a.secretID}))
		if *out.VersionId == *started.VersionId {
			var v secretValue
			if err := json.Unmarshal([]byte(*out.SecretString), &v); err != nil {
				t.Fatal(err)
			}
			return v
		}
		if time.Now().After(deadline) {
			t.Fatal("the rotation did not end")
		}
		time.Sleep(time.Millisecond) // between two looks: AWS tells nobody when a rotation ends
	}
}

func (a *testAccount) signIn(t testing.TB, v secretValue) error {
	t.Helper()
	roots, err := db.RootsFrom(a.CAPEM())
	if err != nil {
		t.Fatal(err)
	}
	c, err := db.Open(t.Context(), db.Config{Host: v.Host, Port: v.Port, User: v.Username, Password: steps.NewPassword(v.Password), RootCAs: roots})
	if err != nil {
		return err
	}
	return c.Close()
}

func TestRotationChangesTheDatabasePassword(t *testing.T) {
	t.Parallel()
	a := setUpTutorial(t)
	if err := a.signIn(t, a.first); err != nil {
		t.Fatal(err)
	}
	second := a.rotate(t, &secretsmanager.RotateSecretInput{
		SecretId: &a.secretID, RotationLambdaARN: &a.function, RotationRules: &smtypes.RotationRulesType{AutomaticallyAfterDays: aws.Int64(30)},
	})
	if second.Password == a.first.Password || len(second.Password) != 32 || second.Host != a.first.Host {
		t.Errorf("the new value is for %s, with a password of %d characters", second.Host, len(second.Password))
	}
	if err := a.signIn(t, second); err != nil {
		t.Errorf("the new password: %v", err)
	}
	if err := a.signIn(t, a.first); !errors.Is(err, steps.ErrPasswordRefused) {
		t.Errorf("the old password: %v", err)
	}
	third := a.rotate(t, &secretsmanager.RotateSecretInput{SecretId: &a.secretID})
	if err := a.signIn(t, third); err != nil {
		t.Errorf("after the second rotation: %v", err)
	}
	a.checkFunctionCalls(t)
}

// checkFunctionCalls holds the calls of the function's role against what the
// published function does.
func (a *testAccount) checkFunctionCalls(t *testing.T) {
	t.Helper()
	var made []string
	for _, c := range a.Calls() {
		if strings.Contains(c.ARN, ":assumed-role/") {
			made = append(made, c.Service+" "+c.Operation)
		}
	}
	for _, want := range []string{"DescribeSecret", "GetSecretValue", "GetRandomPassword", "PutSecretValue", "UpdateSecretVersionStage"} {
		if !slices.Contains(made, "secretsmanager "+want) {
			t.Errorf("the function never called %s; it called %v", want, made)
		}
	}
}

func BenchmarkRotation(b *testing.B) {
	a := setUpTutorial(b)
	for b.Loop() {
		a.rotate(b, &secretsmanager.RotateSecretInput{SecretId: &a.secretID, RotationLambdaARN: &a.function})
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		s, err := sandbox.Start(b.Context(), sandbox.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

func BenchmarkGetSecretValueHTTP(b *testing.B) {
	eachSize(b, func(b *testing.B, c *secretsmanager.Client, id string) {
		must[*secretsmanager.GetSecretValueOutput](b)(c.GetSecretValue(b.Context(), &secretsmanager.GetSecretValueInput{SecretId: &id}))
	})
}

func BenchmarkDescribeSecretHTTP(b *testing.B) {
	eachSize(b, func(b *testing.B, c *secretsmanager.Client, id string) {
		must[*secretsmanager.DescribeSecretOutput](b)(c.DescribeSecret(b.Context(), &secretsmanager.DescribeSecretInput{SecretId: &id}))
	})
}

// eachSize measures a call by the SDK's client among few and many secrets.
func eachSize(b *testing.B, call func(*testing.B, *secretsmanager.Client, string)) {
	for _, size := range []int{10, 100_000} {
		b.Run(fmt.Sprint(size, " secrets"), func(b *testing.B) {
			_, cfg := start(b)
			c := secretsmanager.NewFromConfig(cfg)
			for i := range size {
				must[*secretsmanager.CreateSecretOutput](b)(c.CreateSecret(b.Context(), &secretsmanager.CreateSecretInput{
					Name: aws.String("app/" + strconv.Itoa(i)), SecretString: aws.String(`{"username":"u","password":"p"}`),
				}))
			}
			for b.Loop() {
				call(b, c, "app/7")
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
		})
	}
}
