package account

import (
	"math"
	"slices"
	"strings"
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
func Like(pattern, text string) bool {
	p, t := []rune(pattern), []rune(text)
	// star is where the last % was met, resume the text it may still swallow.
	star, resume := -1, 0
	i, j := 0, 0
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '%':
			star, resume = i, j
			i++
		case i < len(p) && p[i] == '_':
			i, j = i+1, j+1
		case i+1 < len(p) && p[i] == '\\' && p[i+1] == t[j]:
			i, j = i+2, j+1
		case i < len(p) && p[i] != '\\' && p[i] == t[j]:
			i, j = i+1, j+1
		case star >= 0:
			resume++
			i, j = star+1, resume
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '%' {
		i++
	}
	return i == len(p)
}
