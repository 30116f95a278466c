package steps

import (
	"context"
	"net/netip"
)

// PublicAddressFinder finds the address from which this machine reaches the
// internet; it is no call of AWS's API.
type PublicAddressFinder interface {
	// PublicAddress is this machine's public IPv4 address, or ErrPublicAddressUnknown. It asks
	// https://checkip.amazonaws.com, or what stands in for AWS.
	PublicAddress(ctx context.Context) (netip.Addr, error)
}
