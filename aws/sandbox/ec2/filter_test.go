package ec2

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestTagFilters(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	g := newGroup(t, s, "database")
	newGroup(t, s, "another")
	call(t, s.createTags, &ec2.CreateTagsInput{Resources: []string{g}, Tags: []types.Tag{{Key: aws.String("Team"), Value: aws.String("payments eu")}}})
	for name, c := range map[string]struct {
		filter types.Filter
		found  int
	}{
		"a key with its value":          {filter("tag:Team", "payments eu"), 1},
		"a key with another value":      {filter("tag:Team", "payments"), 0},
		"another key":                   {filter("tag:Owner", "payments eu"), 0},
		"a key, whatever its value":     {filter("tag-key", "Team"), 1},
		"a value, whatever its key":     {filter("tag-value", "payments eu"), 1},
		"a part of a value":             {filter("tag-value", "*ments*"), 1},
		"a value that is a key's name":  {filter("tag-value", "Team"), 0},
		"a key that is a tag's value":   {filter("tag-key", "payments eu"), 0},
		"one of two values of a filter": {filter("tag:Team", "x", "payments eu"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			groups := call(t, s.describeSecurityGroups, &ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{c.filter}}).SecurityGroups
			if len(groups) != c.found {
				t.Errorf("found %d groups, want %d", len(groups), c.found)
			}
		})
	}
}

func TestDescribeVpcsAcceptsTheOlderFilterName(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	for name, found := range map[string]int{"true": 1, "false": 0} {
		if vpcs := call(t, s.describeVpcs, &ec2.DescribeVpcsInput{Filters: []types.Filter{filter("isDefault", name)}}).Vpcs; len(vpcs) != found {
			t.Errorf("isDefault %s: %d VPCs, want %d", name, len(vpcs), found)
		}
	}
}

func TestMalformedGroupIDFilterIsRejected(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	wantError(t, s.describeSecurityGroupRules, &ec2.DescribeSecurityGroupRulesInput{Filters: []types.Filter{filter("group-id", "database")}},
		"InvalidGroupId.Malformed", "The security group ID 'database' is malformed")
	for _, id := range []string{"sg-0123456789abcdef0", "sg-none*"} {
		rules := call(t, s.describeSecurityGroupRules, &ec2.DescribeSecurityGroupRulesInput{Filters: []types.Filter{filter("group-id", id)}}).SecurityGroupRules
		if len(rules) > 0 {
			t.Errorf("%s: %d rules", id, len(rules))
		}
	}
}
