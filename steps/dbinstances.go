package steps

import "context"

// DBInstanceSpec is what CreateDBInstance is given; the rest of the tutorial's
// settings are the same for every run (engine mysql, publicly accessible,
// backup retention 0, one availability zone, no deletion protection, Extended
// Support off).
type DBInstanceSpec struct {
	ID             string
	Class          string
	EngineVersion  string
	StorageGiB     int32
	Username       string
	Password       Password
	SecurityGroups []string
	Tags           []Tag
}

// DBInstance is a database as DescribeDBInstances tells it. Host and Port are
// empty until the endpoint exists, late in the creation. ID is in lower case,
// as RDS stores it.
type DBInstance struct {
	ID                 string
	ARN                string
	Status             string
	Engine             string
	EngineVersion      string
	Class              string
	Username           string
	Host               string
	Port               int
	PubliclyAccessible bool
	DeletionProtected  bool
	BackupRetention    int32
	SecurityGroups     []string
	VPCID              string
	Tags               []Tag
}

// DBInstances are the RDS calls that the steps make; one method is one call.
type DBInstances interface {
	// EngineVersion returns the newest engine version that starts with prefix
	// (DescribeDBEngineVersions).
	EngineVersion(ctx context.Context, engine, prefix string) (string, error)
	// OrderableClasses returns those of classes that can be ordered for the
	// engine version (DescribeOrderableDBInstanceOptions, a call a class).
	OrderableClasses(ctx context.Context, engine, version string, classes []string) ([]string, error)
	CreateDBInstance(ctx context.Context, spec DBInstanceSpec) (DBInstance, error)
	// DescribeDBInstance returns ErrNotFound once the instance is gone.
	DescribeDBInstance(ctx context.Context, id string) (DBInstance, error)
	// SetMasterPassword changes the master password, applied immediately
	// (ModifyDBInstance).
	SetMasterPassword(ctx context.Context, id string, password Password) error
	// AllowDeletion switches deletion protection off (ModifyDBInstance).
	AllowDeletion(ctx context.Context, id string) error
	// DeleteDBInstance skips the final snapshot and deletes automated backups.
	DeleteDBInstance(ctx context.Context, id string) error
}
