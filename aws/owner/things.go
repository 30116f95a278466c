package owner

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"keyturn/steps"
)

// Database makes a MySQL instance, behind a security group that admits an office
// only.
func Database(t testing.TB, s steps.Services, id string, password steps.Password, change ...func(*steps.DBInstanceSpec)) (group string) {
	t.Helper()
	vpc := must(s.Network.DefaultVPC(t.Context()))(t)
	group = must(s.Network.CreateSecurityGroup(t.Context(), "orders", "of the shop", vpc, nil))(t)
	must(s.Network.OpenPort(t.Context(), group, "192.0.2.0/24", steps.MySQLPort, nil))(t)
	spec := steps.DBInstanceSpec{
		ID: id, Class: "db.t4g.micro", EngineVersion: must(s.Databases.EngineVersion(t.Context(), "mysql", "8.4"))(t), StorageGiB: 20,
		PubliclyAccessible: true, Username: "shop", Password: password, SecurityGroups: []string{group},
	}
	for _, c := range change {
		c(&spec)
	}
	for db := must(s.Databases.CreateDBInstance(t.Context(), spec))(t); db.Status != "available"; {
		db = must(s.Databases.DescribeDBInstance(t.Context(), id))(t)
	}
	return group
}

// Secret stores a value.
func Secret(t testing.TB, s steps.Services, name, value string) (arn string) {
	t.Helper()
	arn, _, err := s.Secrets.CreateSecret(t.Context(), name, "of the shop", steps.NewPassword(value), uuid.NewString(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return arn
}

// Function installs AWS's rotation function under a name, in a VPC or outside any.
func Function(t testing.TB, s steps.Services, name string, subnets, groups []string) (arn string) {
	t.Helper()
	set := must(s.Stacks.CreateChangeSet(t.Context(), steps.RotationStackSpec{
		ApplicationARN: s.Stacks.ApplicationARN(), StackName: "ours", FunctionName: name, SecretsURL: s.Stacks.SecretsURL(),
		SubnetIDs: subnets, GroupIDs: groups,
	}, []string{"CAPABILITY_IAM", "CAPABILITY_RESOURCE_POLICY"}))(t)
	for executed := false; ; {
		executed = executed || s.Stacks.ExecuteChangeSet(t.Context(), set.ID, "ours") == nil
		if stack := must(s.Stacks.DescribeStack(t.Context(), set.StackID))(t); stack.Status == "CREATE_COMPLETE" {
			return stack.Outputs["RotationLambdaARN"]
		}
		time.Sleep(time.Millisecond) // between two looks at a condition
	}
}

// must ends the test that it is given, where there is an error.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
