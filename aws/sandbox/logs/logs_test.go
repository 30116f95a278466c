package logs_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/google/go-cmp/cmp"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/logs"
	"keyturn/aws/sandbox/wire"
)

const group = "/aws/lambda/SecretsManagerTutorial"

// newService returns an account whose clock starts at 1000 ms and advances by one
// with each reading.
func newService(t *testing.T) *logs.Service {
	t.Helper()
	c := cloud.New("us-east-1", "123456789012", cloud.Instant, nil)
	now := int64(999)
	c.Now = func() time.Time { now++; return time.UnixMilli(now) }
	t.Cleanup(c.Close)
	return logs.New(c)
}

// put creates a stream with messages at the given times.
func put(t *testing.T, s *logs.Service, stream string, events map[int64]string) {
	t.Helper()
	_, _ = s.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String(group)})
	_, _ = s.CreateLogStream(t.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: aws.String(group), LogStreamName: &stream})
	for at, message := range events {
		_, err := s.PutLogEvents(t.Context(), &cloudwatchlogs.PutLogEventsInput{
			LogGroupName: aws.String(group), LogStreamName: &stream,
			LogEvents: []types.InputLogEvent{{Timestamp: aws.Int64(at), Message: aws.String(message)}},
		})
		check(t, err)
	}
}

