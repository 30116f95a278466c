package ec2

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestCreateSecurityGroupRejectsInvalidInput(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	newGroup(t, s, "taken")
	for name, c := range map[string]struct {
		in            ec2.CreateSecurityGroupInput
		code, message string
	}{
		"a name that is taken": {
			ec2.CreateSecurityGroupInput{GroupName: aws.String("taken"), Description: aws.String("d")},
			"InvalidGroup.Duplicate", "The security group 'taken' already exists for VPC '" + s.VPC().ID + "'",
		},
		"the name default": {
			ec2.CreateSecurityGroupInput{GroupName: aws.String("default"), Description: aws.String("d")},
			"InvalidParameterValue", "Cannot use reserved security group name: default",
		},
		"a name like an identifier": {
			ec2.CreateSecurityGroupInput{GroupName: aws.String("sg-mine"), Description: aws.String("d")},
			"InvalidParameterValue", "",
		},
		"a name of 256 characters": {
			ec2.CreateSecurityGroupInput{GroupName: aws.String(strings.Repeat("n", 256)), Description: aws.String("d")},
			"InvalidParameterValue", "",
		},
		"no description": {
			ec2.CreateSecurityGroupInput{GroupName: aws.String("n")},
			"MissingParameter", "The request must contain the parameter groupDescription",
		},
		"a description beyond its characters": {
			ec2.CreateSecurityGroupInput{GroupName: aws.String("n"), Description: aws.String("über")},
			"InvalidParameterValue", "Invalid security group description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
		},
		"a VPC that is not there": {
			ec2.CreateSecurityGroupInput{GroupName: aws.String("n"), Description: aws.String("d"), VpcId: aws.String("vpc-01234567")},
			"InvalidVpcID.NotFound", "The vpc ID 'vpc-01234567' does not exist",
		},
		"tags for another kind of resource": {
			ec2.CreateSecurityGroupInput{GroupName: aws.String("n"), Description: aws.String("d"), TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeInstance}}},
			"InvalidParameterValue", "'instance' is not a valid taggable resource type for this operation.",
		},
		"a tag of AWS's own": {
			ec2.CreateSecurityGroupInput{GroupName: aws.String("n"), Description: aws.String("d"), TagSpecifications: []types.TagSpecification{{
				ResourceType: types.ResourceTypeSecurityGroup, Tags: []types.Tag{{Key: aws.String("aws:x"), Value: aws.String("y")}},
			}}},
			"InvalidParameterValue", "Tag keys starting with 'aws:' are reserved for internal use",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantError(t, s.createSecurityGroup, &c.in, c.code, c.message)
		})
	}
}

func TestSecurityGroupIsCreatedFoundAndDeleted(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	made := call(t, s.createSecurityGroup, &ec2.CreateSecurityGroupInput{
		GroupName: aws.String("keyturn db"), Description: aws.String("d"), VpcId: aws.String(s.VPC().ID),
		TagSpecifications: []types.TagSpecification{{
			ResourceType: types.ResourceTypeSecurityGroup,
			Tags:         []types.Tag{{Key: aws.String("keyturn:run"), Value: aws.String("r1")}},
		}},
	})
	authorize(t, s, *made.GroupId, tcp(3306, "0.0.0.0/0"))
	for _, f := range []types.Filter{
		filter("group-id", *made.GroupId), filter("group-name", "keyturn*"), filter("tag:keyturn:run", "r1", "r2"), filter("tag-key", "keyturn:*"),
		filter("ip-permission.cidr", "0.0.0.0/0"), filter("ip-permission.from-port", "3306"), filter("ip-permission.protocol", "tcp"),
	} {
		found := call(t, s.describeSecurityGroups, &ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{f, filter("vpc-id", s.VPC().ID)}}).SecurityGroups
		if len(found) != 1 || *found[0].GroupId != *made.GroupId {
			t.Errorf("filter %s=%v found %d groups", *f.Name, f.Values, len(found))
		}
	}
	wantError(t, s.describeSecurityGroups, &ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{filter("colour", "red")}},
		"InvalidParameterValue", "The filter 'colour' is invalid")

	call(t, s.deleteSecurityGroup, &ec2.DeleteSecurityGroupInput{GroupId: made.GroupId})
	wantError(t, s.describeSecurityGroups, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{*made.GroupId}},
		"InvalidGroup.NotFound", "The security group '"+*made.GroupId+"' does not exist")
	if left := call(t, s.describeTags, &ec2.DescribeTagsInput{}).Tags; len(left) != 0 {
		t.Errorf("tags of a deleted group are left: %v", left)
	}
}

