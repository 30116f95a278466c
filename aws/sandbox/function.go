package sandbox

import (
	"context"
	"crypto/x509"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/ec2"
	"keyturn/aws/sandbox/lambda"
	"keyturn/aws/sandbox/rds"
	"keyturn/aws/sandbox/rotation"
	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// newRotationFunction returns the published rotation function for this account.
// It calls the sandbox's endpoint with its role's keys, and connects from its
// VPC's subnet or, outside a VPC, from its own public address.
func (s *Sandbox) newRotationFunction(keys *wire.Keys, network *ec2.Service, databases *rds.Service) *rotation.Function {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.CAPEM())
	roles := &roleCredentials{partition: steps.PartitionOf(s.Region), account: s.AccountID, keys: keys, issued: map[string]aws.Credentials{}}
	return rotation.New(rotation.Config{
		Region:      s.Region,
		Endpoint:    s.url,
		Credentials: roles.get,
		Dial: func(inv lambda.Invocation) rotation.Dial {
			return databases.DialFrom(network.FunctionOrigin(inv.FunctionName, cloud.FunctionAddress))
		},
		WaitForRoute: func(ctx context.Context, inv lambda.Invocation) error {
			return waitForRoute(ctx, network, inv.FunctionName)
		},
		RootCAs: roots,
		Pace:    s.cloud.Pace,
	})
}

// waitForRoute returns once the network lets a function reach Secrets Manager,
// or with the context's error.
func waitForRoute(ctx context.Context, network *ec2.Service, function string) error {
	for {
		changed := network.Changed()
		if network.Reaches(network.FunctionOrigin(function, cloud.FunctionAddress), "secretsmanager") {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

// roleCredentials are the temporary credentials that Lambda gives to functions.
type roleCredentials struct {
	partition steps.Partition
	account   string
	keys      *wire.Keys

	mu     sync.Mutex
	issued map[string]aws.Credentials // by the caller's ARN
}

// get returns the credentials of a function's role. As in Lambda, the session
// has the function's name.
func (r *roleCredentials) get(inv lambda.Invocation) aws.Credentials {
	role := inv.RoleARN[strings.LastIndex(inv.RoleARN, "/")+1:]
	arn := r.partition.ARN("sts", "", r.account, "assumed-role/"+role+"/"+inv.FunctionName)
	r.mu.Lock()
	defer r.mu.Unlock()
	if c, ok := r.issued[arn]; ok {
		return c
	}
	c := aws.Credentials{
		AccessKeyID:     "ASIA" + strings.TrimPrefix(newAccessKeyID(), "AKIA"),
		SecretAccessKey: newSecretKey(),
		SessionToken:    newSecretKey(),
	}
	r.keys.Add(wire.Key{
		ID: c.AccessKeyID, Secret: c.SecretAccessKey, SessionToken: c.SessionToken,
		Caller:     wire.Caller{AccountID: r.account, ARN: arn, UserID: "AROA0KEYTURN00000000:" + inv.FunctionName},
		Authorizer: wire.AllowActions(isRotationAction),
	})
	r.issued[arn] = c
	return c
}

// isRotationAction reports whether the published function's role may call an
// action. Which secrets it may use is checked in package secrets.
func isRotationAction(action string) bool {
	return slices.Contains([]string{
		"sts:GetCallerIdentity", "secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue",
		"secretsmanager:UpdateSecretVersionStage", "secretsmanager:GetRandomPassword",
	}, action)
}
