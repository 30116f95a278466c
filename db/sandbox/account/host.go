package account

import (
	"math"
	"slices"
	"strings"

	"keyturn/db/sandbox/engine"
)

// Hosts are the names by which a client's machine is known: its address and,
// on loopback, localhost, as a server that resolves names sees it.
type Hosts []string

// matches reports whether a client from one of hosts is the account's.
func (n Name) matches(hosts Hosts) bool {
	return slices.ContainsFunc(hosts, func(h string) bool {
		return Like(strings.ToLower(n.Host), strings.ToLower(h))
	})
}

// wildcardAt orders hosts as MySQL does when several match a client: one
// without wildcards comes first, then the one whose first wildcard is latest.
func wildcardAt(host string) int {
	if at := strings.IndexAny(host, "%_"); at >= 0 {
		return at
	}
	return math.MaxInt
}

// Like reports whether text matches a pattern with MySQL's wildcards, of which
// a backslash takes away the meaning.
func Like(pattern, text string) bool { return engine.Like(pattern, text, `\`, strings.Compare) }
