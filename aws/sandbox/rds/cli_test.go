package rds

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"keyturn/aws/sandbox/cloud"
)

// debianCLI is the path in Debian's awscli package. Another aws on the PATH may be
// a wrapper.
const debianCLI = "/usr/bin/aws"

func TestAWSCLICreatesAndDeletesAnInstance(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("ten seconds of starting the AWS CLI")
	}
	if _, err := os.Stat(debianCLI); err != nil {
		t.Skip("the AWS CLI is not installed")
	}
	a := newAccount(t, cloud.Instant)
	c := newClients(t, a)
	run := func(args ...string) []byte {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), debianCLI, append(args, "--endpoint-url", c.url, "--output", "json")...)
		cmd.Env = []string{
			"AWS_ACCESS_KEY_ID=AKIAKEYTURNTEST", "AWS_SECRET_ACCESS_KEY=secret", "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1",
			"AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER=", "HOME=" + t.TempDir(), "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8",
		}
		out, err := cmd.Output()
		if err != nil {
			var said []byte
			if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
				said = exit.Stderr
			}
			t.Fatalf("aws %v: %v\n%s", args, err, said)
		}
		return out
	}
	read := func(into any, args ...string) {
		t.Helper()
		if err := json.Unmarshal(run(args...), into); err != nil {
			t.Fatalf("aws %v: %v", args, err)
		}
	}

	var vpcs struct{ Vpcs []struct{ VpcId string } }
	read(&vpcs, "ec2", "describe-vpcs", "--filters", "Name=is-default,Values=true")
	var group struct{ GroupId string }
	read(&group, "ec2", "create-security-group", "--group-name", "keyturn", "--description", "open for the tutorial", "--vpc-id", vpcs.Vpcs[0].VpcId,
		"--tag-specifications", "ResourceType=security-group,Tags=[{Key=keyturn:run,Value=r1}]")
	var rules struct {
		SecurityGroupRules []struct{ SecurityGroupRuleId, CidrIpv4 string }
	}
	read(&rules, "ec2", "authorize-security-group-ingress", "--group-id", group.GroupId, "--protocol", "tcp", "--port", "3306", "--cidr", "0.0.0.0/0")
	run("rds", "create-db-instance", "--db-instance-identifier", "MyTestDatabaseInstance", "--db-instance-class", "db.t4g.micro", "--engine", "mysql",
		"--allocated-storage", "20", "--master-username", "adminuser", "--master-user-password", "Correct-Horse-9", "--backup-retention-period", "0",
		"--publicly-accessible", "--vpc-security-group-ids", group.GroupId, "--tags", "Key=keyturn:run,Value=r1")
	run("rds", "wait", "db-instance-available", "--db-instance-identifier", "MyTestDatabaseInstance")
	greeting(t, dial(t, endpoint(a.describe(t, tutorialID))))

	run("rds", "delete-db-instance", "--db-instance-identifier", "mytestdatabaseinstance", "--skip-final-snapshot")
	run("rds", "wait", "db-instance-deleted", "--db-instance-identifier", "mytestdatabaseinstance")
	run("ec2", "revoke-security-group-ingress", "--group-id", group.GroupId, "--security-group-rule-ids", rules.SecurityGroupRules[0].SecurityGroupRuleId)
	run("ec2", "delete-security-group", "--group-id", group.GroupId)
	wantError(t, a.describeDBInstances, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: aws.String(tutorialID)}, "DBInstanceNotFound", "")
}
