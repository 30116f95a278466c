package ec2

import (
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Origin is where a connection comes from: an address and, within the VPC, the
// client's security groups and subnets.
type Origin struct {
	Addr    netip.Addr
	Groups  []string
	Subnets []string
}

// Internet returns an origin outside the VPC.
func Internet(addr netip.Addr) Origin { return Origin{Addr: addr} }

// InVPC reports whether the origin is within the VPC.
func (o Origin) InVPC() bool { return len(o.Subnets) > 0 }

// FunctionOrigin returns where a function's connections come from: its network
// interfaces in the VPC, or the address outside.
func (s *Service) FunctionOrigin(function string, outside netip.Addr) Origin {
	s.mu.RLock()
	defer s.mu.RUnlock()
	o := Origin{}
	for _, i := range s.interfaces {
		if i.kind == types.NetworkInterfaceTypeLambda && i.owner == function {
			o.Addr, o.Groups, o.Subnets = i.address, i.groups, append(o.Subnets, i.subnet.ID)
		}
	}
	if !o.InVPC() {
		return Internet(outside)
	}
	return o
}

// Admits reports whether these security groups let a new TCP connection in: an
// inbound rule of one of them covers the origin and the port. A rule that names a
// security group admits its members, which are all in the VPC. Outbound rules are
// not checked.
func (s *Service) Admits(groups []string, from Origin, port int32) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.admits(groups, from, port)
}

func (s *Service) admits(groups []string, from Origin, port int32) bool {
	addr := from.Addr.Unmap()
	for _, id := range groups {
		g, err := s.group(id)
		if err != nil {
			continue
		}
		for _, r := range g.rules {
			covers := r.peer.cidr.IsValid() && r.peer.cidr.Contains(addr) || slices.Contains(from.Groups, r.peer.group)
			if !r.egress && r.coversTCP(port) && covers {
				return true
			}
		}
	}
	return false
}

func (m match) coversTCP(port int32) bool {
	return m.protocol == "-1" || m.protocol == "tcp" && m.from <= port && port <= m.to
}

// httpsPort is the port of AWS's services.
const httpsPort = 443

// Reaches reports whether a connection from an origin reaches an AWS service by
// its public name. From outside the VPC it does. Within, if there is an interface
// endpoint with private DNS, the name resolves to it and its security groups
// decide. Otherwise each of the origin's subnets needs a route to a NAT gateway,
// because a function's network interface has no public address.
func (s *Service) Reaches(from Origin, service string) bool {
	if !from.InVPC() {
		return true
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.VPC().resolvesNames() {
		for _, e := range s.endpoints {
			if e.service == s.serviceName(service) && e.privateDNS && e.state == endpointAvailable {
				return s.admits(e.groups, from, httpsPort)
			}
		}
	}
	return s.VPC().DNSSupport && !slices.ContainsFunc(from.Subnets, func(subnet string) bool { return !s.hasNATRoute(subnet) })
}

// hasNATRoute reports whether a subnet's route to the internet goes through an
// available NAT gateway.
func (s *Service) hasNATRoute(subnet string) bool {
	if len(s.tables) == 0 {
		return false
	}
	gateway := s.routeTableFor(subnet).internetRoute()
	return slices.ContainsFunc(s.nats, func(n *natGateway) bool { return n.id == gateway && n.ready })
}

// OpenToInternet reports whether what has a public address in one of the subnets
// is reached there: whether its route to the internet is the VPC's internet gateway.
func (s *Service) OpenToInternet(subnets []string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	vpc := s.VPC()
	return len(s.tables) > 0 && vpc.GatewayID != "" && !vpc.Detached &&
		slices.ContainsFunc(subnets, func(id string) bool { return s.routeTableFor(id).internetRoute() == vpc.GatewayID })
}

// Changed returns a channel that is closed at the next change of a rule, a route
// or an endpoint. Call it before Admits or Reaches, so that no change is missed.
func (s *Service) Changed() <-chan struct{} {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.changed
}

// notifyRuleChange wakes those who wait on Changed. The caller holds the lock.
func (s *Service) notifyRuleChange() {
	close(s.changed)
	s.changed = make(chan struct{})
}
