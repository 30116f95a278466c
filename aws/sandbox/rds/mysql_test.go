package rds

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/ec2"
	"keyturn/db"
	"keyturn/db/sandbox"
	"keyturn/steps"
)

// newMySQLAccount returns an account whose instances are MySQL servers, and a
// client that trusts them.
func newMySQLAccount(t *testing.T) (*testAccount, db.Client) {
	t.Helper()
	c := cloud.New("us-east-1", "123456789012", cloud.Instant, nil)
	t.Cleanup(c.Close)
	authority, err := sandbox.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	roots, err := db.RootsFrom(authority.PEM())
	if err != nil {
		t.Fatal(err)
	}
	network := ec2.New(c)
	a := &testAccount{Service: New(c, network, authority), network: network}
	network.SetInUse(a.IsGroupInUse)
	return a, db.Client{RootCAs: roots}
}

func credentialsFor(instance types.DBInstance, password string) steps.Credentials {
	return steps.Credentials{
		Host: *instance.Endpoint.Address, Port: int(*instance.Endpoint.Port),
		Username: *instance.MasterUsername, Password: steps.NewPassword(password),
	}
}

func TestInstanceServesMySQL(t *testing.T) {
	t.Parallel()
	a, person := newMySQLAccount(t)
	c := newClients(t, a)
	id := c.createGroup(t, "guard")
	instance := a.createInstance(t, func(in *rds.CreateDBInstanceInput) { in.VpcSecurityGroupIds = []string{id} })

	hasty := person
	hasty.Timeout = 2 * silenceTimeout
	if _, err := hasty.SignIn(t.Context(), credentialsFor(instance, "Correct-Horse-9")); !errors.Is(err, steps.ErrDatabaseUnreachable) {
		t.Errorf("before the port is open: %v, want %v", err, steps.ErrDatabaseUnreachable)
	}
	c.openPort(t, id, "0.0.0.0/0", 3306)

	function := person
	function.Dial = a.DialFrom(ec2.Internet(cloud.FunctionAddress))
	clients := map[string]db.Client{"the person": person, "the function": function}
	for who, client := range clients {
		found, err := client.SignIn(t.Context(), credentialsFor(instance, "Correct-Horse-9"))
		if err != nil || found.ServerVersion != *instance.EngineVersion {
			t.Errorf("%s signs in: version %q, %v", who, found.ServerVersion, err)
		}
		if _, err := client.SignIn(t.Context(), credentialsFor(instance, "wrong")); !errors.Is(err, steps.ErrPasswordRefused) {
			t.Errorf("%s with a wrong password: %v", who, err)
		}
	}

	call(t, a.modifyDBInstance, &rds.ModifyDBInstanceInput{DBInstanceIdentifier: instance.DBInstanceIdentifier, MasterUserPassword: aws.String("Another-Horse-9")})
	a.waitUntilAvailable(t, tutorialID)
	for who, client := range clients {
		if _, err := client.SignIn(t.Context(), credentialsFor(instance, "Another-Horse-9")); err != nil {
			t.Errorf("%s with the new password: %v", who, err)
		}
		if _, err := client.SignIn(t.Context(), credentialsFor(instance, "Correct-Horse-9")); !errors.Is(err, steps.ErrPasswordRefused) {
			t.Errorf("%s with the old password: %v", who, err)
		}
	}
}

func TestSignInWaitsForASecurityGroupRule(t *testing.T) {
	t.Parallel()
	a, person := newMySQLAccount(t)
	c := newClients(t, a)
	id := c.createGroup(t, "guard")
	instance := a.createInstance(t, func(in *rds.CreateDBInstanceInput) { in.VpcSecurityGroupIds = []string{id} })
	signedIn := make(chan error)
	go func() {
		_, err := person.SignIn(t.Context(), credentialsFor(instance, "Correct-Horse-9"))
		signedIn <- err
	}()
	g := a.instances[tutorialID].gate
	eventually(t, "the connection is held", func() bool { return len(g.held) == 1 })
	select {
	case err := <-signedIn:
		t.Fatalf("signed in past the firewall: %v", err)
	case <-time.After(silenceTimeout):
	}
	c.openPort(t, id, cloud.ClientAddress.String()+"/32", 3306)
	if err := <-signedIn; err != nil {
		t.Error(err)
	}
}
