package iam

import (
	"encoding/json"
	"slices"
	"strings"

	"keyturn/aws/sandbox/cloud"
)

// conditions are the conditions of a statement: operator → key → values. All of
// them must be true.
type conditions map[string]map[string]oneOrMany[scalar]

// scalar is a condition's value as a string.
type scalar string

func (s *scalar) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*s = scalar(text)
		return nil
	}
	*s = scalar(data) // a number or a boolean
	return nil
}

// evaluate reports whether all conditions are true for the known keys, and which
// other keys they need.
func (c conditions) evaluate(known map[string]string) (holds bool, missing []string) {
	holds = true
	for operator, keys := range c {
		for key, values := range keys {
			value, ok := lookUpKey(known, key)
			if !ok {
				missing = append(missing, key)
			}
			holds = holds && evaluateCondition(operator, values, value, ok)
		}
	}
	return holds, missing
}

// lookUpKey looks up a condition key, ignoring case.
func lookUpKey(known map[string]string, key string) (string, bool) {
	for name, value := range known {
		if strings.EqualFold(name, key) {
			return value, true
		}
	}
	return "", false
}

// evaluateCondition evaluates one condition (IAM user guide, "IAM JSON policy elements:
// Condition operators"). A missing key makes it false, except for the negated
// operators, those with IfExists, ForAllValues, and Null. The operators for
// numbers, dates and addresses need no code: the sandbox has no keys of those
// types.
func evaluateCondition(operator string, values []scalar, value string, present bool) bool {
	name := operator
	forAll := strings.HasPrefix(name, "ForAllValues:")
	name = strings.TrimPrefix(strings.TrimPrefix(name, "ForAllValues:"), "ForAnyValue:")
	name, ifExists := strings.CutSuffix(name, "IfExists")
	negated := strings.Contains(name, "Not")
	switch {
	case name == "Null":
		return slices.Contains(values, scalar("true")) != present
	case !present:
		return ifExists || forAll || negated
	}
	any := slices.ContainsFunc(values, func(v scalar) bool { return compare(strings.Replace(name, "Not", "", 1), string(v), value) })
	return any != negated
}

func compare(operator, wanted, value string) bool {
	switch operator {
	case "StringEquals":
		return wanted == value
	case "StringEqualsIgnoreCase", "Bool":
		return strings.EqualFold(wanted, value)
	case "StringLike", "ArnLike", "ArnEquals":
		return cloud.MatchesWildcard(wanted, value)
	}
	return false
}
