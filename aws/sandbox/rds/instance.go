package rds

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// The statuses that an instance in the sandbox can have (RDS User Guide,
// "Viewing DB instance status").
const (
	creating             = "creating"
	backingUp            = "backing-up"
	available            = "available"
	modifying            = "modifying"
	resettingCredentials = "resetting-master-credentials"
	rebooting            = "rebooting"
	deleting             = "deleting"
	failed               = "failed"
)

// instance is a DB instance. db is what DescribeDBInstances returns, so it never
// contains the password. The targets of its pointers and slices are replaced,
// never changed, so that a shallow copy can be handed out.
type instance struct {
	db         types.DBInstance
	server     server // nil until the endpoint exists, as gate
	gate       *gate
	cancel     context.CancelFunc // ends the background work
	idle       chan struct{}      // closed when the background work has ended
	stopServer chan struct{}      // closed when the server is to be shut down
}

func (i *instance) status() string { return aws.ToString(i.db.DBInstanceStatus) }

// activeGroups returns the security groups in force: all but those being added.
func activeGroups(db types.DBInstance) []string {
	var ids []string
	for _, g := range db.VpcSecurityGroups {
		if aws.ToString(g.Status) != "adding" {
			ids = append(ids, *g.VpcSecurityGroupId)
		}
	}
	return ids
}

// find returns the instance with an identifier, in any case, or an ARN. The
// caller holds the lock.
func (s *Service) find(id string) (*instance, error) {
	if i, ok := s.instances[s.identifier(id)]; ok {
		return i, nil
	}
	return nil, notFound(id)
}

// identifier is the key of s.instances for an identifier or ARN.
func (s *Service) identifier(id string) string {
	return strings.ToLower(strings.TrimPrefix(id, s.cloud.ARN("rds", "db:")))
}

func notFound(id string) error {
	return &wire.Error{Code: "DBInstanceNotFound", Message: "DBInstance " + id + " not found.", Status: 404}
}

// identifierPattern is a DB instance identifier (CreateDBInstance,
// DBInstanceIdentifier), but for its length.
var identifierPattern = steps.NewPattern(`^[A-Za-z](-?[A-Za-z0-9])*$`)

func checkIdentifier(parameter, id string) error {
	switch {
	case len(id) > 63:
		return wire.Errorf("InvalidParameterValue", "The parameter %s is not a valid identifier because it is longer than 63 characters.", parameter)
	case !identifierPattern.MatchString(id):
		return wire.Errorf("InvalidParameterValue", "The parameter %s is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.", parameter)
	}
	return nil
}

// findForUpdate returns the instance that a call wants to change.
func (s *Service) findForUpdate(id *string) (*instance, error) {
	if aws.ToString(id) == "" {
		return nil, missingParameter("DBInstanceIdentifier")
	}
	return s.find(*id)
}

func missingParameter(parameter string) error {
	return wire.Errorf("InvalidParameterValue", "The parameter %s must be provided and must not be blank.", parameter)
}

func notAvailable() error {
	return wire.Errorf("InvalidDBInstanceState", "Database instance is not in available state.")
}
