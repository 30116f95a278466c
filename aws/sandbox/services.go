package sandbox

import (
	"context"

	keyaws "keyturn/aws"
	"keyturn/aws/sandbox/cloudformation"
	"keyturn/aws/sandbox/ec2"
	"keyturn/aws/sandbox/hosted"
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
	databases.LinkedBy(func(ctx context.Context) error { return roles.Link(ctx, "rds.amazonaws.com", "AWSServiceRoleForRDS") })

	streams := logs.New(s.cloud)
	functions := lambda.New(s.cloud, streams, roles)
	functions.InNetwork(network)
	functions.Register(serverlessrepo.ApplicationName, s.rotates(keys, network, databases).Code)
	stacks := cloudformation.New(s.cloud)
	application := serverlessrepo.New(s.cloud, stacks, functions, roles)
	vault := secrets.New(s.cloud, functions.As("secretsmanager.amazonaws.com"))
	stacks.Register(hosted.Transform, hosted.New(stacks, application, vault, s.url).Expand)

	s.fill = func(secrets, instances int) {
		vault.Fill(secrets)
		databases.Fill(instances)
	}

	all := []wire.Service{
		sts.New().Wire(),
		network.Wire(),
		databases.Wire(),
		roles.Wire(),
		streams.Wire(),
		functions.Wire(),
		stacks.Wire(),
		vault.Wire(),
	}
	if keyaws.HasRepository(s.Region) { // elsewhere AWS has no endpoint of that name
		all = append(all, application.Wire())
	}
	return all
}
