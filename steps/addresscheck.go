package steps

import (
	"context"
	"net/netip"
)

// AddressCheck tells from where this machine reaches the internet; it is no call
// of AWS's API.
type AddressCheck interface {
	// PublicAddress is this machine's public IPv4 address, or ErrNoAddress. It asks
	// https://checkip.amazonaws.com, or what stands in for AWS.
	PublicAddress(ctx context.Context) (netip.Addr, error)
}
