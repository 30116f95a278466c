package rds

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/cloud"
)

func TestCreateDBInstanceHasRDSDefaults(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	in := tutorialInput()
	in.BackupRetentionPeriod, in.EngineLifecycleSupport = nil, nil
	first := call(t, a.createDBInstance, in).DBInstance
	if *first.DBInstanceStatus != creating || first.Endpoint != nil || first.InstanceCreateTime != nil || *first.PendingModifiedValues.MasterUserPassword != "****" {
		t.Errorf("the answer of a creation: %+v", first)
	}
	db := a.waitUntilAvailable(t, "mytestdatabaseinstance")
	for name, c := range map[string]struct{ got, want any }{
		"identifier":     {*db.DBInstanceIdentifier, "mytestdatabaseinstance"},
		"ARN":            {*db.DBInstanceArn, "arn:aws:rds:us-east-1:123456789012:db:mytestdatabaseinstance"},
		"version":        {*db.EngineVersion, "8.4.8"},
		"port":           {*db.DbInstancePort, int32(3306)},
		"retention":      {*db.BackupRetentionPeriod, int32(1)},
		"storage":        {*db.StorageType, "gp3"},
		"IOPS":           {*db.Iops, int32(3000)},
		"public":         {*db.PubliclyAccessible, true},
		"certificate":    {*db.CACertificateIdentifier, "rds-ca-rsa2048-g1"},
		"group":          {*db.VpcSecurityGroups[0].VpcSecurityGroupId, a.network.VPC().GroupID},
		"group's status": {*db.VpcSecurityGroups[0].Status, "active"},
		"subnet group":   {*db.DBSubnetGroup.DBSubnetGroupName, "default"},
		"support":        {*db.EngineLifecycleSupport, "open-source-rds-extended-support"},
		"multi-AZ":       {*db.MultiAZ, false},
		"address":        {*db.Endpoint.Address, "127.0.0.1"},
		"pending":        {db.PendingModifiedValues.MasterUserPassword == nil, true},
		"parameters":     {*db.DBParameterGroups[0].DBParameterGroupName, "default.mysql8.4"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
	if id := *db.DbiResourceId; len(id) != 29 || !strings.HasPrefix(id, "db-") {
		t.Errorf("resource identifier %q", id)
	}
	told, err := json.Marshal(db)
	if err != nil || strings.Contains(string(told), "Correct-Horse") {
		t.Errorf("the description holds the password (%v)", err)
	}
}

func TestCreateDBInstanceRejectsInvalidInput(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	a.createInstance(t, nil)
	const badPassword = `The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`
	const badIdentifier = "The parameter DBInstanceIdentifier is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens."
	for name, c := range map[string]struct {
		change        func(*rds.CreateDBInstanceInput)
		code, message string
	}{
		"an identifier that is taken, in other letters": {func(in *rds.CreateDBInstanceInput) { in.DBInstanceIdentifier = aws.String("MYTESTDATABASEINSTANCE") }, "DBInstanceAlreadyExists", "DB instance already exists"},
		"no identifier":                          {func(in *rds.CreateDBInstanceInput) { in.DBInstanceIdentifier = nil }, "InvalidParameterValue", "The parameter DBInstanceIdentifier must be provided and must not be blank."},
		"an identifier that begins with a digit": {func(in *rds.CreateDBInstanceInput) { in.DBInstanceIdentifier = aws.String("1db") }, "InvalidParameterValue", badIdentifier},
		"an identifier that ends with a hyphen":  {func(in *rds.CreateDBInstanceInput) { in.DBInstanceIdentifier = aws.String("db-") }, "InvalidParameterValue", badIdentifier},
		"an identifier with two hyphens":         {func(in *rds.CreateDBInstanceInput) { in.DBInstanceIdentifier = aws.String("a--b") }, "InvalidParameterValue", badIdentifier},
		"an identifier of 64 characters":         {func(in *rds.CreateDBInstanceInput) { in.DBInstanceIdentifier = aws.String(strings.Repeat("a", 64)) }, "InvalidParameterValue", "The parameter DBInstanceIdentifier is not a valid identifier because it is longer than 63 characters."},
		"a user name of 17 characters":           {func(in *rds.CreateDBInstanceInput) { in.MasterUsername = aws.String(strings.Repeat("a", 17)) }, "InvalidParameterValue", "The parameter MasterUsername is not a valid identifier because it is longer than 16 characters."},
		"a user name that is a keyword":          {func(in *rds.CreateDBInstanceInput) { in.MasterUsername = aws.String("Select") }, "InvalidParameterValue", "MasterUsername Select cannot be used as it is a reserved word used by the engine"},
		"RDS's own user name":                    {func(in *rds.CreateDBInstanceInput) { in.MasterUsername = aws.String("rdsadmin") }, "InvalidParameterValue", "MasterUsername rdsadmin cannot be used as it is a reserved word used by the engine"},
		"a user name with a dash":                {func(in *rds.CreateDBInstanceInput) { in.MasterUsername = aws.String("a-b") }, "InvalidParameterValue", ""},
		"a short password":                       {func(in *rds.CreateDBInstanceInput) { in.MasterUserPassword = aws.String("1234567") }, "InvalidParameterValue", "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters."},
		"a long password":                        {func(in *rds.CreateDBInstanceInput) { in.MasterUserPassword = aws.String(strings.Repeat("x", 42)) }, "InvalidParameterValue", "The parameter MasterUserPassword is not a valid password because it is longer than 41 characters."},
		"a password with a slash":                {func(in *rds.CreateDBInstanceInput) { in.MasterUserPassword = aws.String("pass/word") }, "InvalidParameterValue", badPassword},
		"a password with an at sign":             {func(in *rds.CreateDBInstanceInput) { in.MasterUserPassword = aws.String("pass@word") }, "InvalidParameterValue", badPassword},
		"a password with a quotation mark":       {func(in *rds.CreateDBInstanceInput) { in.MasterUserPassword = aws.String(`pass"word`) }, "InvalidParameterValue", badPassword},
		"a password with a space":                {func(in *rds.CreateDBInstanceInput) { in.MasterUserPassword = aws.String("pass word") }, "InvalidParameterValue", badPassword},
		"a password beyond ASCII":                {func(in *rds.CreateDBInstanceInput) { in.MasterUserPassword = aws.String("pässword!") }, "InvalidParameterValue", badPassword},
		"an engine unheard of":                   {func(in *rds.CreateDBInstanceInput) { in.Engine = aws.String("dbase") }, "InvalidParameterValue", "Invalid DB engine: dbase"},
		"an engine not offered":                  {func(in *rds.CreateDBInstanceInput) { in.Engine = aws.String("postgres") }, "InvalidParameterCombination", ""},
		"a version that is none":                 {func(in *rds.CreateDBInstanceInput) { in.EngineVersion = aws.String("9.9") }, "InvalidParameterCombination", "Cannot find version 9.9 for mysql"},
		"a class that is none":                   {func(in *rds.CreateDBInstanceInput) { in.DBInstanceClass = aws.String("tiny") }, "InvalidParameterValue", "Invalid DB Instance class: tiny"},
		"a class not offered":                    {func(in *rds.CreateDBInstanceInput) { in.DBInstanceClass = aws.String("db.m1.small") }, "InvalidParameterCombination", ""},
		"no storage":                             {func(in *rds.CreateDBInstanceInput) { in.AllocatedStorage = nil }, "InvalidParameterValue", "The parameter AllocatedStorage must be provided and must not be blank."},
		"too little storage":                     {func(in *rds.CreateDBInstanceInput) { in.AllocatedStorage = aws.Int32(19) }, "InvalidParameterValue", "Invalid storage size for engine name mysql and storage type gp3: 19"},
		"IOPS for a small gp3 volume":            {func(in *rds.CreateDBInstanceInput) { in.StorageType, in.Iops = aws.String("gp3"), aws.Int32(3000) }, "InvalidParameterCombination", "You can't specify IOPS or storage throughput for engine mysql and a storage size less than 400."},
		"storage of a type unheard of":           {func(in *rds.CreateDBInstanceInput) { in.StorageType = aws.String("tape") }, "InvalidParameterValue", "Invalid storage type: tape"},
		"backups for 36 days":                    {func(in *rds.CreateDBInstanceInput) { in.BackupRetentionPeriod = aws.Int32(36) }, "InvalidParameterValue", ""},
		"a port too low":                         {func(in *rds.CreateDBInstanceInput) { in.Port = aws.Int32(1149) }, "InvalidParameterValue", "Invalid endpoint port: 1149. Endpoint port must be in range: 1150-65535"},
		"a zone and several zones": {func(in *rds.CreateDBInstanceInput) {
			in.MultiAZ, in.AvailabilityZone = aws.Bool(true), aws.String("us-east-1a")
		}, "InvalidParameterCombination", "Requesting a specific availability zone is not valid for Multi-AZ instances."},
		"a subnet group that is not there":    {func(in *rds.CreateDBInstanceInput) { in.DBSubnetGroupName = aws.String("mine") }, "DBSubnetGroupNotFoundFault", "DB subnet group 'mine' does not exist."},
		"a parameter group that is not there": {func(in *rds.CreateDBInstanceInput) { in.DBParameterGroupName = aws.String("mine") }, "DBParameterGroupNotFound", "DBParameterGroup not found: mine"},
		"a security group that is not there":  {func(in *rds.CreateDBInstanceInput) { in.VpcSecurityGroupIds = []string{"sg-01234567"} }, "InvalidParameterValue", "Invalid security group , groupId= sg-01234567, groupName=."},
		"a tag of AWS's own":                  {func(in *rds.CreateDBInstanceInput) { in.Tags = []types.Tag{{Key: aws.String("aws:x")}} }, "InvalidParameterValue", ""},
		"storage that may not grow":           {func(in *rds.CreateDBInstanceInput) { in.MaxAllocatedStorage = aws.Int32(20) }, "InvalidParameterCombination", "Max storage size must be greater than storage size"},
		"a database whose name has a hyphen":  {func(in *rds.CreateDBInstanceInput) { in.DBName = aws.String("my-db") }, "InvalidParameterValue", "DBName must begin with a letter and contain only alphanumeric characters."},
		"a database named by a keyword":       {func(in *rds.CreateDBInstanceInput) { in.DBName = aws.String("select") }, "InvalidParameterValue", "DBName select cannot be used. It is a reserved word for this engine"},
		"a database that MySQL has already":   {func(in *rds.CreateDBInstanceInput) { in.DBName = aws.String("MySQL") }, "InvalidParameterValue", "DBName MySQL cannot be used. It is a reserved word for this engine"},
		"backups elsewhere":                   {func(in *rds.CreateDBInstanceInput) { in.BackupTarget = aws.String("outposts") }, "InvalidParameterValue", "Invalid backup target: outposts"},
		"what the sandbox has not got":        {func(in *rds.CreateDBInstanceInput) { in.ManageMasterUserPassword = aws.Bool(true) }, "InvalidParameterValue", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := tutorialInput()
			in.DBInstanceIdentifier = aws.String("other")
			c.change(in)
			wantError(t, a.createDBInstance, in, c.code, c.message)
		})
	}
}

func TestExpiredMajorVersionNeedsExtendedSupport(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		day     time.Time
		support string
		refused bool
	}{
		"on the last day, without":       {time.Date(2026, time.July, 31, 12, 0, 0, 0, time.UTC), extendedSupportDisabled, false},
		"the day after, without":         {time.Date(2026, time.August, 1, 12, 0, 0, 0, time.UTC), extendedSupportDisabled, true},
		"the day after, with":            {time.Date(2026, time.August, 1, 12, 0, 0, 0, time.UTC), extendedSupport, false},
		"with a word that means neither": {time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC), "yes", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := lifecycleSupport(&c.support, version{"8.0", 45}, c.day); (err != nil) != c.refused {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestInstanceQuota(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	in := tutorialInput()
	for n := range InstanceQuota {
		in.DBInstanceIdentifier = aws.String("db-" + strings.Repeat("x", n+1))
		call(t, a.createDBInstance, in)
	}
	in.DBInstanceIdentifier = aws.String("one-more")
	wantError(t, a.createDBInstance, in, "InstanceQuotaExceeded", "")
}

func TestStorageQuota(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	a.createInstance(t, func(in *rds.CreateDBInstanceInput) { in.AllocatedStorage = aws.Int32(65536) })
	in := tutorialInput()
	in.DBInstanceIdentifier, in.AllocatedStorage = aws.String("other"), aws.Int32(65536)
	wantError(t, a.createDBInstance, in, "StorageQuotaExceeded", "")
}

func TestDescribeDBInstances(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	wantError(t, a.describeDBInstances, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: aws.String("Nobody")}, "DBInstanceNotFound", "DBInstance Nobody not found.")
	for n := range 25 {
		in := tutorialInput()
		in.DBInstanceIdentifier = aws.String("db" + strings.Repeat("i", n))
		call(t, a.createDBInstance, in)
	}
	if db := a.describe(t, "DBiiI"); *db.DBInstanceIdentifier != "dbiii" {
		t.Errorf("found %s", *db.DBInstanceIdentifier)
	}
	if db := a.describe(t, "arn:aws:rds:us-east-1:123456789012:db:dbi"); *db.DBInstanceIdentifier != "dbi" {
		t.Errorf("found %s by its ARN", *db.DBInstanceIdentifier)
	}
	first := call(t, a.describeDBInstances, &rds.DescribeDBInstancesInput{MaxRecords: aws.Int32(20)})
	rest := call(t, a.describeDBInstances, &rds.DescribeDBInstancesInput{MaxRecords: aws.Int32(20), Marker: first.Marker})
	if len(first.DBInstances) != 20 || len(rest.DBInstances) != 5 || rest.Marker != nil {
		t.Errorf("pages of %d and %d", len(first.DBInstances), len(rest.DBInstances))
	}
	for _, c := range []struct {
		name, value string
		want        int
	}{
		{"db-instance-id", "dbi", 1},
		{"db-instance-id", "arn:aws:rds:us-east-1:123456789012:db:dbi", 1},
		{"db-instance-id", "none", 0},
		{"engine", "mysql", 25},
		{"engine", "postgres", 0},
		{"db-cluster-id", "c", 0},
	} {
		found := call(t, a.describeDBInstances, &rds.DescribeDBInstancesInput{Filters: []types.Filter{{Name: &c.name, Values: []string{c.value}}}}).DBInstances
		if len(found) != c.want {
			t.Errorf("%s=%s found %d, want %d", c.name, c.value, len(found), c.want)
		}
	}
	wantError(t, a.describeDBInstances, &rds.DescribeDBInstancesInput{MaxRecords: aws.Int32(5)}, "InvalidParameterValue", "Invalid value 5 for MaxRecords. Must be between 20 and 100")
	wantError(t, a.describeDBInstances, &rds.DescribeDBInstancesInput{Filters: []types.Filter{{Name: aws.String("colour")}}}, "InvalidParameterValue", "Unrecognized filter name: colour")
	wantError(t, a.describeDBInstances, &rds.DescribeDBInstancesInput{Filters: []types.Filter{{Name: aws.String("engine")}}}, "InvalidParameterCombination", "The values of the filter engine must not be empty.")
	wantError(t, a.describeDBInstances, &rds.DescribeDBInstancesInput{Marker: aws.String("???")}, "InvalidParameterValue", "")
}

func TestIdentifierIsCombinedWithFilters(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	for _, id := range []string{"one", "two", "three"} {
		a.createInstance(t, func(in *rds.CreateDBInstanceInput) { in.DBInstanceIdentifier = &id })
	}
	filter := func(name string, values ...string) types.Filter { return types.Filter{Name: &name, Values: values} }
	for name, c := range map[string]struct {
		id      string
		filters []types.Filter
		found   []string
	}{
		"an identifier beside another in the filter": {"one", []types.Filter{filter("db-instance-id", "two")}, []string{"one", "two"}},
		"none there beside one in the filter":        {"none", []types.Filter{filter("db-instance-id", "two")}, []string{"two"}},
		"one that passes another filter":             {"One", []types.Filter{filter("engine", "mysql")}, []string{"one"}},
		"one that does not pass another filter":      {"one", []types.Filter{filter("engine", "postgres")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &c.id, Filters: c.filters}
			if c.found == nil {
				wantError(t, a.describeDBInstances, in, "DBInstanceNotFound", "DBInstance "+c.id+" not found.")
				return
			}
			var found []string
			for _, db := range call(t, a.describeDBInstances, in).DBInstances {
				found = append(found, *db.DBInstanceIdentifier)
			}
			if !slices.Equal(found, c.found) {
				t.Errorf("found %q, want %q", found, c.found)
			}
		})
	}
}

func TestCreateDBInstanceCreatesTheInitialDatabase(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	db := a.createInstance(t, func(in *rds.CreateDBInstanceInput) { in.DBName = aws.String("orders_2") })
	if aws.ToString(db.DBName) != "orders_2" {
		t.Errorf("described with the database %q", aws.ToString(db.DBName))
	}
	g := a.servers[0]
	g.mu.Lock()
	defer g.mu.Unlock()
	if !slices.Equal(g.databases, []string{"orders_2"}) {
		t.Errorf("the server was given the databases %q", g.databases)
	}
}
