package ec2

import "net/netip"

// Admits reports whether a new TCP connection from an address outside the VPC
// reaches port of something that has these security groups: whether an inbound
// rule of one of them covers the address and the port. Rules that name a
// security group admit its members, and no address outside the VPC is one.
func (s *Service) Admits(groups []string, from netip.Addr, port int32) bool {
	from = from.Unmap()
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, id := range groups {
		g, err := s.group(id)
		if err != nil {
			continue
		}
		for _, r := range g.rules {
			if !r.egress && r.coversTCP(port) && r.source.cidr.IsValid() && r.source.cidr.Contains(from) {
				return true
			}
		}
	}
	return false
}

func (m match) coversTCP(port int32) bool {
	return m.protocol == "-1" || m.protocol == "tcp" && m.from <= port && port <= m.to
}

// Changed returns a channel that is closed when a rule next changes. Take it
// before asking Admits, so that no change falls between the two.
func (s *Service) Changed() <-chan struct{} {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.changed
}

// notifyRuleChange tells everybody who waits that rules have changed. The caller holds
// the lock.
func (s *Service) notifyRuleChange() {
	close(s.changed)
	s.changed = make(chan struct{})
}
