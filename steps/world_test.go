package steps

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"
)

// world is an AWS account in memory, whose slow things take as long as AWS's
// by a fakeClock.
type world struct {
	clock    *fakeClock
	changes  []string         // the changing calls, as "rds CreateDBInstance"
	refuse   map[string]error // by "service Operation": the call answers this
	lose     map[string]error // the call works, but its answer is lost
	database *fakeDatabase
	groups   []*SecurityGroup
	secret   *fakeSecret
	stack    *fakeStack
	logs     map[string][]LogLine
	rotation func(w *world) // what a rotation does, at once, when RotateSecret is called
	unlisted bool           // tags are not found yet
}

func newWorld() *world {
	return &world{
		clock: newFakeClock(), refuse: map[string]error{}, lose: map[string]error{},
		logs: map[string][]LogLine{}, rotation: (*world).rotateWell,
	}
}

func (w *world) account() *Account {
	return &Account{
		Kind: AWS, ID: "123456789012", Region: "eu-west-1", Caller: "arn:aws:iam::123456789012:user/ann",
		Services: Services{
			Databases: fakeRDS{w}, Network: fakeEC2{w}, Secrets: fakeSecrets{w}, Stacks: fakeStacks{w},
			Logs: fakeLogs{w}, MySQL: fakeMySQL{w},
		},
	}
}

// change notes a changing call and returns what it answers.
func (w *world) change(call string) error {
	w.changes = append(w.changes, call)
	return w.refuse[call]
}

// ledger keeps every receipt that was saved.
type ledger struct {
	saved []Receipt
	err   error
}

func (l *ledger) Save(r Receipt) error {
	if l.err != nil {
		return l.err
	}
	l.saved = append(l.saved, r)
	return nil
}

func (l *ledger) last() Receipt { return l.saved[len(l.saved)-1] }

// trial is a run in a world, with what it said and saved.
type trial struct {
	*Run
	world  *world
	ledger *ledger
	events []Event
}

const testRun = "20261122-3f1c"

func newTrial(w *world) *trial {
	t := &trial{world: w, ledger: &ledger{}}
	t.Run = NewRun(t.options())
	return t
}

// resumed is a run in the same world by another process, which knows only the
// last receipt.
func (t *trial) resumed() *trial {
	next := &trial{world: t.world, ledger: &ledger{}}
	next.Run = ResumeRun(t.ledger.last(), next.options())
	return next
}

func (t *trial) options() RunOptions {
	tokens := 0
	return RunOptions{
		ID: testRun, Account: t.world.account(), Setup: Defaults(testRun), Clock: t.world.clock, Ledger: t.ledger,
		Relay: NewRelay(func(e Event) { t.events = append(t.events, e) }),
		NewToken: func() string {
			tokens++
			return fmt.Sprintf("%08d-0000-4000-8000-000000000000", tokens)
		},
	}
}

// do prepares and carries out steps and returns the first failure.
func (t *trial) do(ctx context.Context, ids ...StepID) error {
	for _, id := range ids {
		if _, err := t.Prepare(ctx, Find(id)); err != nil {
			return err
		}
		if err := t.Carry(ctx, Find(id)); err != nil {
			return err
		}
	}
	return nil
}

func (t *trial) must(tb testing.TB, ids ...StepID) {
	tb.Helper()
	if err := t.do(tb.Context(), ids...); err != nil {
		tb.Fatalf("%v (%+v)", err, err)
	}
}

func eventsOf[E Event](t *trial) []E {
	var found []E
	for _, e := range t.events {
		if e, ok := e.(E); ok {
			found = append(found, e)
		}
	}
	return found
}

var allSteps = []StepID{StepDatabase, StepSecret, StepValidate, StepRotate, StepVerify, StepCleanup}

type fakeDatabase struct {
	DBInstance
	password  Password
	available time.Time
	deleted   time.Time
}

type fakeRDS struct{ w *world }

