package ec2

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/wire"
)

// filterSet has the filters of a Describe call: by name, the values of an item.
// A nil tags means that the items have no tags. A request's filters are combined
// with AND, the values of one filter with OR.
type filterSet[T any] struct {
	fields map[string]func(T) []string
	tags   func(T) []types.Tag
}

func (s filterSet[T]) apply(items []T, filters []types.Filter) ([]T, error) {
	kept := slices.Clone(items)
	for _, f := range filters {
		values, err := s.valuesFor(aws.ToString(f.Name))
		if err != nil {
			return nil, err
		}
		kept = slices.DeleteFunc(kept, func(item T) bool {
			return !slices.ContainsFunc(values(item), func(v string) bool {
				return slices.ContainsFunc(f.Values, func(pattern string) bool { return matchesWildcard(pattern, v) })
			})
		})
	}
	return kept, nil
}

// page applies the filters, and returns one page of what is left.
func (s filterSet[T]) page(items []T, filters []types.Filter, size *int32, token *string) (part []T, next *string, err error) {
	kept, err := s.apply(items, filters)
	if err != nil {
		return nil, nil, err
	}
	return page(kept, size, token)
}

func (s filterSet[T]) valuesFor(name string) (func(T) []string, error) {
	if f, ok := s.fields[name]; ok {
		return f, nil
	}
	key, isTag := strings.CutPrefix(name, "tag:")
	if s.tags != nil && (isTag || name == "tag-key" || name == "tag-value") {
		return func(item T) []string {
			var values []string
			for _, t := range s.tags(item) {
				switch {
				case name == "tag-key":
					values = append(values, aws.ToString(t.Key))
				case name == "tag-value" || aws.ToString(t.Key) == key:
					values = append(values, aws.ToString(t.Value))
				}
			}
			return values
		}, nil
	}
	return nil, wire.Errorf("InvalidParameterValue", "The filter '%s' is invalid", name)
}

// matchesWildcard matches s as EC2's filters do: "*" is any number of characters,
// "?" any one, and a backslash escapes the next. Case matters.
func matchesWildcard(pattern, s string) bool {
	star, resume := -1, 0 // the last "*", and the end of what it matches
	p, i := 0, 0
	for i < len(s) {
		if p < len(pattern) && pattern[p] == '*' {
			star, resume = p, i
			p++
			continue
		}
		if n := matchLength(pattern[p:], s[i]); n > 0 {
			p, i = p+n, i+1
			continue
		}
		if star < 0 {
			return false
		}
		resume++
		p, i = star+1, resume
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// matchLength returns how many bytes at the pattern's start match the character,
// or 0.
func matchLength(pattern string, c byte) int {
	switch {
	case pattern == "":
		return 0
	case pattern[0] == '?':
		return 1
	case pattern[0] == '\\' && len(pattern) > 1 && pattern[1] == c:
		return 2
	case pattern[0] == c && c != '\\':
		return 1
	}
	return 0
}

// optionalValue returns a member's value for a filter, none if it is not set.
func optionalValue[T any](p *T) []string {
	if p == nil {
		return nil
	}
	return []string{fmt.Sprint(*p)}
}
