package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"keyturn/steps/format"
)

// What the tutorial's database is, as far as a person does not choose it.
const (
	databaseEngine = "mysql"
	// engineSeries is 8.4 because 8.0 left RDS's standard support on 2026-07-31
	// and costs Extended Support fees, and because AWS's rotation function sends
	// "SET PASSWORD = '…'" only to versions that start with 8.
	engineSeries = "8.4"
	mysqlPort    = 3306
	anywhere     = "0.0.0.0/0"
)

// cheapestClasses are tried in this order when the person names no class.
var cheapestClasses = []string{"db.t4g.micro", "db.t3.micro"}

// masterPasswordRules are those of AWS's rotation function (its
// EXCLUDE_CHARACTERS), which also satisfy RDS.
var masterPasswordRules = PasswordRules{Length: 32, ExcludeCharacters: `/@"'\`, RequireEachType: true}

// How long an instance takes in an AWS account: public logs show 4½ to 6
// minutes, the tutorial says up to 20.
const (
	databaseUsual    = 6 * time.Minute
	databaseDeadline = 40 * time.Minute
)

// databaseStep makes the test database and opens it to the internet.
type databaseStep struct{}

func (databaseStep) ID() StepID            { return StepDatabase }
func (databaseStep) Name() string          { return "Database" }
func (databaseStep) Title() string         { return "Configure a test MySQL database" }
func (databaseStep) Lesson() string        { return lesson(StepDatabase) }
func (databaseStep) Questions() []Question { return databaseQuestions() }
func (databaseStep) Preview(*Run) string   { return "" }
func (databaseStep) Removes() bool         { return false }

func (databaseStep) About(s Setup) About {
	return About{
		Costs: fmt.Sprintf("about %s an hour for the database, %s a month for its %s and %s an hour for its public address (estimates)",
			format.Dollars(databaseHour), format.Dollars(gibMonth*float64(s.DBStorageGiB)), format.GiB(s.DBStorageGiB), format.Dollars(addressHour)),
		UndoneBy: "step 6, or keyturn cleanup",
		Usual:    databaseUsual,
	}
}

func (databaseStep) Plan(r *Run) []PlannedCall { return r.planned(StepDatabase) }

func (databaseStep) Check(ctx context.Context, r *Run) error {
	db, err := r.findDatabase(ctx)
	if err != nil {
		return err
	}
	group, err := r.findGroup(ctx)
	if err != nil {
		return err
	}
	r.note(func(s *State) { s.Database, s.Group = db, group })

	var actions []action
	if group.ID == "" {
		vpc, err := r.account.Services.Network.DefaultVPC(ctx)
		if err != nil {
			return fmt.Errorf("find the default network: %w", err)
		}
		actions = append(actions, createGroup(vpc))
	}
	if !group.admits(anywhere, mysqlPort) {
		actions = append(actions, openPort())
	}
	if db.ID == "" {
		spec, err := r.databaseSpec(ctx)
		if err != nil {
			return err
		}
		actions = append(actions, createDatabase(spec))
	}
	r.decide(StepDatabase, actions)
	return nil
}

func (databaseStep) Do(ctx context.Context, r *Run) error {
	if err := r.carryOut(ctx, StepDatabase); err != nil {
		return err
	}
	return r.awaitDatabase(ctx, "the database to be available")
}

func (databaseStep) Result(r *Run) Result {
	s := r.State()
	return Result{Facts: []Fact{
		{"Database", fmt.Sprintf("%s, MySQL %s on %s", s.Database.ID, s.Database.EngineVersion, s.Database.Class)},
		{"Endpoint", s.Database.Host},
		{"Port", fmt.Sprintf("%d, open to %s until clean-up", mysqlPort, whom(anywhere))},
		{"Security group", s.Group.ID},
	}}
}

// findDatabase returns the run's database, a zero one if there is none yet, or
// a *TakenError if somebody else's has the name.
func (r *Run) findDatabase(ctx context.Context) (DBInstance, error) {
	id := r.Setup().databaseID()
	db, err := r.account.Services.Databases.DescribeDBInstance(ctx, id)
	switch {
	case errors.Is(err, ErrNotFound):
		return DBInstance{}, nil
	case err != nil:
		return DBInstance{}, fmt.Errorf("look for the database: %w", err)
	case !r.owned(db.Tags):
		return DBInstance{}, &TakenError{Kind: KindDatabase, Name: id, Owner: ownerOf(db.Tags)}
	}
	return db, r.made(KindDatabase, id, db.ID)
}

// databaseSpec chooses the engine version and the class.
func (r *Run) databaseSpec(ctx context.Context) (DBInstanceSpec, error) {
	databases, setup := r.account.Services.Databases, r.Setup()
	version, err := databases.EngineVersion(ctx, databaseEngine, engineSeries)
	if err != nil {
		return DBInstanceSpec{}, fmt.Errorf("choose the MySQL version: %w", err)
	}
	wanted := cheapestClasses
	if setup.DBClass != "" {
		wanted = []string{setup.DBClass}
	}
	classes, err := databases.OrderableClasses(ctx, databaseEngine, version, wanted)
	if err != nil {
		return DBInstanceSpec{}, fmt.Errorf("choose the instance class: %w", err)
	}
	if len(classes) == 0 {
		return DBInstanceSpec{}, &ClassNotOfferedError{Classes: wanted, EngineVersion: version}
	}
	return DBInstanceSpec{
		ID: setup.DBInstanceID, Class: classes[0], EngineVersion: version, StorageGiB: setup.DBStorageGiB,
		Username: setup.DBUsername, Tags: r.tags(),
	}, nil
}

// createDatabase makes the instance with everything that the tutorial sets in
// two calls. The security group is known by the time it runs.
func createDatabase(spec DBInstanceSpec) action {
	why := "create the database " + spec.ID + ", reachable from the internet, without backups"
	return act("rds", "CreateDBInstance", why, func(ctx context.Context, r *Run) error {
		password, err := r.masterPassword(ctx)
		if err != nil {
			return err
		}
		spec.Password = password
		spec.SecurityGroups = []string{r.State().Group.ID}
		return r.make(KindDatabase, r.Setup().databaseID(), func() (string, error) {
			db, err := r.account.Services.Databases.CreateDBInstance(ctx, spec)
			if errors.Is(err, ErrAlreadyExists) { // by this call, if its first answer was lost
				db, err = r.findDatabase(ctx)
			}
			if err != nil {
				return "", fmt.Errorf("create the database: %w", err)
			}
			r.note(func(s *State) { s.Database = db })
			return db.ID, nil
		})
	})
}

// masterPassword is the one the person gave, or one that Secrets Manager makes up.
func (r *Run) masterPassword(ctx context.Context) (Password, error) {
	password := r.Setup().MasterPassword
	if password.IsZero() {
		var err error
		if password, err = r.account.Services.Secrets.RandomPassword(ctx, masterPasswordRules); err != nil {
			return Password{}, fmt.Errorf("make up a master password: %w", err)
		}
	}
	r.note(func(s *State) { s.OldPassword = password })
	return password, nil
}

// awaitDatabase waits until the database is available and has an endpoint.
func (r *Run) awaitDatabase(ctx context.Context, what string) error {
	id := r.Setup().databaseID()
	return r.await(ctx, wait{
		what: what, every: r.pace().Database, usual: databaseUsual, deadline: databaseDeadline,
		look: func(ctx context.Context) (string, bool, error) {
			db, err := r.account.Services.Databases.DescribeDBInstance(ctx, id)
			if err != nil {
				return "", false, fmt.Errorf("look at the database: %w", err)
			}
			r.note(func(s *State) { s.Database = db })
			if fatalDatabaseStatus[db.Status] {
				return db.Status, false, &StatusError{Kind: KindDatabase, ID: db.ID, Status: db.Status}
			}
			return db.Status, db.Status == "available" && db.Host != "", nil
		},
	})
}

// modifiableDeadline is how long a database may be busy with an earlier change;
// a new master password takes it about half a minute.
const modifiableDeadline = 5 * time.Minute

// modifyDatabase makes a change again while the instance is in a state in which
// RDS takes none. The change itself brings it there: the refusal is what comes
// back when its answer was lost and the SDK asked once more.
func (r *Run) modifyDatabase(ctx context.Context, change func(context.Context) error) error {
	modifiable := wait{what: "the database to take a change", every: r.pace().Database, deadline: modifiableDeadline}
	return r.insist(ctx, modifiable, ErrInvalidState, change)
}

// fatalDatabaseStatus are the statuses from which an instance does not become
// available by itself (RDS user guide, "Viewing DB instance status").
var fatalDatabaseStatus = map[string]bool{
	"failed": true, "deleting": true, "incompatible-network": true, "incompatible-parameters": true, "incompatible-restore": true,
	"incompatible-option-group": true, "insufficient-capacity": true, "storage-full": true,
	"inaccessible-encryption-credentials": true, "restore-error": true,
}
