package cloud

import "net/netip"

// The sandbox's two public addresses, from the blocks that RFC 5737 sets aside
// for documentation: the person's machine, from which every connection to
// loopback is taken to come, and the rotation function, which AWS runs outside
// any VPC for a publicly accessible database.
var (
	ClientAddress   = netip.MustParseAddr("203.0.113.10")
	FunctionAddress = netip.MustParseAddr("198.51.100.20")
)
