// Package logs is the sandbox's CloudWatch Logs: log groups, their streams and
// events, in memory. Lambda writes its functions' output here.
package logs

import (
	"sync"

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

// New returns a CloudWatch Logs without log groups.
func New(c *cloud.Cloud) *Service {
	return &Service{cloud: c, groups: map[string]*group{}}
}

// Wire returns the service for the wire server.
func (s *Service) Wire() wire.Service {
	return wire.Service{
		Name: "logs", Protocol: wire.AWSJSON, Target: "Logs_20140328.", LowerCamelCase: true,
		Accesses: s.accesses,
		Operations: []wire.Operation{
			wire.Op("CreateLogGroup", s.CreateLogGroup),
			wire.Op("DeleteLogGroup", s.DeleteLogGroup),
			wire.Op("DescribeLogGroups", s.DescribeLogGroups),
			wire.Op("PutRetentionPolicy", s.PutRetentionPolicy),
			wire.Op("DeleteRetentionPolicy", s.DeleteRetentionPolicy),
			wire.Op("CreateLogStream", s.CreateLogStream),
			wire.Op("DeleteLogStream", s.DeleteLogStream),
			wire.Op("DescribeLogStreams", s.DescribeLogStreams),
			wire.Op("PutLogEvents", s.PutLogEvents),
			wire.Op("GetLogEvents", s.GetLogEvents),
			wire.Op("FilterLogEvents", s.FilterLogEvents),
			wire.Op("TagResource", s.TagResource),
			wire.Op("UntagResource", s.UntagResource),
			wire.Op("ListTagsForResource", s.ListTagsForResource),
		},
	}
}

func (s *Service) now() int64 { return s.cloud.Now().UnixMilli() }

func groupNotFound() error {
	return wire.Errorf("ResourceNotFoundException", "The specified log group does not exist.")
}

func streamNotFound() error {
	return wire.Errorf("ResourceNotFoundException", "The specified log stream does not exist.")
}

func invalidToken() error {
	return wire.Errorf("InvalidParameterException", "The specified nextToken is invalid.")
}
