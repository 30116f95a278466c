package engine

import (
	"database/sql/driver"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"keyturn/steps"
)

// Text is a value as MySQL turns it into a string.
func Text(v driver.Value) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		if size := math.Abs(v); size != 0 && (size < 1e-15 || size >= 1e15) {
			return strings.Replace(strconv.FormatFloat(v, 'e', -1, 64), "e+", "e", 1)
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// Kept is how SQLite keeps a string of MySQL's: as text where it can, and as
// bytes where it holds a zero or is no UTF-8. Every way into SQLite goes
// through here, so that equal strings compare as equal.
func Kept(s string) driver.Value {
	if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
		return []byte(s)
	}
	return s
}

// numeral is as much of a text as reads like a number.
var numeral = steps.NewPattern(`^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?`)

// number is a value as MySQL turns it into a number.
func number(v driver.Value) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	f, _ := strconv.ParseFloat(numeral.FindString(strings.TrimSpace(Text(v))), 64)
	return f
}

func isNumber(v driver.Value) bool {
	switch v.(type) {
	case int64, float64:
		return true
	}
	return false
}

func integer(v driver.Value) int64 {
	if i, ok := v.(int64); ok {
		return i
	}
	return int64(number(v))
}

func anyNull(args []driver.Value) bool {
	return slices.ContainsFunc(args, func(v driver.Value) bool { return v == nil })
}
