package logs

import "keyturn/aws/sandbox/wire"

// accesses are what a request does to a log group. DescribeLogGroups is asked
// of all of them.
func (s *Service) accesses(operation string, in any) []wire.Access {
	group := wire.Member(in, "LogGroupName")
	if group == "" {
		return nil
	}
	return []wire.Access{{Action: "logs:" + operation, Resource: s.groupARN(group) + ":log-stream:" + wire.Member(in, "LogStreamName")}}
}
