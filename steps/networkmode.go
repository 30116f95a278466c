package steps

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// NetworkMode says who may reach the database.
type NetworkMode string

// The tutorial's two networks: the database open to everybody, and the function
// in the database's own VPC with nothing open to the internet.
const (
	NetworkPublic  NetworkMode = "public"
	NetworkPrivate NetworkMode = "private"
)

// What a function in a VPC reaches Secrets Manager through, beside an interface
// endpoint of a given id: one that is there, else a NAT route that is there,
// else one that is made; or one that is made in any case.
const (
	EndpointAuto   = "auto"
	EndpointCreate = "create"
)

// Private reports whether the run is to open nothing to the internet.
func (s Setup) Private() bool { return s.Network == NetworkPrivate }

// WithoutPublicAddress reports that the database needs no public address: nobody
// whom it admits would use one.
func (s Setup) WithoutPublicAddress() bool { return s.Private() && isPrivateCIDR(s.MyCIDR) }

// isPrivateCIDR reports that a CIDR is of private addresses (RFC 1918, and RFC 6598's
// shared ones): whoever has one comes through a VPN or a peered network, where
// the database's name has to lead to its private address.
func isPrivateCIDR(cidr string) bool {
	p, err := netip.ParsePrefix(cidr)
	return err == nil && (p.Addr().IsPrivate() || netip.MustParsePrefix("100.64.0.0/10").Contains(p.Addr()))
}

// Endpoint is VPCEndpoint, which an older receipt may not have.
func (s Setup) Endpoint() string { return cmp.Or(s.VPCEndpoint, EndpointAuto) }

// Everybody is every IPv4 address, EverybodyIPv6 every IPv6 address.
const (
	Everybody     = "0.0.0.0/0"
	EverybodyIPv6 = "::/0"
)

// openToEverybody ends the name that an inbound rule has in the receipt.
const openToEverybody = " from " + Everybody

// InboundRuleName names an inbound rule in the receipt, where it has no name in
// AWS: "tcp/3306 from 0.0.0.0/0".
func InboundRuleName(peer string, port int32) string {
	return fmt.Sprintf("tcp/%d from %s", port, peer)
}

// OpenSince is since when the run has had a port open to everybody; ok is false
// as long as it has none, and again once the rule is revoked.
func (r Receipt) OpenSince() (since time.Time, ok bool) {
	for _, rec := range r.Existing(KindInboundRule) {
		if strings.HasSuffix(rec.Name, openToEverybody) && !rec.CreatedAt.IsZero() && (since.IsZero() || rec.CreatedAt.Before(since)) {
			since = rec.CreatedAt
		}
	}
	return since, !since.IsZero()
}