func (f fakeRDS) EngineVersion(context.Context, string, string) (string, error) {
	return "8.4.7", f.w.refuse["rds DescribeDBEngineVersions"]
}

func (f fakeRDS) OrderableClasses(_ context.Context, _, _ string, classes []string) ([]string, error) {
	return slices.DeleteFunc(slices.Clone(classes), func(c string) bool { return c == "db.t4g.micro" || c == "db.z9.none" }), nil
}

func (f fakeRDS) CreateDBInstance(_ context.Context, s DBInstanceSpec) (DBInstance, error) {
	if err := f.w.change("rds CreateDBInstance"); err != nil {
		return DBInstance{}, err
	}
	f.w.database = &fakeDatabase{
		DBInstance: DBInstance{
			ID: "mytestdatabaseinstance", Status: "creating", Engine: "mysql", EngineVersion: s.EngineVersion, Class: s.Class,
			Username: s.Username, PubliclyAccessible: true, SecurityGroups: s.SecurityGroups, Tags: s.Tags,
		},
		password: s.Password, available: f.w.clock.Now().Add(20 * time.Minute),
	}
	return f.w.database.DBInstance, f.w.lose["rds CreateDBInstance"]
}

func (f fakeRDS) DescribeDBInstance(context.Context, string) (DBInstance, error) {
	db, now := f.w.database, f.w.clock.Now()
	if db == nil || !db.deleted.IsZero() && !now.Before(db.deleted) {
		return DBInstance{}, &ServiceError{Service: "rds", Operation: "DescribeDBInstances", Code: "DBInstanceNotFound", Kind: ErrNotFound}
	}
	switch {
	case !db.deleted.IsZero():
		db.Status = "deleting"
	case db.Status == "creating" && !now.Before(db.available):
		db.Status, db.Host, db.Port = "available", "mytestdatabaseinstance.abc.eu-west-1.rds.amazonaws.com", 3306
	}
	return db.DBInstance, f.w.refuse["rds DescribeDBInstances"]
}

func (f fakeRDS) SetMasterPassword(_ context.Context, _ string, p Password) error {
	if err := f.w.change("rds ModifyDBInstance"); err != nil {
		return err
	}
	f.w.database.password = p
	return nil
}

func (f fakeRDS) AllowDeletion(context.Context, string) error {
	f.w.database.DeletionProtected = false
	return f.w.change("rds ModifyDBInstance")
}

func (f fakeRDS) DeleteDBInstance(context.Context, string) error {
	if err := f.w.change("rds DeleteDBInstance"); err != nil {
		return err
	}
	if db, err := f.DescribeDBInstance(context.Background(), ""); err != nil || db.Status != "available" {
		return &ServiceError{Service: "rds", Operation: "DeleteDBInstance", Code: "InvalidDBInstanceState", Kind: ErrInvalidState}
	}
	f.w.database.deleted = f.w.clock.Now().Add(4 * time.Minute)
	return nil
}

type fakeMySQL struct{ w *world }

func (f fakeMySQL) SignIn(_ context.Context, c Credentials) (SignIn, error) {
	answer := &ServiceError{Service: "mysql", Operation: "sign in"}
	if err := f.w.refuse["mysql sign in"]; err != nil {
		return SignIn{}, err
	}
	if len(f.w.groups) == 0 || !f.w.groups[0].admits(anywhere, 3306) {
		answer.Kind, answer.Message = ErrDatabaseUnreachable, c.Host+" does not answer"
		return SignIn{}, answer
	}
	if !c.Password.Equal(f.w.database.password) {
		answer.Kind, answer.Code, answer.Message = ErrPasswordRefused, "1045", "Access denied for user 'adminuser'@'203.0.113.7' (using password: YES)"
		return SignIn{}, answer
	}
	return SignIn{
		User: c.Username + "@%", ServerVersion: "8.4.7", TLSVersion: "TLS 1.3", TLSCipher: "TLS_AES_128_GCM_SHA256",
		CertificateCN: c.Host, ConnectionID: 7, Took: 40 * time.Millisecond,
	}, nil
}
