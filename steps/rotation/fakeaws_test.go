package rotation

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"keyturn/steps"
)

// fakeAWS is an AWS account in memory, whose slow things take as long as AWS's
// by a fakeClock.
type fakeAWS struct {
	clock      *fakeClock
	changes    []string         // the changing calls, as "rds CreateDBInstance"
	failWith   map[string]error // by "service Operation": the call answers this
	loseAnswer map[string]error // the call works, but its answer is lost
	database   *fakeDatabase
	groups     []*steps.SecurityGroup
	vpc        *fakeVPC
	secret     *fakeSecret
	stack      *fakeStack
	logs       map[string][]steps.LogLine
	rotation   func(fake *fakeAWS) // what a rotation does, at once, when RotateSecret is called
	// noRepository is a region without the repository; stackFails is why a
	// stack rolls back, "" for one that does not.
	noRepository       bool
	stackFails         string
	tokens             int // made up so far
	transformRotations int // by CloudFormation
	functions          map[string]steps.Function
	invokers           []steps.Invoker
	subnetGroup        string // of the run
	tagsNotFound       bool   // tags are not found yet
	onLogDeleted       func() // happens once, when somebody looks for security groups after the log was deleted
}

func newFakeAWS() *fakeAWS {
	return &fakeAWS{
		vpc: newVPC(), clock: newFakeClock(), failWith: map[string]error{}, loseAnswer: map[string]error{},
		logs: map[string][]steps.LogLine{}, rotation: (*fakeAWS).rotateSuccessfully, invokers: []steps.Invoker{{Service: secretsManager}},
	}
}

func (fake *fakeAWS) account() *steps.Account {
	return &steps.Account{
		Kind: steps.AWS, ID: "123456789012", Region: "eu-west-1", Caller: "arn:aws:iam::123456789012:user/ann",
		Services: steps.Services{
			Databases: fakeRDS{fake}, Network: fakeEC2{fake}, Secrets: fakeSecrets{fake}, Stacks: fakeStacks{fake},
			Functions: fakeLambda{fake}, Logs: fakeLogs{fake}, Address: fakeAddress{fake}, MySQL: fakeMySQL{fake},
		},
	}
}

// change notes a changing call and returns what it answers.
func (fake *fakeAWS) change(call string) error {
	fake.changes = append(fake.changes, call)
	return fake.failWith[call]
}

// fakeLedger keeps every receipt that was saved.
type fakeLedger struct {
	saved []steps.Receipt
	err   error
}

func (l *fakeLedger) Save(r steps.Receipt) error {
	if l.err != nil {
		return l.err
	}
	l.saved = append(l.saved, r)
	return nil
}

func (l *fakeLedger) last() steps.Receipt { return l.saved[len(l.saved)-1] }

// testRunID is a run in a world, with what it said and saved.
type testRun struct {
	run
	fake   *fakeAWS
	ledger *fakeLedger
	events []steps.Event
}

const testRunID = "20261122-3f1c"

func newTestRun(fake *fakeAWS) *testRun {
	t := &testRun{fake: fake, ledger: &fakeLedger{}}
	t.Run = steps.NewRun(t.options())
	return t
}

// resumed is a run in the same world by another process, which knows only the
// last receipt.
func (t *testRun) resumed() *testRun {
	resumed := &testRun{fake: t.fake, ledger: &fakeLedger{}}
	resumed.Run = steps.ResumeRun(t.ledger.last(), resumed.options())
	return resumed
}

func (t *testRun) options() steps.RunOptions {
	return steps.RunOptions{
		ID: testRunID, Account: t.fake.account(), Setup: steps.Defaults(testRunID), Clock: t.fake.clock, Ledger: t.ledger,
		Relay: steps.NewRelay(func(e steps.Event) { t.events = append(t.events, e) }),
		NewToken: func() string {
			t.fake.tokens++
			return fmt.Sprintf("%08d-0000-4000-8000-000000000000", t.fake.tokens)
		},
	}
}

// executeSteps prepares and executes steps, and returns the first failure.
func executeSteps(ctx context.Context, run *steps.Run, ids ...steps.StepID) error {
	for _, id := range ids {
		if _, err := run.Prepare(ctx, findStep(id)); err != nil {
			return err
		}
		if err := run.Execute(ctx, findStep(id)); err != nil {
			return err
		}
	}
	return nil
}

func (t *testRun) do(ctx context.Context, ids ...steps.StepID) error {
	return executeSteps(ctx, t.Run, ids...)
}

func (t *testRun) must(tb testing.TB, ids ...steps.StepID) {
	tb.Helper()
	if err := t.do(tb.Context(), ids...); err != nil {
		tb.Fatalf("%v (%+v)", err, err)
	}
}

// findStep returns the step of an id.
func findStep(id steps.StepID) steps.Step {
	all := Tutorial().Steps
	return all[slices.IndexFunc(all, func(s steps.Step) bool { return s.ID == id })]
}

// checks are the proofs of a step that were reported, by name.
func (t *testRun) checks(id steps.StepID) []steps.Check {
	var found []steps.Check
	for _, e := range eventsOf[steps.Checked](t) {
		if e.Step == id {
			found = append(found, e.Check)
		}
	}
	return found
}

func eventsOf[E steps.Event](t *testRun) []E {
	var found []E
	for _, e := range t.events {
		if e, ok := e.(E); ok {
			found = append(found, e)
		}
	}
	return found
}

var allSteps = []steps.StepID{StepDatabase, StepSecret, StepValidate, StepRotate, StepVerify, StepCleanup}

type fakeDatabase struct {
	steps.DBInstance
	password  steps.Password
	available time.Time
	deleted   time.Time
}

