package rds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/cloud"
)

const tutorialID = "mytestdatabaseinstance"

func TestMasterPasswordChangesImmediately(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	a.createInstance(t, nil)
	out := call(t, a.modifyDBInstance, &rds.ModifyDBInstanceInput{DBInstanceIdentifier: aws.String("MyTestDatabaseInstance"), MasterUserPassword: aws.String("Another-Horse-9")})
	if *out.DBInstance.DBInstanceStatus != resettingCredentials || *out.DBInstance.PendingModifiedValues.MasterUserPassword != "****" {
		t.Errorf("the answer: %s, pending %+v", *out.DBInstance.DBInstanceStatus, out.DBInstance.PendingModifiedValues)
	}
	db := a.waitUntilAvailable(t, tutorialID)
	if db.PendingModifiedValues.MasterUserPassword != nil {
		t.Error("the password is still pending")
	}
	g := a.servers[0]
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.passwords["adminuser"] != "Another-Horse-9" {
		t.Error("the server has the old password")
	}
}

func TestDeferredModificationsArePending(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(*rds.ModifyDBInstanceInput)
		current func(types.DBInstance) any
		pending func(types.PendingModifiedValues) any
		before  any
		after   any
	}{
		"another class": {
			func(in *rds.ModifyDBInstanceInput) { in.DBInstanceClass = aws.String("db.t3.micro") },
			func(db types.DBInstance) any { return *db.DBInstanceClass },
			func(p types.PendingModifiedValues) any { return aws.ToString(p.DBInstanceClass) },
			"db.t4g.micro", "db.t3.micro",
		},
		"more storage": {
			func(in *rds.ModifyDBInstanceInput) { in.AllocatedStorage = aws.Int32(40) },
			func(db types.DBInstance) any { return *db.AllocatedStorage },
			func(p types.PendingModifiedValues) any { return aws.ToInt32(p.AllocatedStorage) },
			int32(20), int32(40),
		},
		"a little more storage, which is rounded up": {
			func(in *rds.ModifyDBInstanceInput) { in.AllocatedStorage = aws.Int32(21) },
			func(db types.DBInstance) any { return *db.AllocatedStorage },
			func(p types.PendingModifiedValues) any { return aws.ToInt32(p.AllocatedStorage) },
			int32(20), int32(22),
		},
		"backups turned on": {
			func(in *rds.ModifyDBInstanceInput) { in.BackupRetentionPeriod = aws.Int32(7) },
			func(db types.DBInstance) any { return *db.BackupRetentionPeriod },
			func(p types.PendingModifiedValues) any { return aws.ToInt32(p.BackupRetentionPeriod) },
			int32(0), int32(7),
		},
		"a standby": {
			func(in *rds.ModifyDBInstanceInput) { in.MultiAZ = aws.Bool(true) },
			func(db types.DBInstance) any { return *db.MultiAZ },
			func(p types.PendingModifiedValues) any { return aws.ToBool(p.MultiAZ) },
			false, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t, cloud.Instant)
			a.createInstance(t, nil)
			in := &rds.ModifyDBInstanceInput{DBInstanceIdentifier: aws.String(tutorialID)}
			c.change(in)
			out := call(t, a.modifyDBInstance, in).DBInstance
			if *out.DBInstanceStatus != available || c.current(*out) != c.before || c.pending(*out.PendingModifiedValues) != c.after {
				t.Errorf("without ApplyImmediately: %s, %v, pending %v", *out.DBInstanceStatus, c.current(*out), c.pending(*out.PendingModifiedValues))
			}
			// ApplyImmediately applies what is pending, too.
			call(t, a.modifyDBInstance, &rds.ModifyDBInstanceInput{DBInstanceIdentifier: aws.String(tutorialID), ApplyImmediately: aws.Bool(true)})
			db := a.waitUntilAvailable(t, tutorialID)
			if c.current(db) != c.after || !isEmpty(*db.PendingModifiedValues) {
				t.Errorf("with ApplyImmediately: %v, pending %+v", c.current(db), db.PendingModifiedValues)
			}
		})
	}
}

func TestImmediateModifications(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	a.createInstance(t, func(in *rds.CreateDBInstanceInput) { in.BackupRetentionPeriod = aws.Int32(1) })
	call(t, a.modifyDBInstance, &rds.ModifyDBInstanceInput{
		DBInstanceIdentifier: aws.String(tutorialID), PubliclyAccessible: aws.Bool(false), BackupRetentionPeriod: aws.Int32(3), DeletionProtection: aws.Bool(true), DBPortNumber: aws.Int32(3307),
	})
	db := a.waitUntilAvailable(t, tutorialID)
	if *db.PubliclyAccessible || *db.BackupRetentionPeriod != 3 || !*db.DeletionProtection || *db.DbInstancePort != 3307 {
		t.Errorf("after the change: %+v", db)
	}
	off := call(t, a.modifyDBInstance, &rds.ModifyDBInstanceInput{DBInstanceIdentifier: aws.String(tutorialID), DeletionProtection: aws.Bool(false)}).DBInstance
	if *off.DeletionProtection || *off.DBInstanceStatus != available {
		t.Errorf("deletion protection %v while %s", *off.DeletionProtection, *off.DBInstanceStatus)
	}
}

