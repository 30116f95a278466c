// Package ec2 is the sandbox's EC2: the account's default VPC with its subnets,
// routes and interface endpoints, and security groups. Rules, routes and
// endpoints are enforced. It has none of EC2's other resources.
package ec2

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// Service is EC2 in one account and region. Its methods may be called from
// several goroutines.
type Service struct {
	cloud *cloud.Cloud
	vpc   atomic.Pointer[VPC] // a zero one where there is none
	inUse func(groupID string) bool

	mu         sync.RWMutex
	groups     []*group // oldest first; the default group is the first
	tags       map[string][]types.Tag
	changed    chan struct{}
	tables     []*routeTable // the main one is the first
	addresses  []string      // allocation ids of Elastic IP addresses
	nats       []*natGateway
	endpoints  []*endpoint
	interfaces []*networkInterface
}

// New creates the network of a new account: a default VPC with a default security
// group.
func New(c *cloud.Cloud) *Service {
	s := &Service{
		cloud:   c,
		inUse:   func(string) bool { return false },
		tags:    map[string][]types.Tag{},
		changed: make(chan struct{}),
	}
	s.setVPC(defaultVPC(c, "vpc"))
	return s
}

// SetInUse sets the function that reports whether another service's resource uses
// a security group; such a group cannot be deleted. It is called with this service
// locked and must not call back. Call SetInUse before the service is used.
func (s *Service) SetInUse(inUse func(groupID string) bool) { s.inUse = inUse }

// Wire returns the service for the wire server.
func (s *Service) Wire() wire.Service {
	return wire.Service{
		Name:      "ec2",
		Protocol:  wire.EC2Query,
		Namespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
		Version:   "2016-11-15",
		Accesses:  s.accesses,
		Operations: []wire.Operation{
			operation("DescribeAvailabilityZones", s.describeAvailabilityZones),
			operation("DescribeVpcs", s.describeVpcs),
			operation("DescribeVpcAttribute", s.describeVpcAttribute),
			operation("ModifyVpcAttribute", s.modifyVpcAttribute),
			operation("CreateDefaultVpc", s.createDefaultVpc),
			operation("CreateVpc", s.createVpc),
			operation("DeleteVpc", s.deleteVpc),
			operation("CreateSubnet", s.createSubnet),
			operation("DescribeSubnets", s.describeSubnets),
			operation("DeleteSubnet", s.deleteSubnet),
			operation("CreateInternetGateway", s.createInternetGateway),
			operation("AttachInternetGateway", s.attachInternetGateway),
			operation("DescribeInternetGateways", s.describeInternetGateways),
			operation("DetachInternetGateway", s.detachInternetGateway),
			operation("DeleteInternetGateway", s.deleteInternetGateway),
			operation("DescribeRouteTables", s.describeRouteTables),
			operation("CreateRouteTable", s.createRouteTable),
			operation("AssociateRouteTable", s.associateRouteTable),
			operation("CreateRoute", s.createRoute),
			operation("AllocateAddress", s.allocateAddress),
			operation("CreateNatGateway", s.createNatGateway),
			operation("DescribeNatGateways", s.describeNatGateways),
			operation("DescribeVpcEndpointServices", s.describeVpcEndpointServices),
			operation("CreateVpcEndpoint", s.createVpcEndpoint),
			operation("DescribeVpcEndpoints", s.describeVpcEndpoints),
			operation("DeleteVpcEndpoints", s.deleteVpcEndpoints),
			operation("DescribeNetworkInterfaces", s.describeNetworkInterfaces),
			operation("CreateSecurityGroup", s.createSecurityGroup),
			operation("DescribeSecurityGroups", s.describeSecurityGroups),
			operation("DescribeSecurityGroupRules", s.describeSecurityGroupRules),
			operation("AuthorizeSecurityGroupIngress", s.authorizeIngress),
			operation("AuthorizeSecurityGroupEgress", s.authorizeEgress),
			operation("RevokeSecurityGroupIngress", s.revokeIngress),
			operation("RevokeSecurityGroupEgress", s.revokeEgress),
			operation("DeleteSecurityGroup", s.deleteSecurityGroup),
			operation("CreateTags", s.createTags),
			operation("DeleteTags", s.deleteTags),
			operation("DescribeTags", s.describeTags),
		},
	}
}

func operation[In, Out any](name string, h wire.Handler[In, Out]) wire.Operation {
	return wire.Op(name, answerDryRun(h))
}

// answerDryRun wraps a handler. A request whose DryRun member is true gets EC2's
// answer to a caller who has the permission: an error with status 412.
func answerDryRun[In, Out any](h wire.Handler[In, Out]) wire.Handler[In, Out] {
	return func(ctx context.Context, in *In) (*Out, error) {
		dry := reflect.ValueOf(in).Elem().FieldByName("DryRun")
		if dry.IsValid() && !dry.IsNil() && dry.Elem().Bool() {
			return nil, &wire.Error{
				Code:    "DryRunOperation",
				Message: "Request would have succeeded, but DryRun flag is set.",
				Status:  http.StatusPreconditionFailed,
			}
		}
		return h(ctx, in)
	}
}

// newID generates an id in EC2's format since 2018: 17 hexadecimal digits.
func newID(prefix string) string {
	var b [9]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return prefix + hex.EncodeToString(b[:])[:17]
}

// wellFormed reports whether id has the prefix and 8 or 17 hexadecimal digits.
func wellFormed(id, prefix string) bool {
	digits, ok := strings.CutPrefix(id, prefix)
	if !ok || len(digits) != 8 && len(digits) != 17 {
		return false
	}
	return !slices.ContainsFunc([]byte(digits), func(c byte) bool {
		return (c < '0' || c > '9') && (c < 'a' || c > 'f')
	})
}
