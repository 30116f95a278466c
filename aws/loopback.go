package aws

import (
	"net/netip"
	"net/url"
	"time"

	"keyturn/steps"
)

// loopbackInterval is the polling interval at an endpoint on this machine, which
// has no rate limits.
const loopbackInterval = 160 * time.Millisecond

// OnThisMachine reports whether all services have one endpoint override on this
// machine: a sandbox or an emulator, not AWS.
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

// Pace returns the polling intervals: the steps' defaults, which suit AWS's rate
// limits, or short ones on this machine.
func (s *Session) Pace() steps.Pace {
	if !s.OnThisMachine() {
		return steps.Pace{}
	}
	return steps.Pace{Database: loopbackInterval, Stack: loopbackInterval, Rotation: loopbackInterval}
}
