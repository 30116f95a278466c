package rds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"keyturn/aws/sandbox/cloud"
)

// Clients in languages without zero values, such as boto3, fail if a list is
// missing from the answer.
func TestEmptyListsAreInTheResponse(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	c := newClients(t, a)
	id := c.createGroup(t, "guard")
	c.openPort(t, id, "0.0.0.0/0", 3306)

	if out := must[rds.DescribeDBInstancesOutput](t)(c.rds.DescribeDBInstances(t.Context(), &rds.DescribeDBInstancesInput{})); out.DBInstances == nil {
		t.Error("DBInstances is missing")
	}
	db := a.createInstance(t, nil)
	over := must[rds.DescribeDBInstancesOutput](t)(c.rds.DescribeDBInstances(t.Context(), &rds.DescribeDBInstancesInput{})).DBInstances[0]
	if over.TagList == nil || over.DBSecurityGroups == nil || over.ReadReplicaDBInstanceIdentifiers == nil {
		t.Errorf("a list of the instance is missing: %+v", over)
	}
	if out := must[rds.ListTagsForResourceOutput](t)(c.rds.ListTagsForResource(t.Context(), &rds.ListTagsForResourceInput{ResourceName: db.DBInstanceArn})); out.TagList == nil {
		t.Error("TagList is missing")
	}
	group := must[ec2.DescribeSecurityGroupsOutput](t)(c.ec2.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{GroupIds: []string{id}})).SecurityGroups[0]
	if p := group.IpPermissions[0]; p.Ipv6Ranges == nil || p.UserIdGroupPairs == nil || p.PrefixListIds == nil {
		t.Errorf("a list of the permission is missing: %+v", p)
	}
	if out := must[ec2.DescribeTagsOutput](t)(c.ec2.DescribeTags(t.Context(), &ec2.DescribeTagsInput{MaxResults: aws.Int32(5)})); out.Tags == nil {
		t.Error("Tags is missing")
	}
}
