package rds

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
	"go.uber.org/goleak"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/ec2"
	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeServer replaces MySQL in tests that are not about it. It sends every client
// the client's address, and records passwords.
type fakeServer struct {
	mu        sync.Mutex
	passwords map[string]string
	databases []string
	closed    bool
}

func (g *fakeServer) Serve(l net.Listener) error {
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		host, _, _ := net.SplitHostPort(c.RemoteAddr().String())
		_, _ = fmt.Fprintln(c, "hello", host)
	}
}

func (g *fakeServer) SetPassword(user string, password steps.Password) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.passwords[user] = password.Reveal()
	return nil
}

func (g *fakeServer) CreateDatabase(name string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.databases = append(g.databases, name)
	return nil
}

func (g *fakeServer) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	return nil
}

// testAccount is an RDS with its network and the servers that it booted.
type testAccount struct {
	*Service
	network *ec2.Service
	mu      sync.Mutex
	servers []*fakeServer
}

func newAccount(t *testing.T, pace cloud.Pace) *testAccount {
	t.Helper()
	c := cloud.New("us-east-1", "123456789012", pace, nil)
	t.Cleanup(c.Close)
	return newAccountIn(c)
}

func newAccountIn(c *cloud.Cloud) *testAccount {
	a := &testAccount{network: ec2.New(c)}
	a.Service = newService(c, a.network, func(_, user string, password steps.Password) (server, error) {
		g := &fakeServer{passwords: map[string]string{user: password.Reveal()}}
		a.mu.Lock()
		a.servers = append(a.servers, g)
		a.mu.Unlock()
		return g, nil
	})
	a.network.SetInUse(a.IsGroupInUse)
	return a
}

// tutorialInput returns the tutorial's request for an instance.
func tutorialInput() *rds.CreateDBInstanceInput {
	return &rds.CreateDBInstanceInput{
		DBInstanceIdentifier:   aws.String("MyTestDatabaseInstance"),
		DBInstanceClass:        aws.String("db.t4g.micro"),
		Engine:                 aws.String("mysql"),
		EngineVersion:          aws.String("8.4"),
		AllocatedStorage:       aws.Int32(20),
		MasterUsername:         aws.String("adminuser"),
		MasterUserPassword:     aws.String("Correct-Horse-9"),
		BackupRetentionPeriod:  aws.Int32(0),
		EngineLifecycleSupport: aws.String(extendedSupportDisabled),
	}
}

func call[In, Out any](t *testing.T, h wire.Handler[In, Out], in *In) *Out {
	t.Helper()
	out, err := h(context.Background(), in)
	if err != nil {
		t.Fatalf("%T: %v", in, err)
	}
	return out
}

func wantError[In, Out any](t *testing.T, h wire.Handler[In, Out], in *In, code, message string) {
	t.Helper()
	_, err := h(context.Background(), in)
	var e *wire.Error
	if !errors.As(err, &e) {
		t.Fatalf("%T: got %v, want the error %s", in, err, code)
	}
	if e.Code != code || message != "" && e.Message != message {
		t.Fatalf("%T: got %s: %s\nwant %s: %s", in, e.Code, e.Message, code, message)
	}
}

func (a *testAccount) describe(t *testing.T, id string) types.DBInstance {
	t.Helper()
	return call(t, a.describeDBInstances, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &id}).DBInstances[0]
}

// waitUntilAvailable waits until an instance is available.
func (a *testAccount) waitUntilAvailable(t *testing.T, id string) types.DBInstance {
	t.Helper()
	var db types.DBInstance
	eventually(t, "the instance is available", func() bool {
		db = a.describe(t, id)
		return *db.DBInstanceStatus == available
	})
	return db
}

func (a *testAccount) createInstance(t *testing.T, change func(*rds.CreateDBInstanceInput)) types.DBInstance {
	t.Helper()
	in := tutorialInput()
	if change != nil {
		change(in)
	}
	call(t, a.createDBInstance, in)
	return a.waitUntilAvailable(t, *in.DBInstanceIdentifier)
}

// eventually fails the test if a condition does not come true in ten seconds.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("never came true: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}