func TestFilterPatterns(t *testing.T) {
	t.Parallel()
	s := newService(t)
	put(t, s, "s", map[int64]string{
		1: "[ERROR] ValueError: Unable to log into database",
		2: "createSecret: Successfully put secret",
		3: "setSecret: Successfully set password",
		4: "END RequestId",
	})
	for about, c := range map[string]struct {
		pattern string
		want    []int64
	}{
		"none matches everything":         {"", []int64{1, 2, 3, 4}},
		"a term":                          {"Successfully", []int64{2, 3}},
		"terms all have to be there":      {"Successfully password", []int64{3}},
		"a term in another case does not": {"successfully", nil},
		"a quoted phrase":                 {`"setSecret: Successfully"`, []int64{3}},
		"one of the optional terms":       {"?ERROR ?END", []int64{1, 4}},
		"an optional phrase":              {`?"createSecret:" ?ValueError`, []int64{1, 2}},
		"without an excluded term":        {"Successfully -password", []int64{2}},
		"optional beside a required term": {"Successfully ?password", []int64{2, 3}},
		"only an excluded term":           {"-Successfully", []int64{1, 4}},
		"a phrase with escaped quotes":    {`"\"x\""`, nil},
		"blanks around":                   {"  ERROR  ", []int64{1}},
		"a regular expression":            {`%^(create|set)Secret%`, []int64{2, 3}},
		"an expression beside a term":     {`%Secret: \w+% -password`, []int64{2}},
	} {
		t.Run(about, func(t *testing.T) {
			out, err := s.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String(group), FilterPattern: &c.pattern})
			check(t, err)
			var got []int64
			for _, e := range out.Events {
				got = append(got, *e.Timestamp)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInvalidLogRequestsAreRejected(t *testing.T) {
	t.Parallel()
	s := newService(t)
	put(t, s, "s", nil)
	ctx, g, none := t.Context(), aws.String(group), aws.String("none")
	filter := func(pattern string) error {
		_, err := s.FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: g, FilterPattern: &pattern})
		return err
	}
	for about, c := range map[string]struct {
		do            func() error
		code, message string
	}{
		"deleting a group that is not there": {func() error {
			_, err := s.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: none})
			return err
		}, "ResourceNotFoundException", "The specified log group does not exist."},
		"searching a group that is not there": {func() error {
			_, err := s.FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: none})
			return err
		}, "ResourceNotFoundException", "The specified log group does not exist."},
		"reading a stream that is not there": {func() error {
			_, err := s.GetLogEvents(ctx, &cloudwatchlogs.GetLogEventsInput{LogGroupName: g, LogStreamName: none})
			return err
		}, "ResourceNotFoundException", "The specified log stream does not exist."},
		"making a group twice": {func() error {
			_, err := s.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: g})
			return err
		}, "ResourceAlreadyExistsException", "The specified log group already exists"},
		"making a stream twice": {func() error {
			_, err := s.CreateLogStream(ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: g, LogStreamName: aws.String("s")})
			return err
		}, "ResourceAlreadyExistsException", "The specified log stream already exists"},
		"a group name with a space": {func() error {
			_, err := s.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("a b")})
			return err
		}, "InvalidParameterException", "at 'logGroupName' failed to satisfy constraint"},
		"a page larger than there are": {func() error {
			_, err := s.FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: g, Limit: aws.Int32(10001)})
			return err
		}, "InvalidParameterException", "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000"},
		"a page of a stream larger than there are": {func() error {
			_, err := s.GetLogEvents(ctx, &cloudwatchlogs.GetLogEventsInput{LogGroupName: g, LogStreamName: aws.String("s"), Limit: aws.Int32(10001)})
			return err
		}, "InvalidParameterException", "Member must have value less than or equal to 10000"},
		"a page of 51 groups": {func() error {
			_, err := s.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{Limit: aws.Int32(51)})
			return err
		}, "InvalidParameterException", "Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50"},
		"a page of no streams": {func() error {
			_, err := s.DescribeLogStreams(ctx, &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g, Limit: aws.Int32(0)})
			return err
		}, "InvalidParameterException", "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		"a group by its name and by its ARN": {func() error {
			_, err := s.DescribeLogStreams(ctx, &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: g, LogGroupIdentifier: g})
			return err
		}, "ValidationException", "LogGroup name and LogGroup ARN are mutually exclusive parameters."},
		"a group name of 513 characters": {func() error {
			_, err := s.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String(strings.Repeat("g", 513))})
			return err
		}, "InvalidParameterException", "Invalid LogGroup or LogStream, both must have length less than or equal to 512."},
		"a regular expression that is none": {func() error { return filter(`%(%`) }, "InvalidParameterException", "Invalid filter pattern"},
		"a retention of two days": {func() error {
			_, err := s.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: g, RetentionInDays: aws.Int32(2)})
			return err
		}, "InvalidParameterException", "at 'retentionInDays'"},
		"events that go backwards": {func() error {
			_, err := s.PutLogEvents(ctx, &cloudwatchlogs.PutLogEventsInput{LogGroupName: g, LogStreamName: aws.String("s"), LogEvents: []types.InputLogEvent{
				{Timestamp: aws.Int64(2), Message: aws.String("b")}, {Timestamp: aws.Int64(1), Message: aws.String("a")},
			}})
			return err
		}, "InvalidParameterException", "must be in chronological order"},
		"a term with a colon that is not quoted": {func() error { return filter("setSecret: x") }, "InvalidParameterException", "Invalid character(s) in term 'setSecret:'"},
		"a phrase that does not end":             {func() error { return filter(`"x`) }, "InvalidParameterException", "Invalid filter pattern"},
		"a pattern for JSON":                     {func() error { return filter(`{ $.x = 1 }`) }, "InvalidParameterException", "Invalid filter pattern"},
		"a token of its own making": {func() error {
			_, err := s.GetLogEvents(ctx, &cloudwatchlogs.GetLogEventsInput{LogGroupName: g, LogStreamName: aws.String("s"), NextToken: aws.String("x")})
			return err
		}, "InvalidParameterException", "The specified nextToken is invalid."},
	} {
		t.Run(about, func(t *testing.T) {
			var e *wire.Error
			if err := c.do(); !errors.As(err, &e) || e.Code != c.code || !strings.Contains(e.Message, c.message) {
				t.Errorf("error = %v, want %s: %s", err, c.code, c.message)
			}
		})
	}
}

