package logs

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

type group struct {
	name      string
	created   int64 // ms since the epoch, as every time in CloudWatch Logs
	retention *int32
	tags      map[string]string
	streams   map[string]*stream
}

// The pattern of a log group's name (API reference of CreateLogGroup).
const groupNamePattern = `[\.\-_/#A-Za-z0-9]+`

var groupName = steps.NewPattern(`^` + groupNamePattern + `$`)

// maxNameLength is the longest name of a group or stream (API references of
// CreateLogGroup and CreateLogStream).
const maxNameLength = 512

func tooLong() error {
	return wire.Errorf("InvalidParameterException", "Invalid LogGroup or LogStream, both must have length less than or equal to %d.", maxNameLength)
}

// retentions are the numbers of days that PutRetentionPolicy accepts (its API
// reference).
var retentions = []int32{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// CreateLogGroup creates an empty group.
func (s *Service) CreateLogGroup(_ context.Context, in *cloudwatchlogs.CreateLogGroupInput) (*cloudwatchlogs.CreateLogGroupOutput, error) {
	name := aws.ToString(in.LogGroupName)
	if len(name) > maxNameLength {
		return nil, tooLong()
	}
	if !groupName.MatchString(name) {
		return nil, wire.Errorf("InvalidParameterException",
			"1 validation error detected: Value '%s' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: %s", name, groupNamePattern)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.groups[name] != nil {
		return nil, wire.Errorf("ResourceAlreadyExistsException", "The specified log group already exists")
	}
	s.addGroup(name).tags = maps.Clone(in.Tags)
	return &cloudwatchlogs.CreateLogGroupOutput{}, nil
}

// DeleteLogGroup deletes a group with all its streams.
func (s *Service) DeleteLogGroup(_ context.Context, in *cloudwatchlogs.DeleteLogGroupInput) (*cloudwatchlogs.DeleteLogGroupOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.findGroup(in.LogGroupName, nil)
	if err != nil {
		return nil, err
	}
	delete(s.groups, g.name)
	return &cloudwatchlogs.DeleteLogGroupOutput{}, nil
}

// DescribeLogGroups lists the groups by name, 50 a page by default.
func (s *Service) DescribeLogGroups(_ context.Context, in *cloudwatchlogs.DescribeLogGroupsInput) (*cloudwatchlogs.DescribeLogGroupsOutput, error) {
	if in.LogGroupNamePrefix != nil && in.LogGroupNamePattern != nil {
		return nil, wire.Errorf("InvalidParameterException", "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []types.LogGroup
	for _, name := range slices.Sorted(maps.Keys(s.groups)) {
		if strings.HasPrefix(name, aws.ToString(in.LogGroupNamePrefix)) &&
			strings.Contains(strings.ToLower(name), strings.ToLower(aws.ToString(in.LogGroupNamePattern))) {
			all = append(all, s.describe(s.groups[name]))
		}
	}
	size, err := pageSize(in.Limit, 50)
	if err != nil {
		return nil, err
	}
	page, next, ok := cloud.Page(all, in.NextToken, size)
	if !ok {
		return nil, invalidToken()
	}
	return &cloudwatchlogs.DescribeLogGroupsOutput{LogGroups: page, NextToken: next}, nil
}

// PutRetentionPolicy records after how many days events expire. The sandbox does
// not run long enough for any to expire.
func (s *Service) PutRetentionPolicy(_ context.Context, in *cloudwatchlogs.PutRetentionPolicyInput) (*cloudwatchlogs.PutRetentionPolicyOutput, error) {
	if !slices.Contains(retentions, aws.ToInt32(in.RetentionInDays)) {
		return nil, wire.Errorf("InvalidParameterException", "1 validation error detected: Value '%d' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: %v", aws.ToInt32(in.RetentionInDays), retentions)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.findGroup(in.LogGroupName, nil)
	if err != nil {
		return nil, err
	}
	g.retention = in.RetentionInDays
	return &cloudwatchlogs.PutRetentionPolicyOutput{}, nil
}

// DeleteRetentionPolicy makes a group's events never expire.
func (s *Service) DeleteRetentionPolicy(_ context.Context, in *cloudwatchlogs.DeleteRetentionPolicyInput) (*cloudwatchlogs.DeleteRetentionPolicyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.findGroup(in.LogGroupName, nil)
	if err != nil {
		return nil, err
	}
	g.retention = nil
	return &cloudwatchlogs.DeleteRetentionPolicyOutput{}, nil
}

func (s *Service) addGroup(name string) *group {
	g := &group{name: name, created: s.now(), streams: map[string]*stream{}}
	s.groups[name] = g
	return g
}

// findGroup finds a group by its name or, where the call accepts one, its ARN.
func (s *Service) findGroup(name, identifier *string) (*group, error) {
	if name != nil && identifier != nil {
		return nil, wire.Errorf("ValidationException", "LogGroup name and LogGroup ARN are mutually exclusive parameters.")
	}
	n := aws.ToString(name)
	if identifier != nil {
		n = strings.TrimSuffix(strings.TrimPrefix(*identifier, s.groupARN("")), ":*")
	}
	if g := s.groups[n]; g != nil {
		return g, nil
	}
	return nil, groupNotFound()
}

func (s *Service) groupARN(name string) string { return s.cloud.ARN("logs", "log-group:"+name) }

func (s *Service) describe(g *group) types.LogGroup {
	var stored int64
	for _, st := range g.streams {
		stored += st.stored
	}
	arn := s.groupARN(g.name)
	return types.LogGroup{
		LogGroupName: &g.name, Arn: aws.String(arn + ":*"), LogGroupArn: &arn,
		CreationTime: &g.created, RetentionInDays: g.retention, StoredBytes: &stored,
		MetricFilterCount: aws.Int32(0), LogGroupClass: types.LogGroupClassStandard,
		DeletionProtectionEnabled: aws.Bool(false),
	}
}

// pageSize returns the size of a page: the largest unless the request asks for a
// smaller one.
func pageSize(requested *int32, most int) (int, error) {
	const refusal = "1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value %s than or equal to %d"
	switch n := int(aws.ToInt32(requested)); {
	case requested == nil:
		return most, nil
	case n < 1:
		return 0, wire.Errorf("InvalidParameterException", refusal, n, "greater", 1)
	case n > most:
		return 0, wire.Errorf("InvalidParameterException", refusal, n, "less", most)
	default:
		return n, nil
	}
}
