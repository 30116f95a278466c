package fault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"keyturn/aws/sandbox/wire"
)

// Account is the account as its owner has it in hand.
type Account struct {
	Hands
	transport *http.Transport
	ownerKey  string
	personKey string

	ec2       *ec2.Client
	rds       *rds.Client
	secrets   *secretsmanager.Client
	functions *lambda.Client
	iam       *iam.Client
}

// Hands are what faults need that no API call does.
type Hands struct {
	User string // the IAM user whose access key the person has
	// Quota leaves the account without room for a further DB instance.
	Quota func()
}

// NewAccount signs the owner's calls with an access key of the root user's.
func NewAccount(endpoint, region string, owner wire.Key, personKey string, h Hands) *Account {
	transport := &http.Transport{}
	config := aws.Config{
		Region: region, BaseEndpoint: &endpoint, HTTPClient: &http.Client{Transport: transport},
		Credentials: credentials.NewStaticCredentialsProvider(owner.ID, owner.Secret, ""),
	}
	return &Account{
		Hands: h, transport: transport, ownerKey: owner.ID, personKey: personKey,
		ec2: ec2.NewFromConfig(config), rds: rds.NewFromConfig(config), secrets: secretsmanager.NewFromConfig(config),
		functions: lambda.NewFromConfig(config), iam: iam.NewFromConfig(config),
	}
}

// Close lets go of the owner's connections.
func (a *Account) Close() { a.transport.CloseIdleConnections() }

// value is a secret's current value.
type value map[string]any

func (a *Account) currentValue(ctx context.Context, secret string) (value, error) {
	out, err := a.secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &secret})
	if err != nil {
		return nil, err
	}
	var v value
	if err := json.Unmarshal([]byte(aws.ToString(out.SecretString)), &v); err != nil {
		return nil, fmt.Errorf("read %s: %w", secret, err)
	}
	return v, nil
}

// put stores a value under a label.
func (a *Account) put(ctx context.Context, secret, label string, v value) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = a.secrets.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{
		SecretId: &secret, SecretString: aws.String(string(text)), VersionStages: []string{label},
	})
	return err
}

// password makes one up that RDS takes.
func (a *Account) password(ctx context.Context) (string, error) {
	out, err := a.secrets.GetRandomPassword(ctx, &secretsmanager.GetRandomPasswordInput{PasswordLength: aws.Int64(24), ExcludePunctuation: aws.Bool(true)})
	if err != nil {
		return "", err
	}
	return *out.RandomPassword, nil
}

var (
	errNoDatabase   = errors.New("the account has no database")
	errNoDefaultVPC = errors.New("the account has no default VPC")
)

// databases are the ids of the account's DB instances.
func (a *Account) databases(ctx context.Context) ([]string, error) {
	out, err := a.rds.DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, db := range out.DBInstances {
		ids = append(ids, *db.DBInstanceIdentifier)
	}
	if len(ids) == 0 {
		return nil, errNoDatabase
	}
	return ids, nil
}

// modify changes each DB instance and waits until the change is made.
func (a *Account) modify(ctx context.Context, change func(*rds.ModifyDBInstanceInput)) error {
	ids, err := a.databases(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		in := &rds.ModifyDBInstanceInput{DBInstanceIdentifier: &id, ApplyImmediately: aws.Bool(true)}
		change(in)
		if _, err := a.rds.ModifyDBInstance(ctx, in); err != nil {
			return err
		}
		if err := a.awaitAvailable(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// awaitAvailable polls; at the real pace, a change takes a minute.
func (a *Account) awaitAvailable(ctx context.Context, id string) error {
	for {
		out, err := a.rds.DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &id})
		if err != nil {
			return err
		}
		db := out.DBInstances[0]
		if *db.DBInstanceStatus == "available" && (db.PendingModifiedValues == nil || db.PendingModifiedValues.MasterUserPassword == nil) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// deny forbids the person some actions, whatever else allows them.
func (a *Account) deny(ctx context.Context, actions ...string) error {
	document, err := json.Marshal(map[string]any{
		"Version":   "2012-10-17",
		"Statement": map[string]any{"Effect": "Deny", "Action": actions, "Resource": "*"},
	})
	if err != nil {
		return err
	}
	_, err = a.iam.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &a.User, PolicyName: aws.String(denial), PolicyDocument: aws.String(string(document))})
	return err
}

// denial is the name of the policy that deny puts and allow takes away.
const denial = "denial"

func (a *Account) allow(ctx context.Context) error {
	_, err := a.iam.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: &a.User, PolicyName: aws.String(denial)})
	return err
}
