package engine

import (
	"database/sql/driver"
	"strconv"
	"strings"
	"unicode/utf8"
)

// text is a value as MySQL turns it into a string.
func text(v driver.Value) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		if v {
			return "1"
		}
		return "0"
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

// number is a value as MySQL turns it into a number: as much of a string as
// reads like one.
func number(v driver.Value) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	s := strings.TrimSpace(text(v))
	for end := len(s); end > 0; end-- {
		if f, err := strconv.ParseFloat(s[:end], 64); err == nil {
			return f
		}
	}
	return 0
}

func integer(v driver.Value) int64 {
	if i, ok := v.(int64); ok {
		return i
	}
	return int64(number(v))
}

func truth(b bool) driver.Value {
	if b {
		return int64(1)
	}
	return int64(0)
}

func anyNull(args []driver.Value) bool {
	for _, a := range args {
		if a == nil {
			return true
		}
	}
	return false
}
