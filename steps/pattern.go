package steps

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression that is compiled at its first use. AWS's
// naming rules have bounded repetitions ("{1,255}"), which are costly to
// compile: compiling all of them would slow every start of the program.
type Pattern struct{ compiled func() *regexp.Regexp }

// NewPattern takes RE2 syntax; a mistake in it panics at the first use.
func NewPattern(text string) Pattern {
	return Pattern{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })}
}

// MatchString is regexp.Regexp's.
func (p Pattern) MatchString(s string) bool { return p.compiled().MatchString(s) }

// FindString is regexp.Regexp's.
func (p Pattern) FindString(s string) string { return p.compiled().FindString(s) }

// FindStringSubmatch is regexp.Regexp's.
func (p Pattern) FindStringSubmatch(s string) []string { return p.compiled().FindStringSubmatch(s) }

// ReplaceAllString is regexp.Regexp's.
func (p Pattern) ReplaceAllString(src, with string) string {
	return p.compiled().ReplaceAllString(src, with)
}

// FindAllString is regexp.Regexp's.
func (p Pattern) FindAllString(s string, n int) []string { return p.compiled().FindAllString(s, n) }

// FindAllStringSubmatch is regexp.Regexp's.
func (p Pattern) FindAllStringSubmatch(s string, n int) [][]string {
	return p.compiled().FindAllStringSubmatch(s, n)
}
