package secrets

import (
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"keyturn/aws/sandbox/wire"
)

// accesses lists what each request needs permission for. The resource of a secret
// that does not exist is its bare name, which only a policy for "*" covers. So a
// caller with permissions on an ARN is denied access and does not learn that the
// secret is missing. A denied CreateSecret also shows the name, though the policy
// is evaluated for the ARN.
func (s *Service) accesses(operation string, in any) []wire.Access {
	action := "secretsmanager:" + operation
	if in, ok := in.(*secretsmanager.CreateSecretInput); ok {
		name := wire.Member(in, "Name")
		a := wire.Access{Action: action, Resource: s.cloud.ARN("secretsmanager", "secret:"+name+"-AbCdEf"), ShownAs: name}
		all := []wire.Access{a}
		if len(in.Tags) > 0 {
			a.Action = "secretsmanager:TagResource"
			all = append(all, a)
		}
		return all
	}
	id := wire.Member(in, "SecretId")
	if id == "" {
		return nil
	}
	s.mu.Lock()
	sec := s.lookup(id)
	function := ""
	if sec != nil {
		id, function = sec.arn, sec.rotation.functionARN
	}
	s.mu.Unlock()
	all := []wire.Access{{Action: action, Resource: id}}
	if in, ok := in.(*secretsmanager.RotateSecretInput); ok {
		if given := wire.Member(in, "RotationLambdaARN"); given != "" {
			function = given
		}
		if function != "" { // "You also need lambda:InvokeFunction permissions on the rotation function" (API reference)
			all = append(all, wire.Access{Action: "lambda:InvokeFunction", Resource: function})
		}
	}
	return all
}
