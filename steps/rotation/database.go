package rotation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"keyturn/steps"
	"keyturn/steps/format"
)

// What the tutorial's database is, as far as a person does not choose it.
const (
	databaseEngine = "mysql"
	// engineSeries is 8.4 because 8.0 left RDS's standard support on 2026-07-31
	// and costs Extended Support fees, and because AWS's rotation function sends
	// "SET PASSWORD = '…'" only to versions that start with 8.
	engineSeries = "8.4"
	anywhere     = steps.Everybody
)

// cheapestClasses are tried in this order when the person names no class.
var cheapestClasses = []string{"db.t4g.micro", "db.t3.micro"}

// masterPasswordRules are those of AWS's rotation function (its
// EXCLUDE_CHARACTERS), which also satisfy RDS.
var masterPasswordRules = steps.PasswordRules{Length: 32, ExcludeCharacters: `/@"'\`, RequireEachType: true}

// How long an instance takes in an AWS account: public logs show 4½ to 6
// minutes, the tutorial says up to 20.
const (
	databaseUsual    = 6 * time.Minute
	databaseDeadline = 40 * time.Minute
)

// databaseStep makes the test database and opens it to the internet.
func databaseStep() steps.Step {
	return newStep(steps.Step{
		ID: StepDatabase, Name: "Database", Title: "Configure a test MySQL database",
		Questions: databaseQuestions(),
		Needs:     databaseNeeds, Preflight: preflightChecks(run.preflightDatabase),
		About: func(s steps.Setup) steps.About {
			if s.DBExisting != "" {
				return aboutExistingDatabase()
			}
			return steps.About{
				Costs:    fmt.Sprintf("%s (estimates; %s)", databaseCosts(s), steps.PricesFrom),
				UndoneBy: "step 6, or keyturn cleanup",
				Usual:    databaseUsual,
			}
		},
		Result: func(r *steps.Run) steps.Result {
			s := run{r}.state()
			if (run{r}).usesExistingDatabase() {
				return run{r}.existingDatabaseResult()
			}
			return steps.Result{Facts: []steps.Fact{
				{Label: "Database", Value: fmt.Sprintf("%s, MySQL %s on %s", s.Database.ID, s.Database.EngineVersion, s.Database.Class)},
				{Label: "Endpoint", Value: s.Database.Host},
				{Label: "Port", Value: fmt.Sprint(s.Database.Port)},
				{Label: "Security group", Value: s.Group.ID},
				{Label: "Inbound rule", Value: run{r}.describeOpenPort()},
			}}
		},
	}, checkDatabase)
}

// databaseNeeds are the step's actions. A new instance takes the default option
// group, parameter group and subnet group, too (RDS user guide, "Identity-based
// policy examples"), and the account's first one makes RDS's own role.
func databaseNeeds(p steps.PermissionScope) []steps.Permission {
	if p.Setup.DBExisting != "" {
		return existingDatabaseNeeds(p)
	}
	database := p.ARN("rds", "db:"+p.Setup.DatabaseID())
	needs := append(append(groupNeeds(p), networkNeeds(p)...), steps.PermissionsFor([]string{"*"}, "rds:DescribeDBEngineVersions", "rds:DescribeOrderableDBInstanceOptions")...)
	needs = append(needs, steps.PermissionsFor([]string{database}, "rds:DescribeDBInstances", "rds:AddTagsToResource")...)
	subnets := p.ARN("rds", "subgrp:default*")
	if len(p.Setup.Subnets()) > 0 {
		subnets = subnetGroupARN(p)
	}
	needs = append(needs, steps.PermissionsFor([]string{
		database, p.ARN("rds", "og:default*"), p.ARN("rds", "pg:default*"), subnets,
	}, "rds:CreateDBInstance")...)
	if p.Setup.MasterPassword.IsZero() {
		needs = append(needs, steps.PermissionsFor([]string{"*"}, "secretsmanager:GetRandomPassword")...)
	}
	return append(needs, steps.Permission{
		Action: "iam:CreateServiceLinkedRole", Resources: []string{p.IAMARN("role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS")},
		Conditions: map[string]string{"iam:AWSServiceName": "rds.amazonaws.com"}, Needed: needsRDSRole,
	})
}

// databaseCosts says what the database costs, part by part.
func databaseCosts(s steps.Setup) string {
	instance := "what its class costs"
	if hour, known := steps.ClassPricePerHour(s.DBClass); known {
		instance = "about " + format.Dollars(hour) + " an hour"
	}
	address := ""
	if !s.WithoutPublicAddress() {
		address = " and " + format.Dollars(steps.PricePerAddressHour) + " an hour for a public address"
	}
	return fmt.Sprintf("%s, %s a month for %s%s", instance,
		format.Dollars(steps.PricePerGiBMonth*float64(s.DBStorageGiB)), format.GiB(s.DBStorageGiB), address)
}

// needsRDSRole reports whether RDS still has to make its own role: not where the
// role is there, nor where there is an instance already.
func needsRDSRole(ctx context.Context, s steps.Services) (bool, error) {
	_, err := s.Permissions.RoleARN(ctx, "AWSServiceRoleForRDS")
	if err == nil || errors.Is(err, steps.ErrNotFound) {
		return err != nil, nil
	}
	if quotas, other := s.Databases.Quotas(ctx); other == nil {
		for _, quota := range quotas {
			if quota.Name == steps.QuotaDBInstances && quota.Used > 0 {
				return false, nil
			}
		}
	}
	return false, fmt.Errorf("look for RDS's role: %w", err)
}

func checkDatabase(ctx context.Context, r run) ([]action, error) {
	if r.usesExistingDatabase() {
		return checkExistingDatabase(ctx, r)
	}
	db, err := r.findDatabase(ctx)
	if err != nil {
		return nil, err
	}
	group, err := r.findGroup(ctx)
	if err != nil {
		return nil, err
	}
	r.update(func(s *State) { s.Database, s.Group = db, group })

	var actions []action
	if group.ID == "" {
		network, err := r.findOrPlanVPC(ctx)
		if err != nil {
			return nil, err
		}
		actions = append(network, createGroup())
	}
	if len(r.Setup().Subnets()) > 0 && db.ID == "" {
		if _, err := r.checkChosenSubnets(ctx); err != nil {
			return nil, err
		}
	}
	opening, err := r.planInboundRules(ctx, group)
	if err != nil {
		return nil, err
	}
	actions = append(actions, opening...)
	if db.ID == "" {
		grouping, err := r.planSubnetGroup(ctx)
		if err != nil {
			return nil, err
		}
		actions = append(actions, grouping...)
		if err := r.takeCredentialsFromSecret(ctx); err != nil {
			return nil, err
		}
		spec, err := r.databaseSpec(ctx)
		if err != nil {
			return nil, err
		}
		actions = append(actions, createDatabase(spec, r.describeReachability()))
	}
	actions = append(actions, readOnlyAction(run.waitForDatabase))
	if r.Setup().Private() {
		actions = append(actions, readOnlyAction(run.proveNotOpen))
	}
	return actions, nil
}

// findDatabase returns the run's database, a zero one if there is none yet, or
// a *NameTakenError if somebody else's has the name.
func (r run) findDatabase(ctx context.Context) (steps.DBInstance, error) {
	id := r.Setup().DatabaseID()
	db, err := r.Services().Databases.DescribeDBInstance(ctx, id)
	switch {
	case errors.Is(err, steps.ErrNotFound) && r.usesExistingDatabase():
		return steps.DBInstance{}, noSuchDatabaseError(id)
	case errors.Is(err, steps.ErrNotFound):
		return steps.DBInstance{}, nil
	case err != nil:
		return steps.DBInstance{}, fmt.Errorf("look for the database: %w", err)
	case r.usesExistingDatabase():
		return db, r.RecordUsed(steps.KindDatabase, id, db.ID)
	case !r.Owns(db.Tags):
		return steps.DBInstance{}, &steps.NameTakenError{Kind: steps.KindDatabase, Name: id, Owner: steps.Owner(db.Tags)}
	}
	return db, r.RecordCreated(steps.KindDatabase, id, db.ID)
}

// databaseSpec chooses the engine version and the class.
func (r run) databaseSpec(ctx context.Context) (steps.DBInstanceSpec, error) {
	databases, setup := r.Services().Databases, r.Setup()
	version, err := databases.EngineVersion(ctx, databaseEngine, engineSeries)
	if r.fallBack(err, "which versions of MySQL there are", engineSeries) {
		version, err = engineSeries, nil
	}
	if err != nil {
		return steps.DBInstanceSpec{}, fmt.Errorf("choose the MySQL version: %w", err)
	}
	wanted := cheapestClasses
	if setup.DBClass != "" {
		wanted = []string{setup.DBClass}
	}
	classes, err := databases.OrderableClasses(ctx, databaseEngine, version, wanted)
	if r.fallBack(err, "which instance classes there are", wanted[0]) {
		classes, err = wanted[:1], nil
	}
	if err != nil {
		return steps.DBInstanceSpec{}, fmt.Errorf("choose the instance class: %w", err)
	}
	if len(classes) == 0 {
		return steps.DBInstanceSpec{}, &steps.ClassNotOfferedError{Classes: wanted, EngineVersion: version}
	}
	return steps.DBInstanceSpec{
		ID: setup.DBInstanceID, Class: classes[0], EngineVersion: version, StorageGiB: setup.DBStorageGiB,
		Username: r.username(), Tags: r.Tags(), PubliclyAccessible: !r.withoutPublicAddress(), SubnetGroup: r.subnetGroup(),
	}, nil
}

// fallBack reports that a call which only helps to choose is unknown to the
// endpoint, and says what is taken instead.
func (r run) fallBack(err error, question, instead string) bool {
	if !errors.Is(err, steps.ErrUnknownOperation) {
		return false
	}
	r.Report(steps.Noted{Step: r.Step(), Text: fmt.Sprintf("The endpoint does not tell %s: %s is taken.", question, instead)})
	return true
}

// createDatabase makes the instance with everything that the tutorial sets in
// two calls. The security group is known by the time it runs.
func createDatabase(spec steps.DBInstanceSpec, where string) action {
	why := "create the database " + spec.ID + ", " + where + ", without backups"
	return newCall("rds", "CreateDBInstance", why, func(ctx context.Context, r run) error {
		password, err := r.masterPassword(ctx)
		if err != nil {
			return err
		}
		spec.Password = password
		spec.SecurityGroups = []string{r.state().Group.ID}
		return r.Create(steps.KindDatabase, r.Setup().DatabaseID(), func() (string, error) {
			db, err := r.Services().Databases.CreateDBInstance(ctx, spec)
			if errors.Is(err, steps.ErrAlreadyExists) { // by this call, if its first answer was lost
				db, err = r.findDatabase(ctx)
			}
			if err != nil {
				return "", fmt.Errorf("create the database: %w", err)
			}
			r.update(func(s *State) { s.Database = db })
			return db.ID, nil
		})
	})
}

// masterPassword is that of the secret that the run uses, or the one the person
// gave, or one that Secrets Manager makes up.
func (r run) masterPassword(ctx context.Context) (steps.Password, error) {
	password := r.state().OldPassword
	if password.IsZero() {
		password = r.Setup().MasterPassword
	}
	if password.IsZero() {
		var err error
		if password, err = r.Services().Secrets.RandomPassword(ctx, masterPasswordRules); err != nil {
			return steps.Password{}, fmt.Errorf("make up a master password: %w", err)
		}
	}
	r.update(func(s *State) { s.OldPassword = password })
	return password, nil
}

// waitForDatabase waits until the database is available and has an endpoint.
func (r run) waitForDatabase(ctx context.Context) error {
	id := r.Setup().DatabaseID()
	return r.Poll(ctx, steps.Polling{
		For: "the database to be available", Every: r.Intervals().Database, Usual: databaseUsual, Deadline: databaseDeadline,
		Look: func(ctx context.Context) (string, bool, error) {
			db, err := r.Services().Databases.DescribeDBInstance(ctx, id)
			if err != nil {
				return "", false, fmt.Errorf("look at the database: %w", err)
			}
			r.update(func(s *State) { s.Database = db })
			if fatalDatabaseStatus[db.Status] {
				return db.Status, false, &steps.StatusError{Kind: steps.KindDatabase, ID: db.ID, Status: db.Status}
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
func (r run) modifyDatabase(ctx context.Context, change func(context.Context) error) error {
	modifiable := steps.Polling{For: "the database to take a change", Every: r.Intervals().Database, Deadline: modifiableDeadline}
	return r.RetryWhile(ctx, modifiable, steps.ErrInvalidState, change)
}

// fatalDatabaseStatus are the statuses from which an instance does not become
// available by itself (RDS user guide, "Viewing DB instance status").
var fatalDatabaseStatus = map[string]bool{
	"failed": true, "deleting": true, "incompatible-network": true, "incompatible-parameters": true, "incompatible-restore": true,
	"incompatible-option-group": true, "insufficient-capacity": true, "storage-full": true,
	"inaccessible-encryption-credentials": true, "restore-error": true,
}
