package cloud

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression that is compiled when it is first asked.
// The rules of AWS's names count their characters ("{1,255}"), which makes
// them costly to compile, and the program that links the sandbox must not pay
// for all of them at every start.
type Pattern struct{ compiled func() *regexp.Regexp }

// NewPattern takes RE2 syntax; a mistake in it panics at the first use.
func NewPattern(text string) Pattern {
	return Pattern{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })}
}

// MatchString is regexp.Regexp's.
func (p Pattern) MatchString(s string) bool { return p.compiled().MatchString(s) }

// FindStringSubmatch is regexp.Regexp's.
func (p Pattern) FindStringSubmatch(s string) []string { return p.compiled().FindStringSubmatch(s) }

// ReplaceAllString is regexp.Regexp's.
func (p Pattern) ReplaceAllString(src, with string) string {
	return p.compiled().ReplaceAllString(src, with)
}
