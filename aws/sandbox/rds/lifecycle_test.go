package rds

import (
	"errors"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"keyturn/aws/sandbox/cloud"
)

// fakeListener is a listener that nobody connects to. It works with a fake clock,
// which cannot wait for a real socket.
type fakeListener struct{ closed chan struct{} }

func (q *fakeListener) Accept() (net.Conn, error) { <-q.closed; return nil, net.ErrClosed }
func (q *fakeListener) Addr() net.Addr            { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 40000} }

func (q *fakeListener) Close() error {
	select {
	case <-q.closed:
	default:
		close(q.closed)
	}
	return nil
}

// statusHistory records each status of an instance and how long it lasted. It
// polls every tenth of a second until done returns true.
func (a *testAccount) statusHistory(t *testing.T, done func(status string) bool) (statuses []string, lasted map[string]time.Duration) {
	t.Helper()
	lasted = map[string]time.Duration{}
	for range 100_000 {
		out, err := a.describeDBInstances(t.Context(), &rds.DescribeDBInstancesInput{DBInstanceIdentifier: aws.String("mytestdatabaseinstance")})
		status := "gone"
		if err == nil {
			status = *out.DBInstances[0].DBInstanceStatus
		}
		if !slices.Contains(statuses, status) {
			statuses = append(statuses, status)
		}
		if done(status) {
			return statuses, lasted
		}
		time.Sleep(100 * time.Millisecond) // of the fake clock
		lasted[status] += 100 * time.Millisecond
	}
	t.Fatalf("never done: %v", statuses)
	return nil, nil
}

func TestStatusesAtEachPace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pace                                     cloud.Pace
		creation, backup, modification, deletion time.Duration
	}{
		"as long as on AWS": {cloud.Real, 5*time.Minute + 15*time.Second, 30 * time.Second, 30 * time.Second, 4 * time.Minute},
		"to watch":          {cloud.Demo, 5 * time.Second, time.Second, time.Second, 2500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cl := cloud.New("us-east-1", "123456789012", c.pace, nil)
				defer cl.Close()
				a := newAccountIn(cl)
				a.listen = func() (net.Listener, error) { return &fakeListener{make(chan struct{})}, nil }
				isAvailable := func(s string) bool { return s == available }
				check := func(what string, statuses, want []string, lasted, usual time.Duration) {
					t.Helper()
					if !slices.Equal(statuses, want) {
						t.Errorf("%s: statuses %v, want %v", what, statuses, want)
					}
					if d := (lasted - usual).Abs(); d > 200*time.Millisecond {
						t.Errorf("%s: took %v, want %v", what, lasted, usual)
					}
				}

				in := tutorialInput()
				in.BackupRetentionPeriod = aws.Int32(1)
				call(t, a.createDBInstance, in)
				statuses, lasted := a.statusHistory(t, isAvailable)
				check("creation", statuses, []string{creating, backingUp, available}, lasted[creating], c.creation)
				check("backup", statuses, []string{creating, backingUp, available}, lasted[backingUp], c.backup)

				call(t, a.modifyDBInstance, &rds.ModifyDBInstanceInput{
					DBInstanceIdentifier: in.DBInstanceIdentifier, PubliclyAccessible: aws.Bool(false), MasterUserPassword: aws.String("Another-Horse-9"),
				})
				statuses, lasted = a.statusHistory(t, isAvailable)
				check("modification", statuses, []string{modifying, resettingCredentials, available}, lasted[modifying], c.modification)

				call(t, a.rebootDBInstance, &rds.RebootDBInstanceInput{DBInstanceIdentifier: in.DBInstanceIdentifier})
				statuses, lasted = a.statusHistory(t, isAvailable)
				check("reboot", statuses, []string{rebooting, available}, lasted[rebooting], c.modification)

				call(t, a.deleteDBInstance, &rds.DeleteDBInstanceInput{DBInstanceIdentifier: in.DBInstanceIdentifier, SkipFinalSnapshot: aws.Bool(true)})
				statuses, lasted = a.statusHistory(t, func(s string) bool { return s == "gone" })
				check("deletion", statuses, []string{deleting, "gone"}, lasted[deleting], c.deletion)
			})
		})
	}
}

func TestEndpointAppearsBeforeTheInstanceIsAvailable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cl := cloud.New("us-east-1", "123456789012", cloud.Real, nil)
		defer cl.Close()
		a := newAccountIn(cl)
		a.listen = func() (net.Listener, error) { return &fakeListener{make(chan struct{})}, nil }
		call(t, a.createDBInstance, tutorialInput())
		time.Sleep(4 * time.Minute)
		if db := a.describe(t, "mytestdatabaseinstance"); db.Endpoint != nil {
			t.Error("an endpoint after four minutes")
		}
		time.Sleep(time.Minute)
		if db := a.describe(t, "mytestdatabaseinstance"); db.Endpoint == nil || *db.DBInstanceStatus != creating {
			t.Errorf("after five minutes %s with endpoint %v, want creating with one", *db.DBInstanceStatus, db.Endpoint)
		}
	})
}

