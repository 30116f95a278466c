package rotation

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"keyturn/steps"
)

// world is an AWS account in memory, whose slow things take as long as AWS's
// by a fakeClock.
type world struct {
	clock    *fakeClock
	changes  []string         // the changing calls, as "rds CreateDBInstance"
	refuse   map[string]error // by "service Operation": the call answers this
	lose     map[string]error // the call works, but its answer is lost
	database *fakeDatabase
	groups   []*steps.SecurityGroup
	vpc      *fakeVPC
	secret   *fakeSecret
	stack    *fakeStack
	logs     map[string][]steps.LogLine
	rotation func(w *world) // what a rotation does, at once, when RotateSecret is called
	// noRepository is a region without the repository; stackFails is why a
	// stack rolls back, "" for one that does not.
	noRepository    bool
	stackFails      string
	tokens          int // made up so far
	hostedRotations int // by CloudFormation
	functions       map[string]steps.Function
	invokers        []steps.Invoker
	subnetGroup     string // of the run
	unlisted        bool   // tags are not found yet
	late            func() // happens once, when somebody looks for security groups after the log was deleted
}

func newWorld() *world {
	return &world{
		vpc: newVPC(), clock: newFakeClock(), refuse: map[string]error{}, lose: map[string]error{},
		logs: map[string][]steps.LogLine{}, rotation: (*world).rotateWell, invokers: []steps.Invoker{{Service: secretsManager}},
	}
}

