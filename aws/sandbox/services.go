package sandbox

import (
	"keyturn/aws/sandbox/ec2"
	"keyturn/aws/sandbox/iam"
	"keyturn/aws/sandbox/lambda"
	"keyturn/aws/sandbox/logs"
	"keyturn/aws/sandbox/secrets"
	"keyturn/aws/sandbox/sts"
	"keyturn/aws/sandbox/wire"
)

// services makes the account's services and joins them.
func (s *Sandbox) services(*wire.Keys) []wire.Service {
	network := ec2.New(s.cloud)
	roles := iam.New(s.cloud)
	streams := logs.New(s.cloud)
	functions := lambda.New(s.cloud, streams, roles)
	vault := secrets.New(s.cloud, functions.As("secretsmanager.amazonaws.com"))
	return []wire.Service{
		sts.New().Wire(),
		network.Wire(),
		roles.Wire(),
		streams.Wire(),
		functions.Wire(),
		vault.Wire(),
	}
}
