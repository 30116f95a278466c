package engine

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"modernc.org/sqlite"
)

// Collation is the name under which SQLite finds MySQL's default order of
// text: neither case nor accents make a difference.
const Collation = "utf8mb4_0900_ai_ci"

// dialect is a SQLite driver that knows MySQL's collation and functions. It is
// not the one that database/sql finds by name.
var dialect = sync.OnceValue(func() *sqlite.Driver {
	d := &sqlite.Driver{}
	d.MustRegisterCollationUtf8(Collation, compareLoosely)
	register(d)
	return d
})

// compareLoosely orders text by its letters alone. It compares what is left of
// both, so that the order is one that an index can rely on.
func compareLoosely(a, b string) int { return strings.Compare(letters(a), letters(b)) }

// letters is s without case and accents.
func letters(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
	return cases.Fold().String(bare)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
