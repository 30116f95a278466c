package sandbox_test

import (
	"strings"
	"testing"

	"keyturn/aws"
	"keyturn/aws/sandbox"
	"keyturn/aws/sandbox/cloud"
)

func TestARNsHaveTheRegionsPartition(t *testing.T) {
	t.Parallel()
	for region, prefix := range map[string]string{
		"eu-central-1": "arn:aws:", "cn-north-1": "arn:aws-cn:", "us-gov-west-1": "arn:aws-us-gov:",
	} {
		t.Run(region, func(t *testing.T) {
			t.Parallel()
			served, err := sandbox.Start(t.Context(), sandbox.Options{Pace: cloud.Instant, Region: region})
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
			account, err := session.Account(t.Context())
			if err != nil || !strings.HasPrefix(account.Caller, prefix) {
				t.Errorf("caller %+v, %v", account, err)
			}
			stacks := session.Services().Stacks
			application, err := stacks.Application(t.Context(), stacks.ApplicationARN())
			if err != nil || !strings.HasPrefix(application.ARN, prefix) {
				t.Errorf("application %+v, %v", application, err)
			}
		})
	}
}
