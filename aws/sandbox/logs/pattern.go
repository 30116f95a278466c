package logs

import (
	"regexp"
	"strings"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// term is one word of a filter pattern: required, ?optional or -excluded.
type term struct {
	sign    byte // 0, '?' or '-'
	matches func(message string) bool
}

// A term has an optional sign and is either quoted or consists of word characters
// only (user guide, "Filter pattern syntax").
var (
	nextTerm = steps.NewPattern(`^([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|([^\s"%]+))(?:\s+|$)`)
	word     = steps.NewPattern(`^[\pL\pN_.*@#$/]+$`)
)

// parsePattern parses a filter pattern of terms. A message matches if it contains
// all required terms and no excluded one. If no term is required, it must contain
// an optional one. Terms are case-sensitive. Patterns for JSON and
// space-delimited events and regular expressions are not supported.
func parsePattern(pattern string) (func(message string) bool, error) {
	rest := strings.TrimSpace(pattern)
	if rest != "" && strings.ContainsRune("{[", rune(rest[0])) {
		return nil, wire.Errorf("InvalidParameterException", "Invalid filter pattern: the sandbox knows terms, quoted phrases, %%regular expressions%%, ?term and -term, not %s", pattern)
	}
	var terms []term
	for rest != "" {
		m := nextTerm.FindStringSubmatch(rest)
		if m == nil {
			return nil, wire.Errorf("InvalidParameterException", "Invalid filter pattern")
		}
		t := term{}
		if m[1] != "" {
			t.sign = m[1][0]
		}
		switch {
		case m[3] != "":
			expression, err := regexp.Compile(m[3])
			if err != nil {
				return nil, wire.Errorf("InvalidParameterException", "Invalid filter pattern")
			}
			t.matches = expression.MatchString
		case m[4] != "" && !word.MatchString(m[4]):
			return nil, wire.Errorf("InvalidParameterException", "Invalid character(s) in term '%s'", m[4])
		default:
			text := m[4] + strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(m[2])
			t.matches = func(message string) bool { return strings.Contains(message, text) }
		}
		terms = append(terms, t)
		rest = rest[len(m[0]):]
	}
	return func(message string) bool { return matches(terms, message) }, nil
}

func matches(terms []term, message string) bool {
	var required, optional, hit bool
	for _, t := range terms {
		in := t.matches(message)
		switch t.sign {
		case '-':
			if in {
				return false
			}
		case '?':
			optional = true
			hit = hit || in
		default:
			required = true
			if !in {
				return false
			}
		}
	}
	return required || !optional || hit
}
