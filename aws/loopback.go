package aws

import (
	"net/netip"
	"net/url"
)

// OnLoopback reports that an endpoint override leads to this machine: to a
// sandbox or an emulator, not to AWS.
func OnLoopback(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	if u.Hostname() == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return err == nil && addr.IsLoopback()
}
