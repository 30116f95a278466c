package steps

import (
	"fmt"
	"strings"
)

// Partition is a part of AWS with accounts, regions and names of its own. A
// service's principal ("secretsmanager.amazonaws.com") is the same in all of
// them.
type Partition struct {
	Name       string // as in ARNs
	DNSSuffix  string
	Truststore string // the host that publishes the roots of RDS's certificates
	Health     string // the page that tells of the services' troubles
	docs       string // where the documentation begins
}

// The partitions, from the SDK's internal/endpoints/awsrulesfn/partitions.json;
// trust stores from "Using SSL/TLS to encrypt a connection to a DB instance" in
// the RDS User Guides of AWS, AWS GovCloud (US) and AWS China.
var (
	commercial = Partition{
		"aws", "amazonaws.com", "truststore.pki.rds.amazonaws.com", "https://health.aws.amazon.com/health/status", "https://docs.aws.amazon.com/",
	}
	china = Partition{
		"aws-cn", "amazonaws.com.cn", "rds-truststore.s3.cn-north-1.amazonaws.com.cn", "https://status.amazonaws.cn",
		"https://docs.amazonaws.cn/en_us/",
	}
	govCloud = Partition{
		"aws-us-gov", "amazonaws.com", "truststore.pki.us-gov-west-1.rds.amazonaws.com", commercial.Health, commercial.docs,
	}
	sovereign = Partition{"aws-eusc", "amazonaws.eu", commercial.Truststore, commercial.Health, commercial.docs}
)

// PartitionOf is a region's.
func PartitionOf(region string) Partition {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return china
	case strings.HasPrefix(region, "us-gov-"):
		return govCloud
	case strings.HasPrefix(region, "eusc-"):
		return sovereign
	}
	return commercial
}

// IsCommercial reports the partition that most of AWS is in.
func (p Partition) IsCommercial() bool { return p == commercial }

// ARN is a resource's. Region and account are empty for what belongs to none.
func (p Partition) ARN(service, region, account, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", p.Name, service, region, account, resource)
}

// DocsURL is a page of AWS's documentation, such as
// "secretsmanager/latest/userguide/intro.html".
func (p Partition) DocsURL(page string) string { return p.docs + page }

// RootsURL is the file with the roots of RDS's certificates.
func (p Partition) RootsURL() string { return "https://" + p.Truststore + "/global/global-bundle.pem" }
