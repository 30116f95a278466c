package rds

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/ec2"
)

// silenceTimeout is how long a held connection must receive nothing.
const silenceTimeout = 50 * time.Millisecond

func endpoint(db types.DBInstance) string {
	return net.JoinHostPort(*db.Endpoint.Address, strconv.Itoa(int(*db.Endpoint.Port)))
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// greeting reads the server's first line.
func greeting(t *testing.T, c net.Conn) string {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		t.Fatalf("no greeting: %v", err)
	}
	return line
}

func wantSilence(t *testing.T, c net.Conn) {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(silenceTimeout))
	if n, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("read %d bytes and %v, want silence", n, err)
	}
}

func TestConnectionIsHeldUntilARuleAdmitsIt(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	c := newClients(t, a)
	id := c.createGroup(t, "guard")
	db := a.createInstance(t, func(in *rds.CreateDBInstanceInput) { in.VpcSecurityGroupIds = []string{id} })

	conn := dial(t, endpoint(db))
	wantSilence(t, conn)
	c.openPort(t, id, "198.51.100.0/24", 3306) // not the person's address
	c.openPort(t, id, cloud.ClientAddress.String()+"/32", 3307)
	wantSilence(t, conn)
	c.openPort(t, id, cloud.ClientAddress.String()+"/32", 3306)
	if got := greeting(t, conn); got != "hello 203.0.113.10\n" {
		t.Errorf("greeted with %q", got)
	}
	if got := greeting(t, dial(t, endpoint(db))); got != "hello 203.0.113.10\n" {
		t.Errorf("the next connection is greeted with %q", got)
	}
}

func TestRuleForTheEndpointPortAdmits(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	c := newClients(t, a)
	id := c.createGroup(t, "guard")
	db := a.createInstance(t, func(in *rds.CreateDBInstanceInput) { in.VpcSecurityGroupIds = []string{id} })
	c.openPort(t, id, "0.0.0.0/0", *db.Endpoint.Port)
	greeting(t, dial(t, endpoint(db)))
}

func TestPrivateInstanceIsUnreachable(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	c := newClients(t, a)
	id := c.createGroup(t, "guard")
	c.openPort(t, id, "0.0.0.0/0", 3306)
	db := a.createInstance(t, func(in *rds.CreateDBInstanceInput) {
		in.VpcSecurityGroupIds, in.PubliclyAccessible = []string{id}, aws.Bool(false)
	})
	conn := dial(t, endpoint(db))
	wantSilence(t, conn)
	call(t, a.modifyDBInstance, &rds.ModifyDBInstanceInput{DBInstanceIdentifier: db.DBInstanceIdentifier, PubliclyAccessible: aws.Bool(true)})
	greeting(t, conn)
}

func TestSecurityGroupChangeAppliesWhenActive(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	c := newClients(t, a)
	id := c.createGroup(t, "guard")
	c.openPort(t, id, "0.0.0.0/0", 3306)
	db := a.createInstance(t, nil)
	conn := dial(t, endpoint(db))
	wantSilence(t, conn)
	out := call(t, a.modifyDBInstance, &rds.ModifyDBInstanceInput{DBInstanceIdentifier: db.DBInstanceIdentifier, VpcSecurityGroupIds: []string{id}})
	if g := out.DBInstance.VpcSecurityGroups; len(g) != 2 || *g[0].Status != "removing" || *g[1].Status != "adding" {
		t.Errorf("groups while they change: %+v", g)
	}
	greeting(t, conn)
	if g := a.waitUntilAvailable(t, tutorialID).VpcSecurityGroups; len(g) != 1 || *g[0].VpcSecurityGroupId != id || *g[0].Status != "active" {
		t.Errorf("groups afterwards: %+v", g)
	}
}

func TestHeldConnectionEndsWithItsClient(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	db := a.createInstance(t, nil)
	g := a.instances[tutorialID].gate
	for range maxHeld { // as many as can be held, twice over
		_ = dial(t, endpoint(db)).Close()
		_ = dial(t, endpoint(db)).Close()
	}
	eventually(t, "nothing is held", func() bool { return len(g.held) == 0 })
}

