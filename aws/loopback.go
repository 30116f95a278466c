package aws

import (
	"net/netip"
	"net/url"
	"time"

	"keyturn/steps"
)

// loopbackInterval is how often to look at something at an endpoint on this machine,
// which limits no rates.
const loopbackInterval = 160 * time.Millisecond

// OnThisMachine reports that one endpoint override, for every service, leads
// to this machine: to a sandbox or an emulator, not to AWS.
func (s *Session) OnThisMachine() bool {
	u, err := url.Parse(s.Endpoint())
	if err != nil {
		return false
	}
	if u.Hostname() == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return err == nil && addr.IsLoopback()
}

// Pace is how often a wait looks: the steps' own intervals, which suit AWS's
// limits, or short ones where there are no limits.
func (s *Session) Pace() steps.Pace {
	if !s.OnThisMachine() {
		return steps.Pace{}
	}
	return steps.Pace{Database: loopbackInterval, Stack: loopbackInterval, Rotation: loopbackInterval}
}
