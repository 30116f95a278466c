package aws_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"keyturn/aws"
	"keyturn/aws/sandbox"
	"keyturn/aws/sandbox/cloud"
	"keyturn/steps"
	"keyturn/steps/schedule"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sandboxServices are the clients of a sandbox of the test's own.
func sandboxServices(t *testing.T) steps.Services {
	t.Helper()
	served, err := sandbox.Start(t.Context(), sandbox.Options{Pace: cloud.Instant})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = served.Close() })
	session, err := aws.Open(t.Context(), aws.Options{
		Region: served.Region, Endpoint: served.URL(), AccessKeyID: served.AccessKeyID, SecretAccessKey: served.SecretAccessKey,
	})
	if err != nil {
		t.Fatal(err)
	}
	return session.Services()
}

func TestDatabaseAndSecurityGroupInTheSandbox(t *testing.T) {
	t.Parallel()
	s, ctx := sandboxServices(t), t.Context()
	tags := []steps.Tag{{Key: steps.TagRun, Value: "r-1"}}

	vpc := must(s.Network.DefaultVPC(ctx))
	group := must(s.Network.CreateSecurityGroup(ctx, "keyturn-r-1", "keyturn", vpc, tags))
	rule := must(s.Network.OpenPort(ctx, group, "0.0.0.0/0", 3306, tags))
	if _, err := s.Network.OpenPort(ctx, group, "0.0.0.0/0", 3306, tags); !errors.Is(err, steps.ErrAlreadyExists) {
		t.Errorf("the same rule again: got %v", err)
	}
	found, err := s.Network.SecurityGroupsByTag(ctx, tags[0])
	if err != nil || len(found) != 1 || len(found[0].Rules) != 1 {
		t.Fatalf("groups of the run: %+v, %v", found, err)
	}
	if found[0].ID != group || found[0].VPCID != vpc || found[0].Rules[0] != (steps.InboundRule{ID: rule, GroupID: group, CIDR: "0.0.0.0/0", FromPort: 3306, ToPort: 3306, Owner: "r-1"}) {
		t.Errorf("group %+v", found[0])
	}

	version := must(s.Databases.EngineVersion(ctx, "mysql", "8.4"))
	if _, err := s.Databases.EngineVersion(ctx, "mysql", "8."); !errors.Is(err, steps.ErrNotFound) {
		t.Errorf("half a version: got %v", err)
	}
	classes := must(s.Databases.OrderableClasses(ctx, "mysql", version, []string{"db.t4g.micro", "db.none.micro"}))
	if len(classes) != 1 {
		t.Errorf("orderable %q", classes)
	}
	_ = must(s.Databases.CreateDBInstance(ctx, steps.DBInstanceSpec{
		ID: "MyTestDatabaseInstance", Class: classes[0], EngineVersion: version, StorageGiB: 20,
		Username: "adminuser", Password: steps.NewPassword("first-Password1"), SecurityGroups: []string{group}, Tags: tags, PubliclyAccessible: true,
	}))
	db := waitForDB(t, s, "available")
	if db.ID != "mytestdatabaseinstance" || db.Host == "" || db.Port == 0 || !db.PubliclyAccessible || db.BackupRetention != 0 ||
		db.EngineVersion != version || db.Username != "adminuser" || len(db.SecurityGroups) != 1 || db.VPCID != vpc {
		t.Errorf("database %+v", db)
	}
	if err := s.Network.DeleteSecurityGroup(ctx, group); !errors.Is(err, steps.ErrInUse) {
		t.Errorf("a group in use: got %v", err)
	}

	if err := s.Databases.DeleteDBInstance(ctx, db.ID); err != nil {
		t.Error(err)
	}
	waitForDB(t, s, "")
	if err := s.Network.ClosePort(ctx, group, rule); err != nil {
		t.Error(err)
	}
	if err := s.Network.ClosePort(ctx, group, rule); !errors.Is(err, steps.ErrNotFound) {
		t.Errorf("a closed port: got %v", err)
	}
	if err := s.Network.DeleteSecurityGroup(ctx, group); err != nil {
		t.Error(err)
	}
	if _, err := s.Network.SecurityGroup(ctx, group); !errors.Is(err, steps.ErrNotFound) {
		t.Errorf("a deleted group: got %v", err)
	}
}