type fakeRDS struct{ fake *fakeAWS }

func (f fakeRDS) EngineVersion(context.Context, string, string) (string, error) {
	return "8.4.7", f.fake.failWith["rds DescribeDBEngineVersions"]
}

func (f fakeRDS) OrderableClasses(_ context.Context, _, _ string, classes []string) ([]string, error) {
	return slices.DeleteFunc(slices.Clone(classes), func(c string) bool { return c == "db.t4g.micro" || c == "db.z9.none" }), nil
}

func (f fakeRDS) Quotas(context.Context) ([]steps.Quota, error) {
	return []steps.Quota{{Name: steps.QuotaDBInstances, Used: 1, Most: 40}}, f.fake.failWith["rds DescribeAccountAttributes"]
}

func (f fakeRDS) CreateDBInstance(_ context.Context, s steps.DBInstanceSpec) (steps.DBInstance, error) {
	if err := f.fake.change("rds CreateDBInstance"); err != nil {
		return steps.DBInstance{}, err
	}
	f.fake.database = &fakeDatabase{
		DBInstance: steps.DBInstance{
			ID: "mytestdatabaseinstance", Status: "creating", Engine: "mysql", EngineVersion: s.EngineVersion, Class: s.Class,
			Username: s.Username, PubliclyAccessible: s.PubliclyAccessible, SecurityGroups: s.SecurityGroups, VPCID: f.fake.vpc.id, Tags: s.Tags, ListenPort: steps.MySQLPort,
		},
		password: s.Password, available: f.fake.clock.Now().Add(20 * time.Minute),
	}
	return f.fake.database.DBInstance, f.fake.loseAnswer["rds CreateDBInstance"]
}

func (f fakeRDS) DescribeDBInstance(context.Context, string) (steps.DBInstance, error) {
	db, now := f.fake.database, f.fake.clock.Now()
	if db == nil || !db.deleted.IsZero() && !now.Before(db.deleted) {
		return steps.DBInstance{}, &steps.ServiceError{Service: "rds", Operation: "DescribeDBInstances", Code: "DBInstanceNotFound", Kind: steps.ErrNotFound}
	}
	switch {
	case !db.deleted.IsZero():
		db.Status = "deleting"
	case db.Status == "creating" && !now.Before(db.available):
		db.Status, db.Host, db.Port = "available", "mytestdatabaseinstance.abc.eu-west-1.rds.amazonaws.com", 3306
	}
	return db.DBInstance, f.fake.failWith["rds DescribeDBInstances"]
}

func (f fakeRDS) DBInstancesPage(context.Context, string) ([]steps.DBInstance, string, error) {
	if f.fake.database == nil {
		return nil, "", nil
	}
	return []steps.DBInstance{f.fake.database.DBInstance}, "", nil
}

func (f fakeRDS) CreateDBSubnetGroup(_ context.Context, name, _ string, _ []string, _ []steps.Tag) error {
	if err := f.fake.change("rds CreateDBSubnetGroup"); err != nil {
		return err
	}
	f.fake.subnetGroup = name
	return f.fake.loseAnswer["rds CreateDBSubnetGroup"]
}

func (f fakeRDS) HasDBSubnetGroup(_ context.Context, name string) (bool, error) {
	return f.fake.subnetGroup == name, f.fake.failWith["rds DescribeDBSubnetGroups"]
}

func (f fakeRDS) DeleteDBSubnetGroup(context.Context, string) error {
	if err := f.fake.change("rds DeleteDBSubnetGroup"); err != nil {
		return err
	}
	f.fake.subnetGroup = ""
	return nil
}

func (f fakeRDS) SetMasterPassword(_ context.Context, _ string, p steps.Password) error {
	if err := f.fake.change("rds ModifyDBInstance"); err != nil {
		return err
	}
	f.fake.database.password = p
	return nil
}

func (f fakeRDS) AllowDeletion(context.Context, string) error {
	f.fake.database.DeletionProtected = false
	return f.fake.change("rds ModifyDBInstance")
}

func (f fakeRDS) DeleteDBInstance(context.Context, string) error {
	if err := f.fake.change("rds DeleteDBInstance"); err != nil {
		return err
	}
	if db, err := f.DescribeDBInstance(context.Background(), ""); err != nil || db.Status != "available" {
		return &steps.ServiceError{Service: "rds", Operation: "DeleteDBInstance", Code: "InvalidDBInstanceState", Kind: steps.ErrInvalidState}
	}
	f.fake.database.deleted = f.fake.clock.Now().Add(4 * time.Minute)
	return nil
}

type fakeMySQL struct{ fake *fakeAWS }

func (f fakeMySQL) SignIn(_ context.Context, c steps.Credentials) (steps.SignIn, error) {
	answer := &steps.ServiceError{Service: "mysql", Operation: "sign in"}
	if err := f.fake.failWith["mysql sign in"]; err != nil {
		return steps.SignIn{}, err
	}
	if !f.fake.reachable() {
		answer.Kind, answer.Message = steps.ErrDatabaseUnreachable, c.Host+" does not answer"
		return steps.SignIn{}, answer
	}
	if !c.Password.Equal(f.fake.database.password) {
		answer.Kind, answer.Code, answer.Message = steps.ErrPasswordRefused, "1045", "Access denied for user 'adminuser'@'203.0.113.7' (using password: YES)"
		return steps.SignIn{}, answer
	}
	return steps.SignIn{
		User: c.Username + "@%", ServerVersion: "8.4.7", TLSVersion: "TLS 1.3", TLSCipher: "TLS_AES_128_GCM_SHA256",
		CertificateCN: c.Host, ConnectionID: 7, Took: 40 * time.Millisecond,
	}, nil
}
