package steps

import (
	"context"
	"fmt"
	"time"
)

// DBInstanceSpec is what CreateDBInstance is given; the rest of the tutorial's
// settings are the same for every run (engine mysql, backup retention
// 0, one availability zone, no deletion protection, Extended
// Support off).
type DBInstanceSpec struct {
	ID             string
	Class          string
	EngineVersion  string
	StorageGiB     int32
	Username       string
	Password       Password
	SecurityGroups []string
	SubnetGroup    string // "" is the default VPC's
	Tags           []Tag
	// PubliclyAccessible gives it a public address: outside the VPC its name
	// leads there.
	PubliclyAccessible bool
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
	SubnetIDs          []string // of its subnet group
	Tags               []Tag
	CreatedAt          time.Time // zero until it exists
	// ListenPort is the port that its security groups are asked about.
	ListenPort int32
	// ClusterID, ReplicaOf and ManagedSecretARN are empty for an instance that is
	// in no cluster, no read replica, and whose master password RDS does not
	// keep in a secret of its own.
	ClusterID        string
	ReplicaOf        string
	ManagedSecretARN string
}

// The RDS quotas that a new instance counts against, by AWS's names.
const (
	QuotaDBInstances = "DBInstances"
	QuotaStorage     = "AllocatedStorage" // in GiB, of all instances
)

// Quota is a limit of the account and how much of it is used.
type Quota struct {
	Name string
	Used int64
	Most int64
}

// QuotaError is a quota that the run would exceed.
type QuotaError struct {
	Quota Quota
	Adds  int64
}

func (e *QuotaError) Error() string {
	return fmt.Sprintf("the quota %s is %d, and %d of it are used", e.Quota.Name, e.Quota.Most, e.Quota.Used)
}

// Unwrap returns ErrQuotaExceeded.
func (e *QuotaError) Unwrap() error { return ErrQuotaExceeded }

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
	// Quotas returns the account's RDS quotas in this region
	// (DescribeAccountAttributes).
	Quotas(ctx context.Context) ([]Quota, error)
	// DBInstancesPage returns one page of the account's instances, and the marker
	// of the next, "" at the end (DescribeDBInstances, 100 a page).
	DBInstancesPage(ctx context.Context, marker string) (page []DBInstance, next string, err error)
	// SetMasterPassword changes the master password, applied immediately
	// (ModifyDBInstance).
	SetMasterPassword(ctx context.Context, id string, password Password) error
	// AllowDeletion switches deletion protection off (ModifyDBInstance).
	AllowDeletion(ctx context.Context, id string) error
	// CreateDBSubnetGroup returns ErrAlreadyExists if there is one of the name.
	CreateDBSubnetGroup(ctx context.Context, name, description string, subnetIDs []string, tags []Tag) error
	// HasDBSubnetGroup reports whether there is one of the name
	// (DescribeDBSubnetGroups).
	HasDBSubnetGroup(ctx context.Context, name string) (bool, error)
	// DeleteDBSubnetGroup returns ErrInUse while an instance is in it, and
	// ErrNotFound once it is gone.
	DeleteDBSubnetGroup(ctx context.Context, name string) error
	// DeleteDBInstance skips the final snapshot and deletes automated backups.
	DeleteDBInstance(ctx context.Context, id string) error
}
