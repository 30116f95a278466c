package engine

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"modernc.org/sqlite"
)

// Collation is MySQL's default order of text: neither case nor accents make a
// difference.
const Collation = "utf8mb4_0900_ai_ci"

// TextOrder is one of MySQL's collations. The levels of the Unicode Collation
// Algorithm are letters, accents and case.
// https://dev.mysql.com/doc/refman/8.4/en/charset-unicode-sets.html
type TextOrder struct {
	Name     string
	ID       int64
	PadSpace bool // spaces at the end make no difference
	compare  func(a, b string) int
}

// collations are those that tables and expressions may name.
var collations = []TextOrder{
	{Name: Collation, ID: 255, compare: compareLoosely},
	{Name: "utf8mb4_0900_as_ci", ID: 305, compare: byUnicode(collate.IgnoreCase)},
	{Name: "utf8mb4_0900_as_cs", ID: 278, compare: byUnicode()},
	{Name: "utf8mb4_0900_bin", ID: 309, compare: strings.Compare},
	{Name: "utf8mb4_bin", ID: 46, compare: strings.Compare, PadSpace: true},
	{Name: "utf8mb4_unicode_ci", ID: 224, compare: compareLoosely, PadSpace: true},
	{Name: "utf8mb4_general_ci", ID: 45, PadSpace: true, compare: func(a, b string) int {
		return compareLoosely(strings.ReplaceAll(a, "ß", "s"), strings.ReplaceAll(b, "ß", "s"))
	}},
}

// Collations lists the collations by which texts can be compared.
func Collations() []TextOrder { return collations }

// HasCollation reports whether texts can be compared by a collation.
func HasCollation(name string) bool {
	_, ok := collationOf(name)
	return ok
}

func collationOf(name string) (TextOrder, bool) {
	i := slices.IndexFunc(collations, func(c TextOrder) bool { return c.Name == name })
	if i < 0 {
		return TextOrder{Name: name, compare: strings.Compare}, false // bytes
	}
	return collations[i], true
}

// order compares two texts as a column does.
func (c TextOrder) order(a, b string) int {
	if c.PadSpace {
		a, b = strings.TrimRight(a, " "), strings.TrimRight(b, " ")
	}
	return c.compare(a, b)
}

// dialect is a SQLite driver that knows MySQL's collations and functions. It is
// not the one that database/sql finds by name.
var dialect = sync.OnceValue(func() *sqlite.Driver {
	d := &sqlite.Driver{}
	for _, c := range collations {
		d.MustRegisterCollationUtf8(c.Name, c.order)
	}
	register(d)
	return d
})

// compareLoosely orders text by its letters alone.
func compareLoosely(a, b string) int { return looseCollator(a, b) }

var looseCollator = byUnicode(collate.Loose)

// byUnicode compares by the Unicode Collation Algorithm. A collator is not safe
// for concurrent use, so each comparison borrows one.
func byUnicode(o ...collate.Option) func(a, b string) int {
	type collator struct {
		*collate.Collator
		buffer collate.Buffer
	}
	free := sync.Pool{New: func() any { return &collator{Collator: collate.New(language.Und, o...)} }}
	return func(a, b string) int {
		if a == b {
			return 0
		}
		c, _ := free.Get().(*collator)
		defer free.Put(c)
		c.buffer.Reset()
		return bytes.Compare(c.KeyFromString(&c.buffer, a), c.KeyFromString(&c.buffer, b))
	}
}
