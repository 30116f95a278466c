package ec2

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/wire"
)

// endpoint is an interface VPC endpoint. The sandbox has no gateway endpoints,
// which are for S3 and DynamoDB.
type endpoint struct {
	id, service string
	token       string // the ClientToken, for idempotency
	groups      []string
	subnets     []string
	privateDNS  bool // the service's public name resolves to it within the VPC
	state       types.State
	created     time.Time
	interfaces  []string
}

// The states of an endpoint as EC2 sends them: in lower case, unlike the SDK's
// constants.
const (
	endpointPending   types.State = "pending"
	endpointAvailable types.State = "available"
	endpointDeleting  types.State = "deleting"
)

// endpointServices are the services that can have an endpoint, by the last part
// of their names: those that something in the sandbox's VPC calls.
var endpointServices = []string{"secretsmanager"}

func (s *Service) serviceName(service string) string {
	return "com.amazonaws." + s.cloud.Region + "." + service
}

func (s *Service) publicName(service string) string {
	return service + "." + s.cloud.Region + ".amazonaws.com"
}

var serviceFilters = filterSet[types.ServiceDetail]{
	fields: map[string]func(types.ServiceDetail) []string{
		"owner":        func(d types.ServiceDetail) []string { return optionalValue(d.Owner) },
		"service-name": func(d types.ServiceDetail) []string { return optionalValue(d.ServiceName) },
		"service-type": func(d types.ServiceDetail) []string { return []string{string(d.ServiceType[0].ServiceType)} },
	},
}

func (s *Service) describeVpcEndpointServices(_ context.Context, in *ec2.DescribeVpcEndpointServicesInput) (*ec2.DescribeVpcEndpointServicesOutput, error) {
	for _, name := range in.ServiceNames {
		if !s.hasService(name) {
			return nil, serviceNotFound(name)
		}
	}
	var all []types.ServiceDetail
	for _, service := range endpointServices {
		name := s.serviceName(service)
		if len(in.ServiceNames) > 0 && !slices.Contains(in.ServiceNames, name) {
			continue
		}
		d := types.ServiceDetail{
			ServiceName: &name, Owner: aws.String("amazon"), PrivateDnsName: aws.String(s.publicName(service)),
			ServiceType:        []types.ServiceTypeDetail{{ServiceType: types.ServiceTypeInterface}},
			AcceptanceRequired: aws.Bool(false), ManagesVpcEndpoints: aws.Bool(false), VpcEndpointPolicySupported: aws.Bool(true),
		}
		for _, letter := range []string{"a", "b", "c"} {
			d.AvailabilityZones = append(d.AvailabilityZones, s.cloud.Region+letter)
		}
		all = append(all, d)
	}
	all, err := serviceFilters.apply(all, in.Filters)
	if err != nil {
		return nil, err
	}
	out := &ec2.DescribeVpcEndpointServicesOutput{ServiceDetails: all, ServiceNames: []string{}}
	for _, d := range all {
		out.ServiceNames = append(out.ServiceNames, *d.ServiceName)
	}
	return out, nil
}

func (s *Service) hasService(name string) bool {
	return slices.ContainsFunc(endpointServices, func(service string) bool { return s.serviceName(service) == name })
}

func serviceNotFound(name string) error {
	return wire.Errorf("InvalidServiceName", "The Vpc Endpoint Service '%s' does not exist", name)
}

// How long an endpoint is pending and deleting: a minute or two on AWS.
const (
	endpointCreation     = 75 * time.Second
	endpointCreationDemo = 2500 * time.Millisecond
	endpointDeletion     = time.Minute
	endpointDeletionDemo = 1500 * time.Millisecond
)

