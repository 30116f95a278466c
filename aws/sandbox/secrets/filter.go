package secrets

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// Limits of filters (API reference).
const (
	maxFilters      = 10
	maxFilterValues = 10
	maxFilterValue  = 512
)

var validFilterValue = steps.NewPattern(`^!?[a-zA-Z0-9 :_@/+=.!-]*$`)

func checkFilters(filters []types.Filter) error {
	if len(filters) > maxFilters {
		return errConstraint("", "filters", "have length less than or equal to 10")
	}
	for i, f := range filters {
		member := "filters." + strconv.Itoa(i+1) + ".member"
		switch {
		case f.Key == "":
			return wire.Errorf(codeInvalidParameter, "Invalid filter key")
		case !slices.Contains(f.Key.Values(), f.Key):
			return errConstraint(string(f.Key), member+".key", "satisfy enum value set: [all, name, tag-key, description, tag-value, primary-region, owning-service]")
		case len(f.Values) == 0:
			return wire.Errorf(codeInvalidParameter, "Invalid filter values for key: %s", f.Key)
		case len(f.Values) > maxFilterValues:
			return errConstraint("", member+".values", "have length less than or equal to 10")
		}
		for _, v := range f.Values {
			if len(v) > maxFilterValue || !validFilterValue.MatchString(v) {
				return errConstraint(v, member+".values", `satisfy constraint: [Member must have length less than or equal to 512, Member must satisfy regular expression pattern: ^\!?[a-zA-Z0-9 :_@\/\+\=\.\-\!]*$]`)
			}
		}
	}
	return nil
}

// matchesFilters reports whether a secret matches every filter.
func (s *Service) matchesFilters(sec *secret, filters []types.Filter) bool {
	for _, f := range filters {
		attributes, matches := s.attributesFor(sec, f.Key)
		if !matchesAnyValue(attributes, f.Values, matches) {
			return false
		}
	}
	return true
}

// matchesAnyValue reports whether at least one of the values matches. A value
// matches if some attribute does or, if it is negated with "!", if none does. To
// require several values, a request repeats the filter.
func matchesAnyValue(attributes, values []string, matches func(attribute, value string) bool) bool {
	return slices.ContainsFunc(values, func(value string) bool {
		value, negated := strings.CutPrefix(value, "!")
		found := slices.ContainsFunc(attributes, func(a string) bool { return matches(a, value) })
		return found != negated
	})
}

// attributesFor returns the attributes of a filter key and how to compare them.
// Descriptions are compared word by word, as recorded from the service. Every
// secret's primary region is the sandbox's, and no other service owns a secret.
func (s *Service) attributesFor(sec *secret, key types.FilterNameStringType) ([]string, func(attribute, value string) bool) {
	switch key {
	case types.FilterNameStringTypeName:
		return []string{sec.name}, strings.HasPrefix
	case types.FilterNameStringTypeDescription:
		return []string{sec.description}, matchesWords
	case types.FilterNameStringTypeTagKey:
		return sec.tagKeys(), strings.HasPrefix
	case types.FilterNameStringTypeTagValue:
		return sec.tagValues(), strings.HasPrefix
	case types.FilterNameStringTypePrimaryRegion:
		return []string{s.cloud.Region}, strings.HasPrefix
	case types.FilterNameStringTypeAll:
		all := []string{sec.name, sec.description, s.cloud.Region}
		return slices.Concat(all, sec.tagKeys(), sec.tagValues()), matchesWords
	}
	return nil, strings.HasPrefix
}

func (s *secret) tagKeys() []string {
	var keys []string
	for _, t := range s.tags {
		keys = append(keys, *t.Key)
	}
	return keys
}

func (s *secret) tagValues() []string {
	var values []string
	for _, t := range s.tags {
		values = append(values, *t.Value)
	}
	return values
}

// matchesWords reports whether every word of the value is the prefix of a word in
// the attribute, ignoring case.
func matchesWords(attribute, value string) bool {
	has := splitWords(attribute)
	for _, want := range splitWords(value) {
		if !slices.ContainsFunc(has, func(w string) bool { return strings.HasPrefix(w, want) }) {
			return false
		}
	}
	return true
}

// splitWords splits a text at spaces, at the punctuation allowed in names, and
// where an upper-case letter follows a lower-case one.
func splitWords(text string) []string {
	var split strings.Builder
	small := false
	for _, r := range text {
		switch {
		case unicode.IsSpace(r) || strings.ContainsRune(`/-_+=.@:!`, r):
			r = ' '
		case small && unicode.IsUpper(r):
			split.WriteByte(' ')
		}
		split.WriteRune(unicode.ToLower(r))
		small = unicode.IsLower(r)
	}
	return strings.Fields(split.String())
}
