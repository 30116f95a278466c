package aws_test

import (
	"errors"
	"testing"

	"keyturn/steps"
)

func TestVPCEndpointInTheSandbox(t *testing.T) {
	t.Parallel()
	s, ctx := sandboxServices(t), t.Context()
	tags := []steps.Tag{{Key: steps.TagRun, Value: "r-1"}}
	vpc := must(s.Network.DefaultVPC(ctx))
	service := must(s.Network.SecretsEndpointService(ctx))
	if service.Name != "com.amazonaws.us-east-1.secretsmanager" || service.PublicName != "secretsmanager.us-east-1.amazonaws.com" || len(service.Zones) != 3 {
		t.Fatalf("service %+v", service)
	}
	support, hostnames, err := s.Network.DNSAttributes(ctx, vpc)
	if !support || !hostnames || err != nil {
		t.Errorf("names: %v, %v, %v", support, hostnames, err)
	}
	subnets := must(s.Network.Subnets(ctx, vpc))
	if len(subnets) != 3 || subnets[0].Zone != "us-east-1a" {
		t.Fatalf("subnets %+v", subnets)
	}
	group := must(s.Network.CreateSecurityGroup(ctx, "keyturn-r-1", "keyturn", vpc, tags))
	rule := must(s.Network.AdmitGroup(ctx, group, group, 443, tags))
	if rules := must(s.Network.SecurityGroup(ctx, group)).Rules; len(rules) != 1 || rules[0] != (steps.InboundRule{ID: rule, GroupID: group, Source: group, FromPort: 443, ToPort: 443, Owner: "r-1"}) {
		t.Errorf("rules %+v", rules)
	}
	spec := steps.VPCEndpointSpec{VPCID: vpc, Service: service.Name, SubnetIDs: []string{subnets[0].ID}, GroupIDs: []string{group}, Token: "token", Tags: tags}
	made := must(s.Network.CreateEndpoint(ctx, spec))
	spec.Token = "another"
	if _, err := s.Network.CreateEndpoint(ctx, spec); !errors.Is(err, steps.ErrEndpointConflict) {
		t.Errorf("a second one: %v", err)
	}
	found := made
	eventually(t, func() bool {
		found = must(s.Network.Endpoints(ctx, vpc, service.Name))[0]
		return found.State == steps.EndpointAvailable
	})
	if found.ID != made.ID || !found.PrivateDNS || len(found.GroupIDs) != 1 || found.GroupIDs[0] != group {
		t.Errorf("found %+v", found)
	}
	if tagged := must(s.Network.EndpointsByTag(ctx, tags[0])); len(tagged) != 1 {
		t.Errorf("by tag: %+v", tagged)
	}
	if interfaces := must(s.Network.GroupInterfaces(ctx, group)); len(interfaces) != 1 {
		t.Errorf("interfaces %+v", interfaces)
	}
	if err := s.Network.DeleteSecurityGroup(ctx, group); !errors.Is(err, steps.ErrInUse) {
		t.Errorf("a group in use: %v", err)
	}
	if err := s.Network.DeleteEndpoint(ctx, made.ID); err != nil {
		t.Error(err)
	}
	eventually(t, func() bool { return len(must(s.Network.EndpointsByTag(ctx, tags[0]))) == 0 })
	if err := s.Network.DeleteEndpoint(ctx, made.ID); !errors.Is(err, steps.ErrNotFound) {
		t.Errorf("a deleted one: %v", err)
	}
}

func TestDefaultVPCIsDeletedAndCreatedAgain(t *testing.T) {
	t.Parallel()
	s, ctx := sandboxServices(t), t.Context()
	vpc := must(s.Network.DefaultVPC(ctx))
	if _, err := s.Network.CreateDefaultVPC(ctx); !errors.Is(err, steps.ErrAlreadyExists) {
		t.Errorf("a second one: %v", err)
	}
	if err := s.Network.DeleteVPC(ctx, vpc); !errors.Is(err, steps.ErrInUse) {
		t.Errorf("a VPC with subnets: %v", err)
	}
	for _, subnet := range must(s.Network.Subnets(ctx, vpc)) {
		if err := s.Network.DeleteSubnet(ctx, subnet.ID); err != nil {
			t.Error(err)
		}
	}
	gateway := must(s.Network.InternetGateway(ctx, vpc))
	for _, err := range []error{
		s.Network.DetachInternetGateway(ctx, gateway, vpc), s.Network.DeleteInternetGateway(ctx, gateway), s.Network.DeleteVPC(ctx, vpc),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if _, err := s.Network.DefaultVPC(ctx); !errors.Is(err, steps.ErrNoDefaultNetwork) {
		t.Errorf("no default VPC: %v", err)
	}
	again := must(s.Network.CreateDefaultVPC(ctx))
	tag := steps.Tag{Key: steps.TagRun, Value: "r-1"}
	if err := s.Network.TagNetwork(ctx, []string{again, must(s.Network.InternetGateway(ctx, again))}, []steps.Tag{tag}); err != nil {
		t.Error(err)
	}
	if found := must(s.Network.VPCsByTag(ctx, tag)); len(found) != 1 || found[0].ID != again {
		t.Errorf("by tag: %v", found)
	}
	if found := must(s.Network.InternetGatewaysByTag(ctx, tag)); len(found) != 1 {
		t.Errorf("gateways by tag: %v", found)
	}
}

func TestSandboxAnswersCheckIP(t *testing.T) {
	t.Parallel()
	s := sandboxServices(t)
	if address := must(s.Address.PublicAddress(t.Context())); address.String() != "203.0.113.10" {
		t.Errorf("address %s", address)
	}
}