func TestFilterLogEventsSortsAcrossStreams(t *testing.T) {
	t.Parallel()
	s := newService(t)
	put(t, s, "2026/a", map[int64]string{10: "a10", 30: "a30"})
	put(t, s, "2026/b", map[int64]string{20: "b20", 40: "b40"})
	put(t, s, "other", map[int64]string{25: "o25"})
	for about, c := range map[string]struct {
		in   cloudwatchlogs.FilterLogEventsInput
		want string
	}{
		"of the whole group":       {cloudwatchlogs.FilterLogEventsInput{}, "a10 b20 o25 a30 b40"},
		"from the start time on":   {cloudwatchlogs.FilterLogEventsInput{StartTime: aws.Int64(20)}, "b20 o25 a30 b40"},
		"to before the end time":   {cloudwatchlogs.FilterLogEventsInput{EndTime: aws.Int64(30)}, "a10 b20 o25"},
		"of streams with a prefix": {cloudwatchlogs.FilterLogEventsInput{LogStreamNamePrefix: aws.String("2026/")}, "a10 b20 a30 b40"},
		"of streams by name":       {cloudwatchlogs.FilterLogEventsInput{LogStreamNames: []string{"other"}}, "o25"},
		"by pages of two":          {cloudwatchlogs.FilterLogEventsInput{Limit: aws.Int32(2)}, "a10 b20 | o25 a30 | b40"},
	} {
		t.Run(about, func(t *testing.T) {
			c.in.LogGroupIdentifier = aws.String("arn:aws:logs:us-east-1:123456789012:log-group:" + group)
			var pages []string
			for {
				out, err := s.FilterLogEvents(t.Context(), &c.in)
				check(t, err)
				var page []string
				for _, e := range out.Events {
					page = append(page, *e.Message)
				}
				pages = append(pages, strings.Join(page, " "))
				if c.in.NextToken = out.NextToken; out.NextToken == nil {
					break
				}
			}
			if got := strings.Join(pages, " | "); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestGetLogEventsPagesForwardAndBackward(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for i := range 5 {
		s.Append(group, "s", fmt.Sprint(i))
	}
	in := &cloudwatchlogs.GetLogEventsInput{LogGroupName: aws.String(group), LogStreamName: aws.String("s"), Limit: aws.Int32(2)}
	read := func() (string, *cloudwatchlogs.GetLogEventsOutput) {
		out, err := s.GetLogEvents(t.Context(), in)
		check(t, err)
		var all []string
		for _, e := range out.Events {
			all = append(all, *e.Message)
		}
		return strings.Join(all, ""), out
	}
	tail, out := read()
	in.NextToken = out.NextBackwardToken
	before, _ := read()
	in.NextToken = out.NextForwardToken
	end, last := read()
	if tail != "34" || before != "12" || end != "" || *last.NextForwardToken != *out.NextForwardToken {
		t.Errorf("tail %s, before it %s, after it %q with token %s", tail, before, end, *last.NextForwardToken)
	}
	in.NextToken, in.StartFromHead = nil, aws.Bool(true)
	if head, _ := read(); head != "01" {
		t.Errorf("head = %s", head)
	}
}

func TestGroupsAndStreamsAreListed(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.Append("/aws/lambda/a", "x", "first")
	s.Append("/aws/lambda/b", "x", "one")
	s.Append("/aws/lambda/a", "y", "second")
	s.Append("/aws/lambda/a", "x", "third")
	groups, err := s.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/aws/lambda/a")})
	check(t, err)
	if len(groups.LogGroups) != 1 || *groups.LogGroups[0].Arn != "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/a:*" || *groups.LogGroups[0].StoredBytes != 5+6+5+3*26 {
		t.Errorf("groups = %+v", groups.LogGroups)
	}
	streams, err := s.DescribeLogStreams(t.Context(), &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: aws.String("/aws/lambda/a"), OrderBy: types.OrderByLastEventTime, Descending: aws.Bool(true)})
	check(t, err)
	if len(streams.LogStreams) != 2 || *streams.LogStreams[0].LogStreamName != "x" || *streams.LogStreams[0].FirstEventTimestamp >= *streams.LogStreams[0].LastEventTimestamp {
		t.Errorf("streams = %+v", streams.LogStreams)
	}
}

func TestLogGroupTags(t *testing.T) {
	t.Parallel()
	s := newService(t)
	ctx, arn := t.Context(), aws.String("arn:aws:logs:us-east-1:123456789012:log-group:"+group)
	s.Append(group, "s", "x")
	_, err := s.TagResource(ctx, &cloudwatchlogs.TagResourceInput{ResourceArn: arn, Tags: map[string]string{"a": "1", "b": "2"}})
	check(t, err)
	_, err = s.UntagResource(ctx, &cloudwatchlogs.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"a"}})
	check(t, err)
	out, err := s.ListTagsForResource(ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: arn})
	check(t, err)
	if diff := cmp.Diff(map[string]string{"b": "2"}, out.Tags); diff != "" {
		t.Error(diff)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
