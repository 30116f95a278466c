package aws

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"keyturn/steps"
)

type logsAPI interface {
	DeleteLogGroup(context.Context, *cloudwatchlogs.DeleteLogGroupInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.DeleteLogGroupOutput, error)
	DescribeLogGroups(context.Context, *cloudwatchlogs.DescribeLogGroupsInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.DescribeLogGroupsOutput, error)
	FilterLogEvents(context.Context, *cloudwatchlogs.FilterLogEventsInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.FilterLogEventsOutput, error)
}

// functionLogs are the steps' FunctionLogs.
type functionLogs struct{ api logsAPI }

var _ steps.FunctionLogs = functionLogs{}

// LogLines reads all pages: AWS may answer with an empty page although more
// follow.
func (l functionLogs) LogLines(ctx context.Context, group string, since time.Time) ([]steps.LogLine, error) {
	var lines []steps.LogLine
	in := &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group}
	if !since.IsZero() {
		in.StartTime = awssdk.Int64(since.UnixMilli())
	}
	for {
		out, err := call(ctx, l.api.FilterLogEvents, in)
		if errors.Is(err, steps.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		for _, event := range out.Events {
			lines = append(lines, steps.LogLine{
				At:   time.UnixMilli(awssdk.ToInt64(event.Timestamp)).UTC(),
				Text: strings.TrimRight(awssdk.ToString(event.Message), "\n"),
			})
		}
		if awssdk.ToString(out.NextToken) == "" {
			break
		}
		in.NextToken = out.NextToken
	}
	slices.SortStableFunc(lines, func(a, b steps.LogLine) int { return a.At.Compare(b.At) })
	return lines, nil
}

func (l functionLogs) DeleteLogGroup(ctx context.Context, group string) error {
	_, err := call(ctx, l.api.DeleteLogGroup, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &group})
	return err
}

// LogGroupExists reads one page: AWS sorts the groups that begin with the name,
// so the group itself comes first.
func (l functionLogs) LogGroupExists(ctx context.Context, group string) (bool, error) {
	out, err := call(ctx, l.api.DescribeLogGroups, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: &group})
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(out.LogGroups, func(found types.LogGroup) bool {
		return awssdk.ToString(found.LogGroupName) == group
	}), nil
}
