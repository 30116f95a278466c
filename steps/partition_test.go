package steps

import (
	"strings"
	"testing"
)

func TestPartitionsHaveTheirOwnNames(t *testing.T) {
	t.Parallel()
	type names struct{ arn, suffix, docs, roots string }
	const page = "secretsmanager/latest/userguide/intro.html"
	for region, want := range map[string]names{
		"eu-central-1": {
			"arn:aws:iam::123456789012:role/r", "amazonaws.com", "https://docs.aws.amazon.com/" + page,
			"https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem",
		},
		"cn-northwest-1": {
			"arn:aws-cn:iam::123456789012:role/r", "amazonaws.com.cn", "https://docs.amazonaws.cn/en_us/" + page,
			"https://rds-truststore.s3.cn-north-1.amazonaws.com.cn/global/global-bundle.pem",
		},
		"us-gov-east-1": {
			"arn:aws-us-gov:iam::123456789012:role/r", "amazonaws.com", "https://docs.aws.amazon.com/" + page,
			"https://truststore.pki.us-gov-west-1.rds.amazonaws.com/global/global-bundle.pem",
		},
		"eusc-de-east-1": {
			"arn:aws-eusc:iam::123456789012:role/r", "amazonaws.eu", "https://docs.aws.amazon.com/" + page,
			"https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem",
		},
	} {
		p := PartitionOf(region)
		if got := (names{p.ARN("iam", "", "123456789012", "role/r"), p.DNSSuffix, p.DocsURL(page), p.RootsURL()}); got != want {
			t.Errorf("%s: got %+v", region, got)
		}
	}
}

func TestDiagnosesNameThePagesOfTheirPartition(t *testing.T) {
	t.Parallel()
	for region, want := range map[string][2]string{
		"eu-central-1":  {"https://health.aws.amazon.com/health/status", "https://truststore.pki.rds.amazonaws.com/"},
		"cn-north-1":    {"https://status.amazonaws.cn", "https://rds-truststore.s3.cn-north-1.amazonaws.com.cn/"},
		"us-gov-west-1": {"https://health.aws.amazon.com/health/status", "https://truststore.pki.us-gov-west-1.rds.amazonaws.com/"},
	} {
		for i, kind := range []error{ErrServiceFailing, ErrCertificateNotVerified} {
			d := explain(failure{err: &ServiceError{Service: "rds", Kind: kind}, region: region})
			if !strings.Contains(d.Fix, want[i]) {
				t.Errorf("%s: %s", region, d.Fix)
			}
		}
	}
}