func (s *Service) createVpcEndpoint(_ context.Context, in *ec2.CreateVpcEndpointInput) (*ec2.CreateVpcEndpointOutput, error) {
	tags, err := specified(in.TagSpecifications, types.ResourceTypeVpcEndpoint)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if token := aws.ToString(in.ClientToken); token != "" {
		for _, e := range s.endpoints {
			if e.token == token {
				described := s.toVpcEndpoint(e)
				return &ec2.CreateVpcEndpointOutput{ClientToken: &token, VpcEndpoint: &described}, nil
			}
		}
	}
	if err := s.validateEndpoint(in); err != nil {
		return nil, err
	}
	groups := in.SecurityGroupIds
	if len(groups) == 0 {
		groups = []string{s.VPC().GroupID}
	}
	e := &endpoint{
		id: newID("vpce-"), service: *in.ServiceName, token: aws.ToString(in.ClientToken), groups: groups, subnets: in.SubnetIds,
		privateDNS: in.PrivateDnsEnabled == nil || *in.PrivateDnsEnabled, state: endpointPending, created: s.cloud.Now().UTC(),
	}
	for _, i := range s.addInterfaces(types.NetworkInterfaceTypeVpcEndpoint, e.id, "VPC Endpoint Interface "+e.id, e.subnets, e.groups) {
		e.interfaces = append(e.interfaces, i.id)
	}
	s.endpoints = append(s.endpoints, e)
	s.setTags(e.id, tags)
	s.cloud.Go(func(ctx context.Context) {
		if s.cloud.Sleep(ctx, endpointCreation, endpointCreationDemo) != nil {
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if e.state == endpointPending {
			e.state = endpointAvailable
			s.notifyRuleChange()
		}
	})
	described := s.toVpcEndpoint(e)
	return &ec2.CreateVpcEndpointOutput{ClientToken: in.ClientToken, VpcEndpoint: &described}, nil
}

// validateEndpoint checks a request by EC2's rules. The caller holds the lock.
func (s *Service) validateEndpoint(in *ec2.CreateVpcEndpointInput) error {
	vpc, name := aws.ToString(in.VpcId), aws.ToString(in.ServiceName)
	if err := s.checkVPC(vpc); err != nil {
		return err
	}
	switch {
	case name == "":
		return wire.Errorf("MissingParameter", "The request must contain the parameter ServiceName")
	case !s.hasService(name):
		return serviceNotFound(name)
	case cmp.Or(in.VpcEndpointType, types.VpcEndpointTypeGateway) != types.VpcEndpointTypeInterface:
		return wire.Errorf("InvalidParameter", "The Vpc Endpoint Service '%s' is not of type %s", name, cmp.Or(in.VpcEndpointType, types.VpcEndpointTypeGateway))
	}
	for _, id := range in.SubnetIds {
		if err := s.checkSubnet(id); err != nil {
			return err
		}
	}
	for _, id := range in.SecurityGroupIds {
		if _, err := s.group(id); err != nil {
			return err
		}
	}
	if in.PrivateDnsEnabled != nil && !*in.PrivateDnsEnabled {
		return nil
	}
	if !s.VPC().resolvesNames() {
		return wire.Errorf("InvalidParameter", "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for %s", vpc)
	}
	if slices.ContainsFunc(s.endpoints, func(e *endpoint) bool { return e.privateDNS && e.service == name }) {
		service := name[len("com.amazonaws."+s.cloud.Region+"."):]
		return wire.Errorf("InvalidParameter", "private-dns-enabled cannot be set because there is already a conflicting DNS domain for %s in the VPC %s", s.publicName(service), vpc)
	}
	return nil
}

func (s *Service) toVpcEndpoint(e *endpoint) types.VpcEndpoint {
	service := e.service[len("com.amazonaws."+s.cloud.Region+"."):]
	d := types.VpcEndpoint{
		VpcEndpointId: &e.id, VpcEndpointType: types.VpcEndpointTypeInterface, VpcId: aws.String(s.VPC().ID), ServiceName: &e.service,
		State: e.state, PrivateDnsEnabled: &e.privateDNS, SubnetIds: slices.Clone(e.subnets), NetworkInterfaceIds: slices.Clone(e.interfaces),
		CreationTimestamp: &e.created, OwnerId: &s.cloud.AccountID, RequesterManaged: aws.Bool(false), Tags: slices.Clone(s.tags[e.id]),
		RouteTableIds: []string{}, IpAddressType: types.IpAddressTypeIpv4, Groups: []types.SecurityGroupIdentifier{},
		PolicyDocument: aws.String(`{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}`),
		DnsEntries:     []types.DnsEntry{{DnsName: aws.String(e.id + "." + service + "." + s.cloud.Region + ".vpce.amazonaws.com")}},
	}
	if e.privateDNS {
		d.DnsEntries = append(d.DnsEntries, types.DnsEntry{DnsName: aws.String(s.publicName(service))})
	}
	for _, id := range e.groups {
		g := types.SecurityGroupIdentifier{GroupId: aws.String(id)}
		if found, err := s.group(id); err == nil {
			g.GroupName = &found.name
		}
		d.Groups = append(d.Groups, g)
	}
	return d
}

var endpointFilters = filterSet[types.VpcEndpoint]{
	fields: map[string]func(types.VpcEndpoint) []string{
		"service-name":       func(e types.VpcEndpoint) []string { return optionalValue(e.ServiceName) },
		"vpc-endpoint-id":    func(e types.VpcEndpoint) []string { return optionalValue(e.VpcEndpointId) },
		"vpc-endpoint-state": func(e types.VpcEndpoint) []string { return []string{string(e.State)} },
		"vpc-endpoint-type":  func(e types.VpcEndpoint) []string { return []string{string(e.VpcEndpointType)} },
		"vpc-id":             func(e types.VpcEndpoint) []string { return optionalValue(e.VpcId) },
	},
	tags: func(e types.VpcEndpoint) []types.Tag { return e.Tags },
}

func (s *Service) describeVpcEndpoints(_ context.Context, in *ec2.DescribeVpcEndpointsInput) (*ec2.DescribeVpcEndpointsOutput, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, id := range in.VpcEndpointIds {
		if err := s.checkEndpointID(id, "InvalidVpcEndpointId.NotFound"); err != nil {
			return nil, err
		}
	}
	var all []types.VpcEndpoint
	for _, e := range s.endpoints {
		if len(in.VpcEndpointIds) == 0 || slices.Contains(in.VpcEndpointIds, e.id) {
			all = append(all, s.toVpcEndpoint(e))
		}
	}
	all, next, err := endpointFilters.page(all, in.Filters, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeVpcEndpointsOutput{VpcEndpoints: all, NextToken: next}, nil
}

// checkEndpointID returns EC2's error for an endpoint that does not exist. The
// code differs between calls.
func (s *Service) checkEndpointID(id, code string) error {
	switch {
	case slices.ContainsFunc(s.endpoints, func(e *endpoint) bool { return e.id == id }):
		return nil
	case !wellFormed(id, "vpce-"):
		return wire.Errorf("InvalidVpcEndpointId.Malformed", `Invalid Id: "%s" (expecting "vpce-...")`, id)
	}
	return wire.Errorf(code, "The Vpc Endpoint Id '%s' does not exist", id)
}

// deleteVpcEndpoints starts to delete the endpoints that exist, and lists the
// others as unsuccessful.
func (s *Service) deleteVpcEndpoints(_ context.Context, in *ec2.DeleteVpcEndpointsInput) (*ec2.DeleteVpcEndpointsOutput, error) {
	if len(in.VpcEndpointIds) == 0 {
		return nil, wire.Errorf("MissingParameter", "The request must contain the parameter VpcEndpointId")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := &ec2.DeleteVpcEndpointsOutput{Unsuccessful: []types.UnsuccessfulItem{}}
	for _, id := range in.VpcEndpointIds {
		if err := s.checkEndpointID(id, "InvalidVpcEndpoint.NotFound"); err != nil {
			refused, ok := errors.AsType[*wire.Error](err)
			if !ok || refused.Code == "InvalidVpcEndpointId.Malformed" {
				return nil, err
			}
			out.Unsuccessful = append(out.Unsuccessful, types.UnsuccessfulItem{
				ResourceId: aws.String(id), Error: &types.UnsuccessfulItemError{Code: &refused.Code, Message: &refused.Message},
			})
			continue
		}
		s.startEndpointDeletion(id)
	}
	return out, nil
}

func (s *Service) startEndpointDeletion(id string) {
	for _, e := range s.endpoints {
		if e.id == id {
			e.state = endpointDeleting
		}
	}
	s.notifyRuleChange()
	s.cloud.Go(func(ctx context.Context) {
		if s.cloud.Sleep(ctx, endpointDeletion, endpointDeletionDemo) != nil {
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.endpoints = slices.DeleteFunc(s.endpoints, func(e *endpoint) bool { return e.id == id })
		delete(s.tags, id)
		s.removeInterfaces(id)
	})
}
