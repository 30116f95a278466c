package cli

import (
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

func TestLine(t *testing.T) {
	t.Parallel()
	str := awssdk.String
	tests := map[string]struct {
		call Call
		want string
	}{
		"a call without input is service, command and region": {
			Call{Service: "sts", Operation: "GetCallerIdentity", Input: &struct{}{}, Region: "us-east-1"},
			"aws sts get-caller-identity --region us-east-1",
		},
		"profile and endpoint override stand in the line": {
			Call{Service: "sts", Operation: "GetCallerIdentity", Input: &struct{}{}, Region: "us-east-1", Profile: "my team", Endpoint: "http://127.0.0.1:4566"},
			"aws sts get-caller-identity --region us-east-1 --profile 'my team' --endpoint-url http://127.0.0.1:4566",
		},
		"booleans become switches, lists words, structures the short form, the password a variable": {
			Call{Service: "rds", Operation: "CreateDBInstance", Input: &rds.CreateDBInstanceInput{
				DBInstanceIdentifier: str("db1"), MultiAZ: awssdk.Bool(false), PubliclyAccessible: awssdk.Bool(true),
				BackupRetentionPeriod: awssdk.Int32(0), MasterUserPassword: str("hunter2"),
				VpcSecurityGroupIds: []string{"sg-1", "sg-2"}, Tags: []rdstypes.Tag{{Key: str("a:b"), Value: str("c")}},
			}},
			`aws rds create-db-instance --db-instance-identifier db1 --backup-retention-period 0 ` +
				`--master-user-password="$KEYTURN_MASTER_PASSWORD" --no-multi-az --publicly-accessible ` +
				`--tags Key=a:b,Value=c --vpc-security-group-ids sg-1 sg-2`,
		},
		"what AWS CLI 2.9.19 does not know is left out": {
			Call{Service: "rds", Operation: "CreateDBInstance", Input: &rds.CreateDBInstanceInput{
				EngineLifecycleSupport: str("open-source-rds-extended-support-disabled"),
			}},
			`aws rds create-db-instance`,
		},
		"nested structures are JSON": {
			Call{Service: "ec2", Operation: "AuthorizeSecurityGroupIngress", Input: &ec2.AuthorizeSecurityGroupIngressInput{
				GroupId: str("sg-1"),
				IpPermissions: []ec2types.IpPermission{{
					IpProtocol: str("tcp"), FromPort: awssdk.Int32(3306), ToPort: awssdk.Int32(3306),
					IpRanges: []ec2types.IpRange{{CidrIp: str("0.0.0.0/0")}},
				}},
			}},
			`aws ec2 authorize-security-group-ingress --group-id sg-1 --ip-permissions ` +
				`'[{"FromPort":3306,"IpProtocol":"tcp","IpRanges":[{"CidrIp":"0.0.0.0/0"}],"ToPort":3306}]'`,
		},
		"values that the short form would have to quote are JSON": {
			Call{Service: "ec2", Operation: "DescribeVpcs", Input: &ec2.DescribeVpcsInput{
				Filters: []ec2types.Filter{{Name: str("tag:who's"), Values: []string{"a,b", "<c>"}}},
			}},
			`aws ec2 describe-vpcs --filters '[{"Name":"tag:who'\''s","Values":["a,b","<c>"]}]'`,
		},
		"a value that begins with a hyphen is joined to its option": {
			Call{Service: "logs", Operation: "FilterLogEvents", Input: &cloudwatchlogs.FilterLogEventsInput{
				LogGroupName: str("/aws/lambda/f"), FilterPattern: str("-INFO"), StartTime: awssdk.Int64(17),
			}},
			"aws logs filter-log-events --filter-pattern=-INFO --log-group-name /aws/lambda/f --start-time 17",
		},
		"a database secret keeps its JSON but for the password": {
			Call{Service: "secretsmanager", Operation: "PutSecretValue", Input: &secretsmanager.PutSecretValueInput{
				SecretId: str("s"), SecretString: str(`{"username":"u","password":"hunter2\"","port":3306}`),
			}},
			`aws secretsmanager put-secret-value --secret-id s ` +
				`--secret-string='{"username":"u","password":"'"${KEYTURN_MASTER_PASSWORD//\\/\\\\}"'","port":3306}'`,
		},
		"a secret with other keys is one variable": {
			Call{Service: "secretsmanager", Operation: "PutSecretValue", Input: &secretsmanager.PutSecretValueInput{
				SecretId: str("s"), SecretString: str(`{"username":"u","password":"hunter2","token":"hunter3"}`),
			}},
			`aws secretsmanager put-secret-value --secret-id s --secret-string="$KEYTURN_SECRET_STRING"`,
		},
		"a secret that is no JSON is one variable": {
			Call{Service: "secretsmanager", Operation: "PutSecretValue", Input: &secretsmanager.PutSecretValueInput{
				SecretId: str("s"), SecretString: str(`hunter2`),
			}},
			`aws secretsmanager put-secret-value --secret-id s --secret-string="$KEYTURN_SECRET_STRING"`,
		},
		"a binary secret is one variable": {
			Call{Service: "secretsmanager", Operation: "PutSecretValue", Input: &secretsmanager.PutSecretValueInput{
				SecretId: str("s"), SecretBinary: []byte("hunter2"),
			}},
			`aws secretsmanager put-secret-value --secret-id s --secret-binary="$KEYTURN_SECRET_BINARY"`,
		},
		"another password is a variable of its own name": {
			Call{Service: "rds", Operation: "ModifyDBInstance", Input: &rds.ModifyDBInstanceInput{TdeCredentialPassword: str("hunter2")}},
			`aws rds modify-db-instance --tde-credential-password="$KEYTURN_TDE_CREDENTIAL_PASSWORD"`,
		},
		"blobs are base64 and times ISO 8601": {
			Call{Service: "x", Operation: "DoThat", Input: &struct {
				When *time.Time
				Body []byte
			}{awssdk.Time(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)), []byte("abc")}},
			"aws x do-that --when 2026-01-02T03:04:05Z --body YWJj",
		},
		"maps are JSON in the order of their keys": {
			Call{Service: "lambda", Operation: "TagResource", Input: &lambda.TagResourceInput{Tags: map[string]string{"b": "2", "a": "1"}}},
			`aws lambda tag-resource --tags '{"a":"1","b":"2"}'`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.call.Line(); got != test.want {
				t.Errorf("\ngot  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestKebabCase(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"CreateDBInstance":              "create-db-instance",
		"VpcSecurityGroupIds":           "vpc-security-group-ids",
		"RotationLambdaARN":             "rotation-lambda-arn",
		"MultiAZ":                       "multi-az",
		"CreateCloudFormationChangeSet": "create-cloud-formation-change-set",
		"ListWebACLs":                   "list-web-acls",
		"DBInstanceClass":               "db-instance-class",
	} {
		if got := kebabCase(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	got := Secrets(&secretsmanager.CreateSecretInput{
		Name: awssdk.String("n"), SecretString: awssdk.String(`{"username":"u","password":"hunter2"}`),
	})
	if len(got) != 2 || got[1] != "hunter2" {
		t.Errorf("got %q", got)
	}
	if got := Secrets(&rds.DescribeDBInstancesInput{}); got != nil {
		t.Errorf("got %q of an input without secrets", got)
	}
}
