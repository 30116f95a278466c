package aws

import (
	"errors"
	"net"
	"testing"

	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"

	"keyturn/steps"
	"keyturn/steps/schedule"
)

func TestTransformTemplate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spec steps.RotationStackSpec
		want string
	}{
		"days, rotated at once": {
			steps.RotationStackSpec{SecretARN: "arn:s", FunctionName: "SecretsManagerX", Rules: schedule.Rules{Days: 30}},
			`{"AWSTemplateFormatVersion":"2010-09-09","Description":"Rotates arn:s","Transform":"AWS::SecretsManager-2024-09-16",` +
				`"Resources":{"SecretRotationSchedule":{"Type":"AWS::SecretsManager::RotationSchedule","Properties":{"SecretId":"arn:s",` +
				`"RotateImmediatelyOnUpdate":true,"RotationRules":{"AutomaticallyAfterDays":30},` +
				`"HostedRotationLambda":{"RotationType":"MySQLSingleUser","RotationLambdaName":"SecretsManagerX"}}}}}`,
		},
		"an expression in a VPC, only tested": {
			steps.RotationStackSpec{
				SecretARN: "arn:s", FunctionName: "SecretsManagerX", TestOnly: true, SubnetIDs: []string{"subnet-1", "subnet-2"}, GroupIDs: []string{"sg-1"},
				Rules: schedule.Rules{Expression: "cron(0 8 1 * ? *)", Window: "3h"},
			},
			`{"AWSTemplateFormatVersion":"2010-09-09","Description":"Rotates arn:s","Transform":"AWS::SecretsManager-2024-09-16",` +
				`"Resources":{"SecretRotationSchedule":{"Type":"AWS::SecretsManager::RotationSchedule","Properties":{"SecretId":"arn:s",` +
				`"RotateImmediatelyOnUpdate":false,"RotationRules":{"ScheduleExpression":"cron(0 8 1 * ? *)","Duration":"3h"},` +
				`"HostedRotationLambda":{"RotationType":"MySQLSingleUser","RotationLambdaName":"SecretsManagerX",` +
				`"VpcSubnetIds":"subnet-1,subnet-2","VpcSecurityGroupIds":"sg-1"}}}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := transformTemplate(test.spec)
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("(-want +got), error %v:\n%s", err, diff)
			}
		})
	}
}

func TestUnresolvedHostIsNoSuchEndpoint(t *testing.T) {
	t.Parallel()
	missing := &smithyhttp.RequestSendError{Err: &net.DNSError{Err: "no such host", Name: "serverlessrepo.af-south-1.amazonaws.com", IsNotFound: true}}
	if kind := kindOf(missing); !errors.Is(kind, steps.ErrNoSuchEndpoint) || !errors.Is(kind, steps.ErrEndpointUnreachable) {
		t.Errorf("kind %v", kind)
	}
	slow := &smithyhttp.RequestSendError{Err: &net.DNSError{Err: "i/o timeout", Name: "x", IsTimeout: true}}
	if kind := kindOf(slow); errors.Is(kind, steps.ErrNoSuchEndpoint) {
		t.Errorf("a resolver that does not answer: kind %v", kind)
	}
}

func TestHasRepositoryByRegion(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]bool{
		"us-east-1": true, "eu-central-1": true, "cn-north-1": true, "us-gov-west-1": true,
		"af-south-1": false, "eu-central-2": false, "il-central-1": false, "eusc-de-east-1": false, "mx-central-1": false,
	} {
		if got := HasRepository(region); got != want {
			t.Errorf("%s: %v", region, got)
		}
	}
}
