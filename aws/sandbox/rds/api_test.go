package rds

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/smithy-go"

	"keyturn/aws/answers"
	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// clients are the SDK's, connected to an account over HTTP.
type clients struct {
	url string
	rds *rds.Client
	ec2 *ec2.Client
}

func newClients(t *testing.T, a *testAccount) clients {
	t.Helper()
	keys := &wire.Keys{}
	keys.Add(wire.Key{ID: "AKIAKEYTURNTEST", Secret: "secret", Caller: wire.Caller{AccountID: a.cloud.AccountID}})
	endpoint := httptest.NewServer(wire.NewServer(wire.Options{
		Keys: keys, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Observe: func(c wire.Call) { t.Log(c.Service, c.Operation, c.Code) },
	}, a.Wire(), a.network.Wire()))
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		endpoint.Close()
	})
	config := aws.Config{
		Region:       a.cloud.Region,
		BaseEndpoint: &endpoint.URL,
		Credentials:  credentials.NewStaticCredentialsProvider("AKIAKEYTURNTEST", "secret", ""),
		HTTPClient:   answers.ReadFully(&http.Client{Transport: transport}),
	}
	return clients{endpoint.URL, rds.NewFromConfig(config), ec2.NewFromConfig(config)}
}

func must[Out any](t *testing.T) func(*Out, error) *Out {
	return func(out *Out, err error) *Out {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// createGroup creates a security group without inbound rules.
func (c clients) createGroup(t *testing.T, name string) string {
	t.Helper()
	return *must[ec2.CreateSecurityGroupOutput](t)(c.ec2.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{
		GroupName: &name, Description: aws.String("for a test"),
	})).GroupId
}

func (c clients) openPort(t *testing.T, groupID, cidr string, port int32) {
	t.Helper()
	must[ec2.AuthorizeSecurityGroupIngressOutput](t)(c.ec2.AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: &groupID,
		IpPermissions: []ec2types.IpPermission{{
			IpProtocol: aws.String("tcp"), FromPort: &port, ToPort: &port, IpRanges: []ec2types.IpRange{{CidrIp: &cidr}},
		}},
	}))
}

func TestSDKWaitersSeeCreationAndDeletion(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	c := newClients(t, a)
	in := tutorialInput()
	in.Tags = []types.Tag{{Key: aws.String("keyturn:run"), Value: aws.String("r1")}}
	must[rds.CreateDBInstanceOutput](t)(c.rds.CreateDBInstance(t.Context(), in))

	find := &rds.DescribeDBInstancesInput{DBInstanceIdentifier: in.DBInstanceIdentifier}
	up := rds.NewDBInstanceAvailableWaiter(c.rds, func(o *rds.DBInstanceAvailableWaiterOptions) {
		o.MinDelay, o.MaxDelay = time.Millisecond, 10*time.Millisecond
	})
	out := must[rds.DescribeDBInstancesOutput](t)(up.WaitForOutput(t.Context(), find, 10*time.Second))
	db := out.DBInstances[0]
	if *db.Endpoint.Port == 0 || *db.TagList[0].Value != "r1" || *db.DBSubnetGroup.Subnets[1].SubnetAvailabilityZone.Name != "us-east-1b" || db.InstanceCreateTime.IsZero() {
		t.Errorf("what came over the wire: %+v", db)
	}

	must[rds.DeleteDBInstanceOutput](t)(c.rds.DeleteDBInstance(t.Context(), &rds.DeleteDBInstanceInput{
		DBInstanceIdentifier: in.DBInstanceIdentifier, SkipFinalSnapshot: aws.Bool(true), DeleteAutomatedBackups: aws.Bool(true),
	}))
	down := rds.NewDBInstanceDeletedWaiter(c.rds, func(o *rds.DBInstanceDeletedWaiterOptions) {
		o.MinDelay, o.MaxDelay = time.Millisecond, 10*time.Millisecond
	})
	if err := down.Wait(t.Context(), find, 10*time.Second); err != nil {
		t.Fatal(err)
	}
	_, err := c.rds.DescribeDBInstances(t.Context(), find)
	var missing *types.DBInstanceNotFoundFault
	if !errors.As(err, &missing) || missing.ErrorMessage() != "DBInstance MyTestDatabaseInstance not found." {
		t.Errorf("got %v", err)
	}
}

func TestGroupInUseIsNotDeleted(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	c := newClients(t, a)
	id := c.createGroup(t, "guard")
	a.createInstance(t, func(in *rds.CreateDBInstanceInput) { in.VpcSecurityGroupIds = []string{id} })

	remove := &ec2.DeleteSecurityGroupInput{GroupId: &id}
	_, err := c.ec2.DeleteSecurityGroup(t.Context(), remove)
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "DependencyViolation" {
		t.Fatalf("got %v, want DependencyViolation", err)
	}
	call(t, a.deleteDBInstance, &rds.DeleteDBInstanceInput{DBInstanceIdentifier: aws.String(tutorialID), SkipFinalSnapshot: aws.Bool(true)})
	eventually(t, "the group can be deleted", func() bool {
		_, err := c.ec2.DeleteSecurityGroup(t.Context(), remove)
		return err == nil
	})
}
