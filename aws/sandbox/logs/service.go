// Package logs is the sandbox's CloudWatch Logs: log groups, their streams and
// events, in memory. Lambda writes its functions' output here.
package logs

import (
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/schemas"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// Service holds the account's log groups.
type Service struct {
	cloud *cloud.Cloud

	mu     sync.Mutex
	groups map[string]*group
	seq    uint64 // of the last event; orders events of the same millisecond
}

// New makes an account without log groups.
func New(c *cloud.Cloud) *Service {
	return &Service{cloud: c, groups: map[string]*group{}}
}

// Wire is the service as clients reach it.
func (s *Service) Wire() wire.Service {
	return wire.Service{
		Name: "logs", Protocol: wire.AWSJSON, Target: "Logs_20140328.",
		Accesses: s.accesses,
		Operations: []wire.Operation{
			wire.JSONOp(schemas.CreateLogGroup, nil, s.CreateLogGroup),
			wire.JSONOp(schemas.DeleteLogGroup, nil, s.DeleteLogGroup),
			wire.JSONOp(schemas.DescribeLogGroups, schemas.DescribeLogGroupsResponse, s.DescribeLogGroups),
			wire.JSONOp(schemas.PutRetentionPolicy, nil, s.PutRetentionPolicy),
			wire.JSONOp(schemas.DeleteRetentionPolicy, nil, s.DeleteRetentionPolicy),
			wire.JSONOp(schemas.CreateLogStream, nil, s.CreateLogStream),
			wire.JSONOp(schemas.DeleteLogStream, nil, s.DeleteLogStream),
			wire.JSONOp(schemas.DescribeLogStreams, schemas.DescribeLogStreamsResponse, s.DescribeLogStreams),
			wire.JSONOp(schemas.PutLogEvents, schemas.PutLogEventsResponse, s.PutLogEvents),
			wire.JSONOp(schemas.GetLogEvents, schemas.GetLogEventsResponse, s.GetLogEvents),
			wire.JSONOp(schemas.FilterLogEvents, schemas.FilterLogEventsResponse, s.FilterLogEvents),
			wire.JSONOp(schemas.TagResource, nil, s.TagResource),
			wire.JSONOp(schemas.UntagResource, nil, s.UntagResource),
			wire.JSONOp(schemas.ListTagsForResource, schemas.ListTagsForResourceResponse, s.ListTagsForResource),
		},
	}
}

func (s *Service) now() int64 { return s.cloud.Now().UnixMilli() }

func noGroup() error {
	return wire.Errorf("ResourceNotFoundException", "The specified log group does not exist.")
}

func noStream() error {
	return wire.Errorf("ResourceNotFoundException", "The specified log stream does not exist.")
}

func badToken() error {
	return wire.Errorf("InvalidParameterException", "The specified nextToken is invalid.")
}