func (w *world) account() *steps.Account {
	return &steps.Account{
		Kind: steps.AWS, ID: "123456789012", Region: "eu-west-1", Caller: "arn:aws:iam::123456789012:user/ann",
		Services: steps.Services{
			Databases: fakeRDS{w}, Network: fakeEC2{w}, Secrets: fakeSecrets{w}, Stacks: fakeStacks{w},
			Functions: fakeLambda{w}, Logs: fakeLogs{w}, Address: fakeAddress{w}, MySQL: fakeMySQL{w},
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
	saved []steps.Receipt
	err   error
}

func (l *ledger) Save(r steps.Receipt) error {
	if l.err != nil {
		return l.err
	}
	l.saved = append(l.saved, r)
	return nil
}

func (l *ledger) last() steps.Receipt { return l.saved[len(l.saved)-1] }

// trial is a run in a world, with what it said and saved.
type trial struct {
	run
	world  *world
	ledger *ledger
	events []steps.Event
}

const testRun = "20261122-3f1c"

func newTrial(w *world) *trial {
	t := &trial{world: w, ledger: &ledger{}}
	t.Run = steps.NewRun(t.options())
	return t
}

// resumed is a run in the same world by another process, which knows only the
// last receipt.
func (t *trial) resumed() *trial {
	next := &trial{world: t.world, ledger: &ledger{}}
	next.Run = steps.ResumeRun(t.ledger.last(), next.options())
	return next
}

func (t *trial) options() steps.RunOptions {
	return steps.RunOptions{
		ID: testRun, Account: t.world.account(), Setup: steps.Defaults(testRun), Clock: t.world.clock, Ledger: t.ledger,
		Relay: steps.NewRelay(func(e steps.Event) { t.events = append(t.events, e) }),
		NewToken: func() string {
			t.world.tokens++
			return fmt.Sprintf("%08d-0000-4000-8000-000000000000", t.world.tokens)
		},
	}
}

// do prepares and carries out steps and returns the first failure.
func (t *trial) do(ctx context.Context, ids ...steps.StepID) error {
	for _, id := range ids {
		if _, err := t.Prepare(ctx, find(id)); err != nil {
			return err
		}
		if err := t.Execute(ctx, find(id)); err != nil {
			return err
		}
	}
	return nil
}

func (t *trial) must(tb testing.TB, ids ...steps.StepID) {
	tb.Helper()
	if err := t.do(tb.Context(), ids...); err != nil {
		tb.Fatalf("%v (%+v)", err, err)
	}
}

// find returns the step of an id.
func find(id steps.StepID) steps.Step {
	all := Tutorial().Steps
	return all[slices.IndexFunc(all, func(s steps.Step) bool { return s.ID == id })]
}

// checks are the proofs of a step that were reported, by name.
func (t *trial) checks(id steps.StepID) []steps.Check {
	var found []steps.Check
	for _, e := range eventsOf[steps.Checked](t) {
		if e.Step == id {
			found = append(found, e.Check)
		}
	}
	return found
}

func eventsOf[E steps.Event](t *trial) []E {
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

type fakeRDS struct{ w *world }

func (f fakeRDS) EngineVersion(context.Context, string, string) (string, error) {
	return "8.4.7", f.w.refuse["rds DescribeDBEngineVersions"]
}

func (f fakeRDS) OrderableClasses(_ context.Context, _, _ string, classes []string) ([]string, error) {
	return slices.DeleteFunc(slices.Clone(classes), func(c string) bool { return c == "db.t4g.micro" || c == "db.z9.none" }), nil
}

func (f fakeRDS) Quotas(context.Context) ([]steps.Quota, error) {
	return []steps.Quota{{Name: steps.QuotaDBInstances, Used: 1, Most: 40}}, f.w.refuse["rds DescribeAccountAttributes"]
}

func (f fakeRDS) CreateDBInstance(_ context.Context, s steps.DBInstanceSpec) (steps.DBInstance, error) {
	if err := f.w.change("rds CreateDBInstance"); err != nil {
		return steps.DBInstance{}, err
	}
	f.w.database = &fakeDatabase{
		DBInstance: steps.DBInstance{
			ID: "mytestdatabaseinstance", Status: "creating", Engine: "mysql", EngineVersion: s.EngineVersion, Class: s.Class,
			Username: s.Username, PubliclyAccessible: s.PubliclyAccessible, SecurityGroups: s.SecurityGroups, VPCID: f.w.vpc.id, Tags: s.Tags, ListenPort: steps.MySQLPort,
		},
		password: s.Password, available: f.w.clock.Now().Add(20 * time.Minute),
	}
	return f.w.database.DBInstance, f.w.lose["rds CreateDBInstance"]
}

func (f fakeRDS) DescribeDBInstance(context.Context, string) (steps.DBInstance, error) {
	db, now := f.w.database, f.w.clock.Now()
	if db == nil || !db.deleted.IsZero() && !now.Before(db.deleted) {
		return steps.DBInstance{}, &steps.ServiceError{Service: "rds", Operation: "DescribeDBInstances", Code: "DBInstanceNotFound", Kind: steps.ErrNotFound}
	}
	switch {
	case !db.deleted.IsZero():
		db.Status = "deleting"
	case db.Status == "creating" && !now.Before(db.available):
		db.Status, db.Host, db.Port = "available", "mytestdatabaseinstance.abc.eu-west-1.rds.amazonaws.com", 3306
	}
	return db.DBInstance, f.w.refuse["rds DescribeDBInstances"]
}

func (f fakeRDS) DBInstancesPage(context.Context, string) ([]steps.DBInstance, string, error) {
	if f.w.database == nil {
		return nil, "", nil
	}
	return []steps.DBInstance{f.w.database.DBInstance}, "", nil
}

func (f fakeRDS) CreateDBSubnetGroup(_ context.Context, name, _ string, _ []string, _ []steps.Tag) error {
	if err := f.w.change("rds CreateDBSubnetGroup"); err != nil {
		return err
	}
	f.w.subnetGroup = name
	return f.w.lose["rds CreateDBSubnetGroup"]
}

func (f fakeRDS) HasDBSubnetGroup(_ context.Context, name string) (bool, error) {
	return f.w.subnetGroup == name, f.w.refuse["rds DescribeDBSubnetGroups"]
}

func (f fakeRDS) DeleteDBSubnetGroup(context.Context, string) error {
	if err := f.w.change("rds DeleteDBSubnetGroup"); err != nil {
		return err
	}
	f.w.subnetGroup = ""
	return nil
}

func (f fakeRDS) SetMasterPassword(_ context.Context, _ string, p steps.Password) error {
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
		return &steps.ServiceError{Service: "rds", Operation: "DeleteDBInstance", Code: "InvalidDBInstanceState", Kind: steps.ErrInvalidState}
	}
	f.w.database.deleted = f.w.clock.Now().Add(4 * time.Minute)
	return nil
}

type fakeMySQL struct{ w *world }

func (f fakeMySQL) SignIn(_ context.Context, c steps.Credentials) (steps.SignIn, error) {
	answer := &steps.ServiceError{Service: "mysql", Operation: "sign in"}
	if err := f.w.refuse["mysql sign in"]; err != nil {
		return steps.SignIn{}, err
	}
	if !f.w.reachable() {
		answer.Kind, answer.Message = steps.ErrDatabaseUnreachable, c.Host+" does not answer"
		return steps.SignIn{}, answer
	}
	if !c.Password.Equal(f.w.database.password) {
		answer.Kind, answer.Code, answer.Message = steps.ErrPasswordRefused, "1045", "Access denied for user 'adminuser'@'203.0.113.7' (using password: YES)"
		return steps.SignIn{}, answer
	}
	return steps.SignIn{
		User: c.Username + "@%", ServerVersion: "8.4.7", TLSVersion: "TLS 1.3", TLSCipher: "TLS_AES_128_GCM_SHA256",
		CertificateCN: c.Host, ConnectionID: 7, Took: 40 * time.Millisecond,
	}, nil
}
