// Package rds is the sandbox's RDS for MySQL. Each DB instance is a real MySQL
// server on its own loopback port, behind the security groups of the sandbox's
// EC2.
package rds

import (
	"context"
	"net"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/ec2"
	"keyturn/aws/sandbox/wire"
)

// Firewall is the network of the instances: the sandbox's EC2.
type Firewall interface {
	// VPC is the account's only VPC, the default one as a rule; a zero one if there
	// is none.
	VPC() ec2.VPC
	// HasGroup reports whether a security group exists.
	HasGroup(id string) bool
	// Admits reports whether a new connection from somewhere to a port is let in
	// by one of the groups.
	Admits(groups []string, from ec2.Origin, port int32) bool
	// OpenToInternet reports whether one of the subnets is reached from the internet.
	OpenToInternet(subnets []string) bool
	// Changed returns a channel that is closed when a rule next changes.
	Changed() <-chan struct{}
}

// Service is RDS in one account and region. It is safe for concurrent use. The
// firewall is never called with the lock held.
type Service struct {
	cloud    *cloud.Cloud
	firewall Firewall
	boot     bootFunc
	listen   func() (net.Listener, error)

	mu                      sync.RWMutex
	instances               map[string]*instance        // by identifier, which is in lower case
	subnets                 map[string]subnetGroup      // those of the account's own, by name, which is in lower case
	createServiceLinkedRole func(context.Context) error // makes RDS's service-linked role, once
	changed                 chan struct{}               // closed when an instance's network settings next change
}

func newService(c *cloud.Cloud, firewall Firewall, boot bootFunc) *Service {
	return &Service{
		cloud:                   c,
		firewall:                firewall,
		boot:                    boot,
		createServiceLinkedRole: func(context.Context) error { return nil },
		listen:                  func() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") },
		instances:               map[string]*instance{},
		subnets:                 map[string]subnetGroup{},
		changed:                 make(chan struct{}),
	}
}

// SetServiceLinkedRole sets the function that creates RDS's service-linked role
// in the caller's name if it does not exist. Call it before the service is used.
func (s *Service) SetServiceLinkedRole(link func(context.Context) error) {
	s.createServiceLinkedRole = link
}

// Wire returns the service for the wire server.
func (s *Service) Wire() wire.Service {
	return wire.Service{
		Name:      "rds",
		Protocol:  wire.Query,
		Namespace: "http://rds.amazonaws.com/doc/2014-10-31/",
		Version:   "2014-10-31",
		Accesses:  s.accesses,
		Operations: []wire.Operation{
			wire.Op("CreateDBInstance", s.createDBInstance),
			wire.Op("DescribeDBInstances", s.describeDBInstances),
			wire.Op("ModifyDBInstance", s.modifyDBInstance),
			wire.Op("RebootDBInstance", s.rebootDBInstance),
			wire.Op("DeleteDBInstance", s.deleteDBInstance),
			wire.Op("DescribeDBEngineVersions", s.describeDBEngineVersions),
			wire.Op("DescribeOrderableDBInstanceOptions", s.describeOrderableDBInstanceOptions),
			wire.Op("CreateDBSubnetGroup", s.createDBSubnetGroup),
			wire.Op("DescribeDBSubnetGroups", s.describeDBSubnetGroups),
			wire.Op("DeleteDBSubnetGroup", s.deleteDBSubnetGroup),
			wire.Op("DescribeAccountAttributes", s.describeAccountAttributes),
			wire.Op("AddTagsToResource", s.addTagsToResource),
			wire.Op("RemoveTagsFromResource", s.removeTagsFromResource),
			wire.Op("ListTagsForResource", s.listTagsForResource),
		},
	}
}

// IsGroupInUse reports whether an instance has the security group. It is for
// ec2's UsedBy.
func (s *Service) IsGroupInUse(id string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, i := range s.instances {
		for _, g := range i.db.VpcSecurityGroups {
			if *g.VpcSecurityGroupId == id {
				return true
			}
		}
	}
	return false
}

// update changes an instance's description with the lock held.
func (s *Service) update(i *instance, change func(*types.DBInstance)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&i.db)
	close(s.changed)
	s.changed = make(chan struct{})
}

// runInBackground cancels the instance's background work and, once that has
// ended, runs f. f's context also ends when the cloud closes. The caller holds
// the lock.
func (s *Service) runInBackground(i *instance, f func(ctx context.Context)) {
	if i.cancel != nil {
		i.cancel()
	}
	before, done := i.idle, make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	i.cancel, i.idle = cancel, done
	s.cloud.Go(func(closing context.Context) {
		defer close(done)
		defer cancel()
		defer context.AfterFunc(closing, cancel)()
		if before != nil {
			<-before
		}
		f(ctx)
	})
}
