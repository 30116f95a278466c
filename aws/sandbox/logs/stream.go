package logs

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// stream holds the events of one source, in the order of their timestamps.
type stream struct {
	name     string
	created  int64
	ingested int64 // when the last event came in; 0 before the first
	stored   int64 // bytes as CloudWatch bills them
	events   []event
}

type event struct {
	seq      uint64
	at       int64
	ingested int64
	message  string
}

// eventOverhead is what CloudWatch Logs adds to every event's size (API reference
// of PutLogEvents).
const eventOverhead = 26

// CreateLogStream creates an empty stream.
func (s *Service) CreateLogStream(_ context.Context, in *cloudwatchlogs.CreateLogStreamInput) (*cloudwatchlogs.CreateLogStreamOutput, error) {
	name := aws.ToString(in.LogStreamName)
	if len(name) > maxNameLength {
		return nil, tooLong()
	}
	if name == "" || strings.ContainsAny(name, ":*") {
		return nil, wire.Errorf("InvalidParameterException",
			"1 validation error detected: Value '%s' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*", name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.findGroup(in.LogGroupName, nil)
	if err != nil {
		return nil, err
	}
	if g.streams[name] != nil {
		return nil, wire.Errorf("ResourceAlreadyExistsException", "The specified log stream already exists")
	}
	s.addStream(g, name)
	return &cloudwatchlogs.CreateLogStreamOutput{}, nil
}

// DeleteLogStream deletes a stream with its events.
func (s *Service) DeleteLogStream(_ context.Context, in *cloudwatchlogs.DeleteLogStreamInput) (*cloudwatchlogs.DeleteLogStreamOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.findGroup(in.LogGroupName, nil)
	if err != nil {
		return nil, err
	}
	if g.streams[aws.ToString(in.LogStreamName)] == nil {
		return nil, streamNotFound()
	}
	delete(g.streams, *in.LogStreamName)
	return &cloudwatchlogs.DeleteLogStreamOutput{}, nil
}

// DescribeLogStreams lists a group's streams by name or by their last event,
// 50 a page unless told otherwise.
func (s *Service) DescribeLogStreams(_ context.Context, in *cloudwatchlogs.DescribeLogStreamsInput) (*cloudwatchlogs.DescribeLogStreamsOutput, error) {
	byTime := in.OrderBy == types.OrderByLastEventTime
	if byTime && in.LogStreamNamePrefix != nil {
		return nil, wire.Errorf("InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.findGroup(in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	var found []*stream
	for _, st := range g.streams {
		if strings.HasPrefix(st.name, aws.ToString(in.LogStreamNamePrefix)) {
			found = append(found, st)
		}
	}
	slices.SortFunc(found, func(a, b *stream) int {
		if byTime {
			return cmp.Or(cmp.Compare(a.lastTimestamp(), b.lastTimestamp()), cmp.Compare(a.name, b.name))
		}
		return cmp.Compare(a.name, b.name)
	})
	if aws.ToBool(in.Descending) {
		slices.Reverse(found)
	}
	size, err := pageSize(in.Limit, 50)
	if err != nil {
		return nil, err
	}
	page, next, ok := cloud.Page(found, in.NextToken, size)
	if !ok {
		return nil, invalidToken()
	}
	out := &cloudwatchlogs.DescribeLogStreamsOutput{NextToken: next, LogStreams: []types.LogStream{}}
	for _, st := range page {
		out.LogStreams = append(out.LogStreams, s.describeStream(g, st))
	}
	return out, nil
}

// Append writes lines to a stream as one writer's events of this moment. The
// group and the stream are made if they are not there, as Lambda does.
func (s *Service) Append(group, stream string, lines ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[group]
	if g == nil {
		g = s.addGroup(group)
	}
	st := g.streams[stream]
	if st == nil {
		st = s.addStream(g, stream)
	}
	now := s.now()
	for _, line := range lines {
		s.addEvent(st, now, line)
	}
}

func (s *Service) addStream(g *group, name string) *stream {
	st := &stream{name: name, created: s.now()}
	g.streams[name] = st
	return st
}

// addEvent keeps the stream ordered by timestamp, and by arrival within one.
func (s *Service) addEvent(st *stream, at int64, message string) {
	s.seq++
	e := event{seq: s.seq, at: at, ingested: s.now(), message: message}
	i, _ := slices.BinarySearchFunc(st.events, e, event.compare)
	st.events = slices.Insert(st.events, i, e)
	st.ingested = e.ingested
	st.stored += int64(len(message)) + eventOverhead
}

func (e event) compare(o event) int {
	return cmp.Or(cmp.Compare(e.at, o.at), cmp.Compare(e.seq, o.seq))
}

// inRange reports whether the event lies in [start, end): the start is included,
// the end is not, either may be open (API reference of GetLogEvents).
func (e event) inRange(start, end *int64) bool {
	return (start == nil || e.at >= *start) && (end == nil || e.at < *end)
}

func (st *stream) lastTimestamp() int64 {
	if len(st.events) == 0 {
		return 0
	}
	return st.events[len(st.events)-1].at
}

func (s *Service) describeStream(g *group, st *stream) types.LogStream {
	out := types.LogStream{
		LogStreamName: &st.name, CreationTime: &st.created,
		StoredBytes: aws.Int64(0), //nolint:staticcheck // deprecated, and still answered, as zero
		Arn:         aws.String(s.groupARN(g.name) + ":log-stream:" + st.name),
	}
	if len(st.events) > 0 {
		out.FirstEventTimestamp = aws.Int64(st.events[0].at)
		out.LastEventTimestamp = aws.Int64(st.lastTimestamp())
		out.LastIngestionTime = aws.Int64(st.ingested)
	}
	return out
}