func TestSecretVersionsAndDeletionInTheSandbox(t *testing.T) {
	t.Parallel()
	s, ctx := sandboxServices(t), t.Context()
	password := must(s.Secrets.RandomPassword(ctx, steps.PasswordRules{Length: 32, ExcludeCharacters: `/@"'\`, RequireEachType: true}))
	if text := password.Reveal(); len(text) != 32 || strings.ContainsAny(text, `/@"'\`) {
		t.Errorf("a password of %d characters", len(text))
	}
	value := steps.NewPassword(fmt.Sprintf(`{"password":%q}`, password.Reveal()))
	token := uuid.NewString()
	arn, first, err := s.Secrets.CreateSecret(ctx, "s", "", value, token, nil)
	if err != nil || first != token {
		t.Fatalf("version %q, %v", first, err)
	}
	if again, _, err := s.Secrets.CreateSecret(ctx, "s", "", value, token, nil); err != nil || again != arn {
		t.Errorf("the same token again: %q, %v", again, err)
	}
	if _, _, err := s.Secrets.CreateSecret(ctx, "s", "", value, uuid.NewString(), nil); !errors.Is(err, steps.ErrAlreadyExists) {
		t.Errorf("the same name again: got %v", err)
	}
	second := must(s.Secrets.PutSecretValue(ctx, arn, steps.NewPassword("next"), uuid.NewString()))
	described := must(s.Secrets.DescribeSecret(ctx, "s"))
	if described.Versions[first][0] != "AWSPREVIOUS" || described.Versions[second][0] != "AWSCURRENT" || !described.NextRotation.IsZero() {
		t.Errorf("described %+v", described)
	}
	if old := must(s.Secrets.SecretValue(ctx, arn, first, "")); !old.JSON.Equal(value) || old.VersionID != first {
		t.Errorf("the first version: %+v", old)
	}
	if err := s.Secrets.RotateSecret(ctx, steps.RotationRequest{
		SecretID: arn, FunctionARN: "arn:aws:lambda:us-east-1:123456789012:function:none", Rules: schedule.Rules{Days: 30}, Token: uuid.NewString(),
	}); err == nil {
		t.Error("a rotation by no function began")
	}
	due := must(s.Secrets.DeleteSecret(ctx, arn, 7))
	if days := time.Until(due).Hours() / 24; days < 6.9 || days > 7.1 {
		t.Errorf("deletion in %.1f days", days)
	}
	if _, _, err := s.Secrets.CreateSecret(ctx, "s", "", value, uuid.NewString(), nil); !errors.Is(err, steps.ErrScheduledForDeletion) {
		t.Errorf("a name that is being deleted: got %v", err)
	}
	if err := s.Secrets.RestoreSecret(ctx, arn); err != nil {
		t.Error(err)
	}
}

func TestRotationStackInTheSandbox(t *testing.T) {
	t.Parallel()
	s, ctx := sandboxServices(t), t.Context()
	application := must(s.Stacks.Application(ctx, s.Stacks.ApplicationARN()))
	spec := steps.RotationStackSpec{
		ApplicationARN: application.ARN, StackName: "keyturn-r-1", FunctionName: "SecretsManagerR1", SecretsURL: s.Stacks.SecretsURL(),
	}
	if _, err := s.Stacks.CreateChangeSet(ctx, spec, nil); !errors.Is(err, steps.ErrCapabilitiesRequired) {
		t.Errorf("without capabilities: got %v", err)
	}
	set := must(s.Stacks.CreateChangeSet(ctx, spec, application.Capabilities))
	eventually(t, func() bool {
		return must(s.Stacks.DescribeChangeSet(ctx, set.StackID, set.ID)).Status == "CREATE_COMPLETE"
	})
	if err := s.Stacks.ExecuteChangeSet(ctx, set.ID, uuid.NewString()); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return must(s.Stacks.DescribeStack(ctx, set.StackID)).Status == "CREATE_COMPLETE" })
	stack := must(s.Stacks.DescribeStack(ctx, set.StackID))
	if function := must(s.Stacks.StackFunction(ctx, set.StackID)); !strings.HasSuffix(stack.Outputs["RotationLambdaARN"], ":"+function) {
		t.Errorf("function %s, outputs %v", function, stack.Outputs)
	}
	events := must(s.Stacks.StackEvents(ctx, set.StackID))
	if last := events[len(events)-1]; last.Status != "CREATE_COMPLETE" || last.Resource != stack.Name || events[0].At.After(last.At) {
		t.Errorf("last event %+v", last)
	}
	if err := s.Stacks.DeleteStack(ctx, set.StackID, uuid.NewString()); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool {
		_, err := s.Stacks.DescribeStack(ctx, stack.Name)
		return errors.Is(err, steps.ErrNotFound)
	})
}

func TestLogLinesWithoutALogGroup(t *testing.T) {
	t.Parallel()
	s, ctx := sandboxServices(t), t.Context()
	const group = "/aws/lambda/SecretsManagerR1"
	if lines, err := s.Logs.LogLines(ctx, group, time.Now()); err != nil || lines != nil {
		t.Errorf("lines %v, %v", lines, err)
	}
	if exists, err := s.Logs.LogGroupExists(ctx, group); err != nil || exists {
		t.Errorf("exists %v, %v", exists, err)
	}
	if err := s.Logs.DeleteLogGroup(ctx, group); !errors.Is(err, steps.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// waitForDB waits for a status, or with "" until the database is gone.
func waitForDB(t *testing.T, s steps.Services, status string) (db steps.DBInstance) {
	t.Helper()
	eventually(t, func() bool {
		var err error
		db, err = s.Databases.DescribeDBInstance(t.Context(), "MyTestDatabaseInstance")
		if status == "" {
			return errors.Is(err, steps.ErrNotFound)
		}
		return err == nil && db.Status == status
	})
	return db
}

// eventually polls until the condition holds, at most ten seconds.
func eventually(t *testing.T, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for !holds() {
		if ctx.Err() != nil {
			t.Fatal("waited in vain")
		}
	}
}

// must returns a call's result and panics on its error. It takes no t, because
// Go passes two results on only to a function with no other arguments.
func must[T any](answer T, err error) T {
	if err != nil {
		panic(err)
	}
	return answer
}