func TestModifyDBInstanceRejectsInvalidInput(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	a.createInstance(t, nil)
	for name, c := range map[string]struct {
		change        func(*rds.ModifyDBInstanceInput)
		code, message string
	}{
		"an instance that is not there": {func(in *rds.ModifyDBInstanceInput) { in.DBInstanceIdentifier = aws.String("nobody") }, "DBInstanceNotFound", "DBInstance nobody not found."},
		"a short password":              {func(in *rds.ModifyDBInstanceInput) { in.MasterUserPassword = aws.String("short") }, "InvalidParameterValue", "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters."},
		"backups for 36 days":           {func(in *rds.ModifyDBInstanceInput) { in.BackupRetentionPeriod = aws.Int32(36) }, "InvalidParameterValue", ""},
		"a class that is none":          {func(in *rds.ModifyDBInstanceInput) { in.DBInstanceClass = aws.String("huge") }, "InvalidParameterValue", "Invalid DB Instance class: huge"},
		"less storage":                  {func(in *rds.ModifyDBInstanceInput) { in.AllocatedStorage = aws.Int32(10) }, "InvalidParameterCombination", ""},
		"a group that is not there":     {func(in *rds.ModifyDBInstanceInput) { in.VpcSecurityGroupIds = []string{"sg-01234567"} }, "InvalidParameterValue", "Invalid security group , groupId= sg-01234567, groupName=."},
		"another version":               {func(in *rds.ModifyDBInstanceInput) { in.EngineVersion = aws.String("8.4.3") }, "InvalidParameterCombination", "Cannot upgrade mysql from 8.4.8 to 8.4.3"},
		"another certificate authority": {func(in *rds.ModifyDBInstanceInput) { in.CACertificateIdentifier = aws.String("rds-ca-2019") }, "CertificateNotFound", "Certificate rds-ca-2019 not found."},
		"what the sandbox has not got":  {func(in *rds.ModifyDBInstanceInput) { in.NewDBInstanceIdentifier = aws.String("renamed") }, "InvalidParameterValue", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := &rds.ModifyDBInstanceInput{DBInstanceIdentifier: aws.String(tutorialID)}
			c.change(in)
			wantError(t, a.modifyDBInstance, in, c.code, c.message)
		})
	}
}

func TestModifyRejectsAnUnavailableInstance(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Demo)
	call(t, a.createDBInstance, tutorialInput())
	const text = "Database instance is not in available state."
	wantError(t, a.modifyDBInstance, &rds.ModifyDBInstanceInput{DBInstanceIdentifier: aws.String(tutorialID)}, "InvalidDBInstanceState", text)
	wantError(t, a.rebootDBInstance, &rds.RebootDBInstanceInput{DBInstanceIdentifier: aws.String(tutorialID)}, "InvalidDBInstanceState", text)
}

func TestInstanceTags(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	db := a.createInstance(t, func(in *rds.CreateDBInstanceInput) {
		in.Tags = []types.Tag{{Key: aws.String("keyturn:run"), Value: aws.String("r1")}}
	})
	call(t, a.addTagsToResource, &rds.AddTagsToResourceInput{ResourceName: db.DBInstanceArn, Tags: []types.Tag{{Key: aws.String("keyturn:run"), Value: aws.String("r2")}, {Key: aws.String("b")}}})
	call(t, a.removeTagsFromResource, &rds.RemoveTagsFromResourceInput{ResourceName: db.DBInstanceArn, TagKeys: []string{"b", "c"}})
	tags := call(t, a.listTagsForResource, &rds.ListTagsForResourceInput{ResourceName: db.DBInstanceArn}).TagList
	if len(tags) != 1 || *tags[0].Value != "r2" {
		t.Errorf("tags: %v", tags)
	}
	wantError(t, a.listTagsForResource, &rds.ListTagsForResourceInput{ResourceName: aws.String("mine")}, "InvalidParameterValue", "Invalid resource name: mine")
	wantError(t, a.listTagsForResource, &rds.ListTagsForResourceInput{ResourceName: aws.String(a.cloud.ARN("rds", "db:nobody"))}, "DBInstanceNotFound", "DBInstance nobody not found.")
}
