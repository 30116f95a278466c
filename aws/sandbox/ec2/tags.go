package ec2

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/wire"
)

// EC2's limits (EC2 User Guide, "Tag restrictions"); lengths are in characters.
const (
	maxTags           = 50
	maxTagKeyLength   = 128
	maxTagValueLength = 256
)

// specified returns the tags of a call's specifications, which must be for the
// kind of resource that the call creates.
func specified(specs []types.TagSpecification, kind types.ResourceType) ([]types.Tag, error) {
	var tags []types.Tag
	for _, spec := range specs {
		if spec.ResourceType != kind {
			return nil, wire.Errorf("InvalidParameterValue", "'%s' is not a valid taggable resource type for this operation.", spec.ResourceType)
		}
		tags = append(tags, spec.Tags...)
	}
	for i, t := range tags {
		key := aws.ToString(t.Key)
		if slices.ContainsFunc(tags[:i], func(o types.Tag) bool { return aws.ToString(o.Key) == key }) {
			return nil, wire.Errorf("InvalidParameterValue", "Duplicate tag key '%s' specified.", key)
		}
	}
	return tags, checkTags(tags)
}

func checkTags(tags []types.Tag) error {
	for _, t := range tags {
		key, value := aws.ToString(t.Key), aws.ToString(t.Value)
		switch {
		case key == "":
			return wire.Errorf("InvalidTagKey.Malformed", "Tag keys cannot be empty or null")
		case len([]rune(key)) > maxTagKeyLength:
			return wire.Errorf("InvalidParameterValue", "Tag key '%s' is invalid: tag keys must be between 1 and %d characters in length.", key, maxTagKeyLength)
		case len([]rune(value)) > maxTagValueLength:
			return wire.Errorf("InvalidParameterValue", "Tag value exceeds the maximum length of %d characters", maxTagValueLength)
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			return wire.Errorf("InvalidParameterValue", "Tag keys starting with 'aws:' are reserved for internal use")
		}
	}
	if len(tags) > maxTags {
		return tooManyTags()
	}
	return nil
}

func tooManyTags() error {
	return wire.Errorf("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.")
}

// setTags adds tags to a resource or changes their values. The caller holds the
// lock and has checked the number.
func (s *Service) setTags(id string, tags []types.Tag) {
	current := slices.Clone(s.tags[id])
	for _, t := range tags {
		t.Value = aws.String(aws.ToString(t.Value))
		if i := slices.IndexFunc(current, func(o types.Tag) bool { return *o.Key == *t.Key }); i >= 0 {
			current[i] = t
		} else {
			current = append(current, t)
		}
	}
	if len(current) > 0 {
		s.tags[id] = current
	}
}

func (s *Service) tagsOf(id string) []types.Tag {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.tags[id])
}

// resourceType returns the type of the resource with an id, or EC2's error if
// there is none. The caller holds the lock.
func (s *Service) resourceType(id string) (types.ResourceType, error) {
	switch {
	case strings.HasPrefix(id, "vpc-"):
		return types.ResourceTypeVpc, s.checkVPC(id)
	case strings.HasPrefix(id, "subnet-"):
		return types.ResourceTypeSubnet, s.checkSubnet(id)
	case strings.HasPrefix(id, "sg-"):
		_, err := s.group(id)
		return types.ResourceTypeSecurityGroup, err
	case strings.HasPrefix(id, "sgr-"):
		for _, g := range s.groups {
			if slices.ContainsFunc(g.rules, func(r rule) bool { return r.id == id }) {
				return types.ResourceTypeSecurityGroupRule, nil
			}
		}
		_, err := (&group{}).ruleByID(id, false)
		return "", err
	case strings.HasPrefix(id, "vpce-"):
		return types.ResourceTypeVpcEndpoint, s.checkEndpointID(id, "InvalidVpcEndpointId.NotFound")
	case strings.HasPrefix(id, "igw-"):
		return types.ResourceTypeInternetGateway, s.checkInternetGateway(id)
	case strings.HasPrefix(id, "rtb-"):
		_, err := s.table(id)
		return types.ResourceTypeRouteTable, err
	case strings.HasPrefix(id, "nat-"):
		return types.ResourceTypeNatgateway, nil
	}
	return "", wire.Errorf("InvalidID", "The ID '%s' is not valid", id)
}

func (s *Service) createTags(_ context.Context, in *ec2.CreateTagsInput) (*ec2.CreateTagsOutput, error) {
	if len(in.Tags) == 0 {
		return nil, wire.Errorf("MissingParameter", "The request must contain the parameter Tags")
	}
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.checkResources(in.Resources); err != nil {
		return nil, err
	}
	for _, id := range in.Resources {
		count := len(s.tags[id])
		for _, t := range in.Tags {
			if !slices.ContainsFunc(s.tags[id], func(o types.Tag) bool { return *o.Key == *t.Key }) {
				count++
			}
		}
		if count > maxTags {
			return nil, tooManyTags()
		}
	}
	for _, id := range in.Resources {
		s.setTags(id, in.Tags)
	}
	return &ec2.CreateTagsOutput{}, nil
}

// deleteTags removes a tag by its key or, if a value is given, only with that
// value; without any tags given it removes all.
func (s *Service) deleteTags(_ context.Context, in *ec2.DeleteTagsInput) (*ec2.DeleteTagsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.checkResources(in.Resources); err != nil {
		return nil, err
	}
	for _, id := range in.Resources {
		s.tags[id] = slices.DeleteFunc(slices.Clone(s.tags[id]), func(has types.Tag) bool {
			return len(in.Tags) == 0 || slices.ContainsFunc(in.Tags, func(t types.Tag) bool {
				return aws.ToString(t.Key) == *has.Key && (t.Value == nil || *t.Value == *has.Value)
			})
		})
		if len(s.tags[id]) == 0 {
			delete(s.tags, id)
		}
	}
	return &ec2.DeleteTagsOutput{}, nil
}

func (s *Service) checkResources(ids []string) error {
	if len(ids) == 0 {
		return wire.Errorf("MissingParameter", "The request must contain the parameter resourceIdSet")
	}
	for _, id := range ids {
		if _, err := s.resourceType(id); err != nil {
			return err
		}
	}
	return nil
}

var tagFilters = filterSet[types.TagDescription]{
	fields: map[string]func(types.TagDescription) []string{
		"key":           func(t types.TagDescription) []string { return optionalValue(t.Key) },
		"resource-id":   func(t types.TagDescription) []string { return optionalValue(t.ResourceId) },
		"resource-type": func(t types.TagDescription) []string { return []string{string(t.ResourceType)} },
		"value":         func(t types.TagDescription) []string { return optionalValue(t.Value) },
	},
	tags: func(t types.TagDescription) []types.Tag { return []types.Tag{{Key: t.Key, Value: t.Value}} },
}

func (s *Service) describeTags(_ context.Context, in *ec2.DescribeTagsInput) (*ec2.DescribeTagsOutput, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var all []types.TagDescription
	for id, tags := range s.tags {
		kind, err := s.resourceType(id)
		if err != nil {
			return nil, err
		}
		for _, t := range tags {
			all = append(all, types.TagDescription{Key: t.Key, Value: t.Value, ResourceId: aws.String(id), ResourceType: kind})
		}
	}
	slices.SortFunc(all, func(a, b types.TagDescription) int {
		return strings.Compare(*a.ResourceId+"\x00"+*a.Key, *b.ResourceId+"\x00"+*b.Key)
	})
	all, next, err := tagFilters.page(all, in.Filters, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeTagsOutput{Tags: all, NextToken: next}, nil
}
