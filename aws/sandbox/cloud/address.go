package cloud

import "net/netip"

// The sandbox's two public addresses, from the blocks that RFC 5737 reserves for
// documentation. ClientAddress is this machine: every connection to loopback
// counts as coming from it. FunctionAddress is that of functions outside a VPC.
var (
	ClientAddress   = netip.MustParseAddr("203.0.113.10")
	FunctionAddress = netip.MustParseAddr("198.51.100.20")
)
