package sandbox

import (
	"context"

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

// newServices creates the account's services and connects them.
func (s *Sandbox) newServices(keys *wire.Keys, roles *iam.Service, withRepository bool) []wire.Service {
	network := ec2.New(s.cloud)
	databases := rds.New(s.cloud, network, s.authority)
	network.SetInUse(databases.IsGroupInUse)
	databases.SetServiceLinkedRole(func(ctx context.Context) error {
		return roles.CreateServiceLinkedRole(ctx, "rds.amazonaws.com", "AWSServiceRoleForRDS")
	})

	logGroups := logs.New(s.cloud)
	functions := lambda.New(s.cloud, logGroups, roles)
	functions.SetNetwork(network)
	functions.Register(serverlessrepo.ApplicationName, s.newRotationFunction(keys, network, databases).Code)
	stacks := cloudformation.New(s.cloud)
	application := serverlessrepo.New(s.cloud, stacks, functions, roles)
	secretsManager := secrets.New(s.cloud, functions.Principal("secretsmanager.amazonaws.com"))
	stacks.Register(hosted.Transform, hosted.New(stacks, application, secretsManager, s.url).Expand)

	s.fill = func(secrets, instances int) {
		secretsManager.Fill(secrets)
		databases.Fill(instances)
	}

	all := []wire.Service{
		sts.New().Wire(),
		network.Wire(),
		databases.Wire(),
		roles.Wire(),
		logGroups.Wire(),
		functions.Wire(),
		stacks.Wire(),
		secretsManager.Wire(),
	}
	if withRepository { // elsewhere AWS has no endpoint of that name
		all = append(all, application.Wire())
	}
	return all
}
