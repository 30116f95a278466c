package sandbox

import (
	"keyturn/aws/sandbox/cloudformation"
	"keyturn/aws/sandbox/ec2"
	"keyturn/aws/sandbox/iam"
	"keyturn/aws/sandbox/lambda"
	"keyturn/aws/sandbox/logs"
	"keyturn/aws/sandbox/rds"
	"keyturn/aws/sandbox/secrets"
	"keyturn/aws/sandbox/serverlessrepo"
	"keyturn/aws/sandbox/sts"
	"keyturn/aws/sandbox/wire"
)

// services makes the account's services and joins them.
func (s *Sandbox) services(keys *wire.Keys, roles *iam.Service) []wire.Service {
	network := ec2.New(s.cloud)
	databases := rds.New(s.cloud, network, s.authority)
	network.UsedBy(databases.UsesGroup)

	streams := logs.New(s.cloud)
	functions := lambda.New(s.cloud, streams, roles)
	functions.InNetwork(network)
	functions.Register(serverlessrepo.ApplicationName, s.rotates(keys, network, databases).Code)
	stacks := cloudformation.New(s.cloud)

	return []wire.Service{
		sts.New().Wire(),
		network.Wire(),
		databases.Wire(),
		roles.Wire(),
		streams.Wire(),
		functions.Wire(),
		stacks.Wire(),
		serverlessrepo.New(s.cloud, stacks, functions, roles).Wire(),
		secrets.New(s.cloud, functions.As("secretsmanager.amazonaws.com")).Wire(),
	}
}