func TestExcessConnectionsAreAdmittedLater(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	c := newClients(t, a)
	id := c.createGroup(t, "guard")
	db := a.createInstance(t, func(in *rds.CreateDBInstanceInput) { in.VpcSecurityGroupIds = []string{id} })
	var conns []net.Conn
	for range maxHeld + 10 {
		conns = append(conns, dial(t, endpoint(db)))
	}
	g := a.instances[tutorialID].gate
	eventually(t, "all places are taken", func() bool { return len(g.held) == maxHeld })
	c.openPort(t, id, "0.0.0.0/0", 3306)
	for _, conn := range conns {
		greeting(t, conn)
	}
}

func TestEarlyClientBytesAreForwarded(t *testing.T) {
	t.Parallel()
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	admitted := make(chan struct{})
	g := newGate(port, func(ctx context.Context, _ netip.Addr) error {
		select {
		case <-admitted:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	defer func() { _ = g.Close() }()
	client := dial(t, port.Addr().String())
	if _, err := io.WriteString(client, "early "); err != nil {
		t.Fatal(err)
	}
	close(admitted)
	server, err := g.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(client, "late\n"); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(server).ReadString('\n'); err != nil || line != "early late\n" {
		t.Errorf("the server reads %q, %v", line, err)
	}
}

func TestRebootClosesConnections(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	c := newClients(t, a)
	id := c.createGroup(t, "guard")
	c.openPort(t, id, "0.0.0.0/0", 3306)
	db := a.createInstance(t, func(in *rds.CreateDBInstanceInput) { in.VpcSecurityGroupIds = []string{id} })
	conn := dial(t, endpoint(db))
	greeting(t, conn)
	call(t, a.rebootDBInstance, &rds.RebootDBInstanceInput{DBInstanceIdentifier: db.DBInstanceIdentifier})
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("read after the reboot: %v, want an end", err)
	}
	a.waitUntilAvailable(t, tutorialID)
	greeting(t, dial(t, endpoint(db)))
}

func TestDialFromTheFunctionsAddress(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	c := newClients(t, a)
	id := c.createGroup(t, "guard")
	db := a.createInstance(t, func(in *rds.CreateDBInstanceInput) { in.VpcSecurityGroupIds = []string{id} })
	from := a.DialFrom(ec2.Internet(cloud.FunctionAddress))

	c.openPort(t, id, cloud.ClientAddress.String()+"/32", 3306)
	ctx, cancel := context.WithTimeout(t.Context(), silenceTimeout)
	defer cancel()
	_, err := from(ctx, "tcp", endpoint(db))
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Fatalf("not admitted: got %v, want a timeout", err)
	}

	dialled := make(chan net.Conn)
	go func() {
		conn, err := from(t.Context(), "tcp", endpoint(db))
		if err != nil {
			t.Error(err)
		}
		dialled <- conn
	}()
	c.openPort(t, id, cloud.FunctionAddress.String()+"/32", 3306)
	conn := <-dialled
	if conn == nil {
		t.FailNow()
	}
	defer func() { _ = conn.Close() }()
	if got := greeting(t, conn); got != "hello 198.51.100.20\n" {
		t.Errorf("greeted with %q", got)
	}
}

func TestDialFromReachesOnlyInstances(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	from := a.DialFrom(ec2.Internet(cloud.FunctionAddress))
	other := listenElsewhere(t)
	for name, c := range map[string]struct {
		address string
		is      func(error) bool
	}{
		"a name of the real internet":           {"db.example.com:3306", func(err error) bool { var e *net.DNSError; return errors.As(err, &e) && e.IsNotFound }},
		"a loopback port that is no instance's": {other, func(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }},
		"an address without a port":             {"127.0.0.1", func(err error) bool { return err != nil }},
	} {
		t.Run(name, func(t *testing.T) {
			if conn, err := from(t.Context(), "tcp", c.address); conn != nil || !c.is(err) {
				t.Errorf("got %v, %v", conn, err)
			}
		})
	}
}

// listenElsewhere returns the address of another server on this machine.
func listenElsewhere(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

func TestCloseEndsAllConnections(t *testing.T) {
	t.Parallel()
	cl := cloud.New("us-east-1", "123456789012", cloud.Instant, nil)
	a := newAccountIn(cl)
	db := a.createInstance(t, nil)
	held := dial(t, endpoint(db))
	wantSilence(t, held)
	cl.Close()
	_ = held.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := held.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the held connection: %v, want an end", err)
	}
	if c, err := net.Dial("tcp", endpoint(db)); err == nil {
		_ = c.Close()
		t.Error("the port is still open")
	}
}
