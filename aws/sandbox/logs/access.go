package logs

import "keyturn/aws/sandbox/wire"

// accesses lists what each request needs permission for. DescribeLogGroups needs
// it on all log groups.
func (s *Service) accesses(operation string, in any) []wire.Access {
	group := wire.Member(in, "LogGroupName")
	if group == "" {
		return nil
	}
	return []wire.Access{{Action: "logs:" + operation, Resource: s.groupARN(group) + ":log-stream:" + wire.Member(in, "LogStreamName")}}
}
