package steps

import (
	"context"
	"time"
)

// Tag marks a resource as made by a run. Every resource that can carry tags
// carries TagRun.
type Tag struct{ Key, Value string }

// TagRun is the key of the tag that names the run a resource belongs to.
const TagRun = "keyturn:run"

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

// SecurityGroup is a security group and its inbound rules.
type SecurityGroup struct {
	ID    string
	Name  string
	VPCID string
	Rules []InboundRule
	Tags  []Tag
}

// InboundRule admits TCP from CIDR to the ports FromPort to ToPort.
type InboundRule struct {
	ID       string
	CIDR     string
	FromPort int32
	ToPort   int32
}

// Admits reports whether the rule opens port to everybody or to a narrower CIDR.
func (r InboundRule) Admits(port int32) bool { return r.FromPort <= port && port <= r.ToPort }

// Network are the EC2 calls that the steps make; one method is one call.
type Network interface {
	// DefaultVPC returns the default VPC's id, or ErrNoDefaultNetwork.
	DefaultVPC(ctx context.Context) (string, error)
	// CreateSecurityGroup tags the group as it creates it, and returns its id.
	CreateSecurityGroup(ctx context.Context, name, description, vpcID string, tags []Tag) (string, error)
	// SecurityGroup returns ErrNotFound once the group is gone.
	SecurityGroup(ctx context.Context, id string) (SecurityGroup, error)
	// SecurityGroupsByTag returns the groups that carry the tag.
	SecurityGroupsByTag(ctx context.Context, tag Tag) ([]SecurityGroup, error)
	// OpenPort admits TCP from cidr to port; ErrAlreadyExists if such a rule is
	// there. It returns the rule's id.
	OpenPort(ctx context.Context, groupID, cidr string, port int32, tags []Tag) (string, error)
	// ClosePort revokes the rule by its id; ErrNotFound if it is gone.
	ClosePort(ctx context.Context, groupID, ruleID string) error
	// DeleteSecurityGroup returns ErrInUse while something still uses it.
	DeleteSecurityGroup(ctx context.Context, id string) error
}

// SecretDescription is a secret as DescribeSecret tells it. Times are zero
// where AWS gives none.
type SecretDescription struct {
	ARN             string
	Name            string
	RotationEnabled bool
	FunctionARN     string
	RotationDays    int64
	LastRotated     time.Time
	NextRotation    time.Time
	DeletedAt       time.Time
	Versions        map[string][]string // version id → staging labels
	Tags            []Tag
}

// SecretValue is one version's value as GetSecretValue returns it.
type SecretValue struct {
	ARN       string
	Name      string
	VersionID string
	Labels    []string
	JSON      Password // the whole secret string: it holds the password
}

// PasswordRules are GetRandomPassword's options that the steps use.
type PasswordRules struct {
	Length             int64
	ExcludeCharacters  string
	RequireEachType    bool
	ExcludePunctuation bool
}

// Secrets are the Secrets Manager calls that the steps make; one method is one
// call.
type Secrets interface {
	RandomPassword(ctx context.Context, rules PasswordRules) (Password, error)
	// CreateSecret is idempotent by token; it returns ErrAlreadyExists or
	// ErrScheduledForDeletion when the name is taken.
	CreateSecret(ctx context.Context, name, description string, value Password, token string, tags []Tag) (arn, versionID string, err error)
	PutSecretValue(ctx context.Context, id string, value Password, token string) (versionID string, err error)
	DescribeSecret(ctx context.Context, id string) (SecretDescription, error)
	// SecretValue reads the version with the label ("AWSCURRENT" if empty), or
	// the version of an id where versionID is given.
	SecretValue(ctx context.Context, id, versionID, label string) (SecretValue, error)
	// RotateSecret turns rotation on every days days by the function and
	// rotates once, now; token becomes the new version's id.
	RotateSecret(ctx context.Context, id, functionARN string, days int64, token string) error
	CancelRotation(ctx context.Context, id string) error
	// RemoveLabel takes a staging label off a version (UpdateSecretVersionStage).
	RemoveLabel(ctx context.Context, id, label, versionID string) error
	// DeleteSecret schedules deletion in days days and returns when that is.
	DeleteSecret(ctx context.Context, id string, days int64) (time.Time, error)
	RestoreSecret(ctx context.Context, id string) error
}

// RotationStackSpec is what the Serverless Application Repository is given.
type RotationStackSpec struct {
	ApplicationARN string
	StackName      string // AWS prefixes it with "serverlessrepo-"
	FunctionName   string // starts with "SecretsManager": the managed policy covers no other
	SecretsURL     string // the Secrets Manager endpoint that the function calls
	Tags           []Tag
}

// Application is a SAR application as GetApplication tells it.
type Application struct {
	ARN          string
	Version      string
	Capabilities []string
	Parameters   []string
}

// ChangeSet is a CloudFormation change set.
type ChangeSet struct {
	ID      string
	StackID string
	Status  string // CREATE_COMPLETE, FAILED, …
	Reason  string
}

// Stack is a CloudFormation stack with its outputs.
type Stack struct {
	ID      string
	Name    string
	Status  string
	Reason  string
	Outputs map[string]string
}

// StackEvent is one line of a stack's history.
type StackEvent struct {
	At       time.Time
	Resource string
	Kind     string
	Status   string
	Reason   string
}

// RotationStacks are the calls that make the rotation function; one method is
// one call.
type RotationStacks interface {
	// ApplicationARN and SecretsURL are facts of the region, no calls.
	ApplicationARN() string
	SecretsURL() string

	Application(ctx context.Context, arn string) (Application, error)
	CreateChangeSet(ctx context.Context, spec RotationStackSpec, capabilities []string) (ChangeSet, error)
	DescribeChangeSet(ctx context.Context, id string) (ChangeSet, error)
	ExecuteChangeSet(ctx context.Context, id, token string) error
	// DescribeStack returns ErrNotFound once the stack is gone (by name), or a
	// DELETE_COMPLETE status (by id).
	DescribeStack(ctx context.Context, id string) (Stack, error)
	StackEvents(ctx context.Context, id string) ([]StackEvent, error)
	// StackFunction returns the rotation function's name (DescribeStackResource).
	StackFunction(ctx context.Context, stackID string) (string, error)
	DeleteStack(ctx context.Context, id, token string) error
}

// LogLine is one event of a log group.
type LogLine struct {
	At   time.Time
	Text string
}

// FunctionLogs are the CloudWatch Logs calls that the steps make.
type FunctionLogs interface {
	// LogLines returns the group's lines since a time, oldest first; none if
	// the group does not exist yet.
	LogLines(ctx context.Context, group string, since time.Time) ([]LogLine, error)
	// DeleteLogGroup returns ErrNotFound if there is none.
	DeleteLogGroup(ctx context.Context, group string) error
	LogGroupExists(ctx context.Context, group string) (bool, error)
}

// Credentials are what it takes to sign in to a database.
type Credentials struct {
	Host     string
	Port     int
	Username string
	Password Password
}

// SignIn is the evidence of one successful sign-in, over TLS whose certificate
// was verified against the trusted roots and the host's name.
type SignIn struct {
	User          string // CURRENT_USER()
	ServerVersion string
	TLSVersion    string
	TLSCipher     string
	CertificateCN string
	ConnectionID  uint64
	ServerTime    time.Time
	Took          time.Duration
}

// MySQL signs in to a database, runs the evidence's queries, and hangs up.
type MySQL interface {
	SignIn(ctx context.Context, c Credentials) (SignIn, error)
}