func TestDeleteSecurityGroupErrors(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	used, named, naming := newGroup(t, s, "used"), newGroup(t, s, "named"), newGroup(t, s, "naming")
	s.SetInUse(func(id string) bool { return id == used })
	authorize(t, s, naming, types.IpPermission{IpProtocol: aws.String("-1"), UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: &named}}})
	for name, c := range map[string]struct{ id, code, message string }{
		"the default group":              {s.VPC().GroupID, "CannotDelete", `the specified group: "` + s.VPC().GroupID + `" name: "default" cannot be deleted by a user`},
		"a group that a database has":    {used, "DependencyViolation", "resource " + used + " has a dependent object"},
		"a group that another one names": {named, "DependencyViolation", "resource " + named + " has a dependent object"},
		"a group that is not there":      {"sg-0123456789abcdef0", "InvalidGroup.NotFound", "The security group 'sg-0123456789abcdef0' does not exist"},
		"an identifier that is none":     {"mine", "InvalidGroupId.Malformed", `Invalid id: "mine" (expecting "sg-...")`},
	} {
		t.Run(name, func(t *testing.T) {
			wantError(t, s.deleteSecurityGroup, &ec2.DeleteSecurityGroupInput{GroupId: &c.id}, c.code, c.message)
		})
	}
	call(t, s.deleteSecurityGroup, &ec2.DeleteSecurityGroupInput{GroupId: &naming})
	call(t, s.deleteSecurityGroup, &ec2.DeleteSecurityGroupInput{GroupId: &named})
}

func TestPaginationCoversEverything(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	for _, n := range "abcdefghijk" {
		newGroup(t, s, string(n))
	}
	sizes, seen := []int{}, map[string]bool{}
	in := &ec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(5)}
	for {
		out := call(t, s.describeSecurityGroups, in)
		sizes = append(sizes, len(out.SecurityGroups))
		for _, g := range out.SecurityGroups {
			seen[*g.GroupId] = true
		}
		if in.NextToken = out.NextToken; out.NextToken == nil {
			break
		}
	}
	if len(seen) != 12 || len(sizes) != 3 {
		t.Errorf("pages of %v groups, %d different ones; want 12 in 3", sizes, len(seen))
	}
	for _, size := range []int32{4, 1001} {
		wantError(t, s.describeSecurityGroups, &ec2.DescribeSecurityGroupsInput{MaxResults: &size}, "InvalidParameterValue", "")
	}
	wantError(t, s.describeSecurityGroups, &ec2.DescribeSecurityGroupsInput{NextToken: aws.String("???")}, "InvalidNextToken", "")
}

func TestTagsAreCreatedFoundAndDeleted(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	g := newGroup(t, s, "tagged")
	tag := func(k, v string) types.Tag { return types.Tag{Key: &k, Value: &v} }
	call(t, s.createTags, &ec2.CreateTagsInput{Resources: []string{g, s.VPC().ID}, Tags: []types.Tag{tag("Team", "A"), tag("Run", "1")}})
	call(t, s.createTags, &ec2.CreateTagsInput{Resources: []string{g}, Tags: []types.Tag{tag("Team", "B")}})
	found := call(t, s.describeTags, &ec2.DescribeTagsInput{Filters: []types.Filter{filter("resource-type", "security-group"), filter("key", "Team")}}).Tags
	if len(found) != 1 || *found[0].Value != "B" || *found[0].ResourceId != g {
		t.Fatalf("tags: %+v", found)
	}
	call(t, s.deleteTags, &ec2.DeleteTagsInput{Resources: []string{g}, Tags: []types.Tag{tag("Team", "A"), {Key: aws.String("Run")}}})
	if left := s.tagsOf(g); len(left) != 1 || *left[0].Value != "B" {
		t.Errorf("left after removing Run and a Team of another value: %v", left)
	}
	wantError(t, s.createTags, &ec2.CreateTagsInput{Resources: []string{"sg-0123456789abcdef0"}, Tags: []types.Tag{tag("a", "b")}}, "InvalidGroup.NotFound", "")
	wantError(t, s.createTags, &ec2.CreateTagsInput{Resources: []string{"thing"}, Tags: []types.Tag{tag("a", "b")}}, "InvalidID", "The ID 'thing' is not valid")

	var many []types.Tag
	for i := range 50 {
		many = append(many, tag(strings.Repeat("k", i+1), ""))
	}
	wantError(t, s.createTags, &ec2.CreateTagsInput{Resources: []string{g}, Tags: many}, "TagLimitExceeded", "")
}