func TestDeleteDBInstanceWhileCreating(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cl := cloud.New("us-east-1", "123456789012", cloud.Real, nil)
		defer cl.Close()
		a := newAccountIn(cl)
		call(t, a.createDBInstance, tutorialInput())
		time.Sleep(time.Minute)
		call(t, a.deleteDBInstance, &rds.DeleteDBInstanceInput{DBInstanceIdentifier: aws.String("mytestdatabaseinstance"), SkipFinalSnapshot: aws.Bool(true)})
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		wantError(t, a.describeDBInstances, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: aws.String("mytestdatabaseinstance")}, "DBInstanceNotFound", "")
		if len(a.servers) != 0 {
			t.Error("its server was started all the same")
		}
	})
}

func TestInstanceFailsWhenItsServerCannotStart(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	a.listen = func() (net.Listener, error) { return nil, errors.New("no port left") }
	call(t, a.createDBInstance, tutorialInput())
	eventually(t, "the instance has failed", func() bool { return *a.describe(t, "mytestdatabaseinstance").DBInstanceStatus == failed })
	if !a.servers[0].closed {
		t.Error("its server still runs")
	}
	call(t, a.deleteDBInstance, &rds.DeleteDBInstanceInput{DBInstanceIdentifier: aws.String("mytestdatabaseinstance"), SkipFinalSnapshot: aws.Bool(true)})
}

func TestDeleteDBInstanceErrors(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	db := a.createInstance(t, nil)
	protected := a.createInstance(t, func(in *rds.CreateDBInstanceInput) {
		in.DBInstanceIdentifier, in.DeletionProtection = aws.String("protected"), aws.Bool(true)
	})
	for name, c := range map[string]struct {
		in            rds.DeleteDBInstanceInput
		code, message string
	}{
		"no word about a snapshot":      {rds.DeleteDBInstanceInput{DBInstanceIdentifier: db.DBInstanceIdentifier}, "InvalidParameterCombination", "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."},
		"a snapshot, and to skip it":    {rds.DeleteDBInstanceInput{DBInstanceIdentifier: db.DBInstanceIdentifier, SkipFinalSnapshot: aws.Bool(true), FinalDBSnapshotIdentifier: aws.String("last")}, "InvalidParameterCombination", "You cannot specify both FinalDBSnapshotIdentifier and SkipFinalSnapshot"},
		"a snapshot with a bad name":    {rds.DeleteDBInstanceInput{DBInstanceIdentifier: db.DBInstanceIdentifier, FinalDBSnapshotIdentifier: aws.String("-")}, "InvalidParameterValue", ""},
		"a snapshot":                    {rds.DeleteDBInstanceInput{DBInstanceIdentifier: db.DBInstanceIdentifier, FinalDBSnapshotIdentifier: aws.String("last")}, "SnapshotQuotaExceeded", ""},
		"an instance that is protected": {rds.DeleteDBInstanceInput{DBInstanceIdentifier: protected.DBInstanceIdentifier, SkipFinalSnapshot: aws.Bool(true)}, "InvalidParameterCombination", "Cannot delete protected DB Instance, please disable deletion protection and try again."},
		"an instance that is not there": {rds.DeleteDBInstanceInput{DBInstanceIdentifier: aws.String("nobody"), SkipFinalSnapshot: aws.Bool(true)}, "DBInstanceNotFound", "DBInstance nobody not found."},
	} {
		t.Run(name, func(t *testing.T) { wantError(t, a.deleteDBInstance, &c.in, c.code, c.message) })
	}
}

func TestDeletingInstanceIsNotDeletedAgain(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Demo)
	call(t, a.createDBInstance, tutorialInput())
	in := &rds.DeleteDBInstanceInput{DBInstanceIdentifier: aws.String("mytestdatabaseinstance"), SkipFinalSnapshot: aws.Bool(true)}
	if out := call(t, a.deleteDBInstance, in); *out.DBInstance.DBInstanceStatus != deleting {
		t.Errorf("status %s", *out.DBInstance.DBInstanceStatus)
	}
	wantError(t, a.deleteDBInstance, in, "InvalidDBInstanceState", "Instance mytestdatabaseinstance is already being deleted.")
	wantError(t, a.createDBInstance, tutorialInput(), "DBInstanceAlreadyExists", "")
}
