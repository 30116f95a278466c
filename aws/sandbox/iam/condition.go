package iam

import (
	"encoding/json"
	"slices"
	"strings"
)

// conditions are a statement's: operator → key → values. All of them have to
// hold.
type conditions map[string]map[string]oneOrMany[scalar]

// scalar is a value of a condition, as text.
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

// evaluate reports whether all conditions hold for the keys that are known, and
// which keys they ask for that are not known.
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

// lookUpKey looks a condition key up without regard to case.
func lookUpKey(known map[string]string, key string) (string, bool) {
	for name, value := range known {
		if strings.EqualFold(name, key) {
			return value, true
		}
	}
	return "", false
}

// evaluateCondition evaluates one condition (IAM user guide, "IAM JSON policy elements:
// Condition operators"). A key that is not there fails it, but for the negated
// operators, those with IfExists, ForAllValues, and Null. The operators for
// numbers, dates and addresses never meet a key here: the sandbox knows none of
// a request.
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
		return matches(wanted, value)
	}
	return false
}
