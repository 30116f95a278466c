package logs

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// maxEvents is the most events in one answer (API references of GetLogEvents and
// FilterLogEvents).
const maxEvents = 10_000

// PutLogEvents writes events whose timestamps do not go backwards.
func (s *Service) PutLogEvents(_ context.Context, in *cloudwatchlogs.PutLogEventsInput) (*cloudwatchlogs.PutLogEventsOutput, error) {
	if len(in.LogEvents) == 0 || len(in.LogEvents) > maxEvents {
		return nil, wire.Errorf("InvalidParameterException", "1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member must have length between 1 and %d, inclusive", maxEvents)
	}
	if !slices.IsSortedFunc(in.LogEvents, func(a, b types.InputLogEvent) int {
		return cmp.Compare(aws.ToInt64(a.Timestamp), aws.ToInt64(b.Timestamp))
	}) {
		return nil, wire.Errorf("InvalidParameterException", "Log events in a single PutLogEvents request must be in chronological order.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.findGroup(in.LogGroupName, nil)
	if err != nil {
		return nil, err
	}
	st := g.streams[aws.ToString(in.LogStreamName)]
	if st == nil {
		return nil, streamNotFound()
	}
	for _, e := range in.LogEvents {
		s.addEvent(st, aws.ToInt64(e.Timestamp), aws.ToString(e.Message))
	}
	// Nobody needs the token any more, and it is still answered (API reference of
	// PutLogEvents).
	return &cloudwatchlogs.PutLogEventsOutput{NextSequenceToken: aws.String(fmt.Sprintf("%056d", s.seq))}, nil
}

// GetLogEvents reads one stream: its newest events unless StartFromHead is set.
// The tokens page forward and backward. At either end the answer repeats the
// request's token.
func (s *Service) GetLogEvents(_ context.Context, in *cloudwatchlogs.GetLogEventsInput) (*cloudwatchlogs.GetLogEventsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.findGroup(in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	st := g.streams[aws.ToString(in.LogStreamName)]
	if st == nil {
		return nil, streamNotFound()
	}
	var all []event
	for _, e := range st.events {
		if e.inRange(in.StartTime, in.EndTime) {
			all = append(all, e)
		}
	}
	n, err := pageSize(in.Limit, maxEvents)
	if err != nil {
		return nil, err
	}
	from, to := max(0, len(all)-n), len(all)
	switch dir, at, ok := parseToken(in.NextToken); {
	case !ok:
		return nil, invalidToken()
	case dir == 'f':
		from = min(at, len(all))
		to = min(from+n, len(all))
	case dir == 'b':
		to = min(at, len(all))
		from = max(0, to-n)
	case aws.ToBool(in.StartFromHead):
		from, to = 0, min(n, len(all))
	}
	out := &cloudwatchlogs.GetLogEventsOutput{
		Events:            []types.OutputLogEvent{},
		NextForwardToken:  aws.String(fmt.Sprintf("f/%056d/s", to)),
		NextBackwardToken: aws.String(fmt.Sprintf("b/%056d/s", from)),
	}
	for _, e := range all[from:to] {
		out.Events = append(out.Events, types.OutputLogEvent{Timestamp: aws.Int64(e.at), IngestionTime: aws.Int64(e.ingested), Message: aws.String(e.message)})
	}
	return out, nil
}

// parseToken parses a token of GetLogEvents. Without a token there is no
// direction.
func parseToken(token *string) (dir byte, at int, ok bool) {
	if token == nil {
		return 0, 0, true
	}
	parts := strings.Split(*token, "/")
	if len(parts) != 3 || parts[0] != "f" && parts[0] != "b" || parts[2] != "s" {
		return 0, 0, false
	}
	at, err := strconv.Atoi(parts[1])
	return parts[0][0], at, err == nil && at >= 0
}

type foundEvent struct {
	event
	stream string
}

// FilterLogEvents searches a group's streams, or only those with the names or the
// prefix. The oldest event comes first.
func (s *Service) FilterLogEvents(_ context.Context, in *cloudwatchlogs.FilterLogEventsInput) (*cloudwatchlogs.FilterLogEventsOutput, error) {
	if in.LogStreamNamePrefix != nil && len(in.LogStreamNames) > 0 {
		return nil, wire.Errorf("InvalidParameterException", "logStreamNamePrefix and logStreamNames are mutually exclusive parameters.")
	}
	match, err := parsePattern(aws.ToString(in.FilterPattern))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.findGroup(in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	for _, name := range in.LogStreamNames {
		if g.streams[name] == nil {
			return nil, streamNotFound()
		}
	}
	var all []foundEvent
	for name, st := range g.streams {
		if !strings.HasPrefix(name, aws.ToString(in.LogStreamNamePrefix)) || len(in.LogStreamNames) > 0 && !slices.Contains(in.LogStreamNames, name) {
			continue
		}
		for _, e := range st.events {
			if e.inRange(in.StartTime, in.EndTime) && match(e.message) {
				all = append(all, foundEvent{e, name})
			}
		}
	}
	slices.SortFunc(all, func(a, b foundEvent) int { return a.compare(b.event) })
	size, err := pageSize(in.Limit, maxEvents)
	if err != nil {
		return nil, err
	}
	page, next, ok := cloud.Page(all, in.NextToken, size)
	if !ok {
		return nil, invalidToken()
	}
	out := &cloudwatchlogs.FilterLogEventsOutput{NextToken: next, Events: []types.FilteredLogEvent{}, SearchedLogStreams: []types.SearchedLogStream{}}
	for _, e := range page {
		out.Events = append(out.Events, types.FilteredLogEvent{
			EventId: aws.String(fmt.Sprintf("%056d", e.seq)), LogStreamName: aws.String(e.stream),
			Timestamp: aws.Int64(e.at), IngestionTime: aws.Int64(e.ingested), Message: aws.String(e.message),
		})
	}
	return out, nil
}
