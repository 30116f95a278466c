package engine

import (
	"database/sql/driver"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// longest is the longest text a function makes, MySQL's max_allowed_packet.
const longest = 64 << 20

var errTooLong = errors.New("result is larger than max_allowed_packet")

var stringFunctions = map[string]scalar{
	"concat": {1, -1, false, func(a []driver.Value) (driver.Value, error) {
		var b strings.Builder
		for _, v := range a {
			b.WriteString(text(v))
		}
		return b.String(), nil
	}},
	"concat_ws": {2, -1, true, func(a []driver.Value) (driver.Value, error) {
		if a[0] == nil {
			return nil, nil
		}
		var parts []string
		for _, v := range a[1:] {
			if v != nil {
				parts = append(parts, text(v))
			}
		}
		return strings.Join(parts, text(a[0])), nil
	}},
	"char_length": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		return int64(utf8.RuneCountInString(text(a[0]))), nil
	}},
	"mysql_length": {1, 1, false, func(a []driver.Value) (driver.Value, error) { return int64(len(text(a[0]))), nil }},
	"mysql_lower":  {1, 1, false, func(a []driver.Value) (driver.Value, error) { return strings.ToLower(text(a[0])), nil }},
	"mysql_upper":  {1, 1, false, func(a []driver.Value) (driver.Value, error) { return strings.ToUpper(text(a[0])), nil }},
	"mysql_left": {2, 2, false, func(a []driver.Value) (driver.Value, error) {
		r := []rune(text(a[0]))
		return string(r[:clamp(integer(a[1]), len(r))]), nil
	}},
	"mysql_right": {2, 2, false, func(a []driver.Value) (driver.Value, error) {
		r := []rune(text(a[0]))
		return string(r[len(r)-clamp(integer(a[1]), len(r)):]), nil
	}},
	"lpad":   {3, 3, false, func(a []driver.Value) (driver.Value, error) { return pad(a, true) }},
	"rpad":   {3, 3, false, func(a []driver.Value) (driver.Value, error) { return pad(a, false) }},
	"repeat": {2, 2, false, func(a []driver.Value) (driver.Value, error) { return repeated(text(a[0]), integer(a[1])) }},
	"space":  {1, 1, false, func(a []driver.Value) (driver.Value, error) { return repeated(" ", integer(a[0])) }},
	"reverse": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		r := []rune(text(a[0]))
		slices.Reverse(r)
		return string(r), nil
	}},
	"locate": {2, 3, false, func(a []driver.Value) (driver.Value, error) {
		from := int64(1)
		if len(a) == 3 {
			from = integer(a[2])
		}
		return locate(text(a[0]), text(a[1]), from), nil
	}},
	"substring_index": {3, 3, false, func(a []driver.Value) (driver.Value, error) {
		return substringIndex(text(a[0]), text(a[1]), integer(a[2])), nil
	}},
	"ascii": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		s := text(a[0])
		if s == "" {
			return int64(0), nil
		}
		return int64(s[0]), nil
	}},
	"strcmp": {2, 2, false, func(a []driver.Value) (driver.Value, error) {
		return int64(compareLoosely(text(a[0]), text(a[1]))), nil
	}},
	"field": {2, -1, true, func(a []driver.Value) (driver.Value, error) {
		for i, v := range a[1:] {
			if a[0] != nil && v != nil && compareLoosely(text(a[0]), text(v)) == 0 {
				return int64(i + 1), nil
			}
		}
		return int64(0), nil
	}},
	"elt": {2, -1, true, func(a []driver.Value) (driver.Value, error) {
		if n := integer(a[0]); a[0] != nil && n >= 1 && n < int64(len(a)) {
			return a[n], nil
		}
		return nil, nil
	}},
	"find_in_set": {2, 2, false, func(a []driver.Value) (driver.Value, error) {
		same := func(s string) bool { return compareLoosely(s, text(a[0])) == 0 }
		return int64(slices.IndexFunc(strings.Split(text(a[1]), ","), same) + 1), nil
	}},
	"insert": {4, 4, false, func(a []driver.Value) (driver.Value, error) {
		r, at := []rune(text(a[0])), integer(a[1])
		if at < 1 || at > int64(len(r)) {
			return text(a[0]), nil
		}
		end := at - 1 + integer(a[2])
		if integer(a[2]) < 0 || end > int64(len(r)) {
			end = int64(len(r))
		}
		return string(r[:at-1]) + text(a[3]) + string(r[end:]), nil
	}},
	"regexp": {2, 2, false, func(a []driver.Value) (driver.Value, error) {
		re, err := regexp.Compile("(?i)" + text(a[0]))
		if err != nil {
			return nil, err
		}
		return truth(re.MatchString(text(a[1]))), nil
	}},
}

func clamp(n int64, most int) int { return int(min(max(n, 0), int64(most))) }

func pad(a []driver.Value, left bool) (driver.Value, error) {
	r, n, fill := []rune(text(a[0])), integer(a[1]), []rune(text(a[2]))
	switch {
	case n < 0 || n > int64(len(r)) && len(fill) == 0:
		return nil, nil
	case n <= int64(len(r)):
		return string(r[:n]), nil
	case n > longest:
		return nil, errTooLong
	}
	padding := make([]rune, n-int64(len(r)))
	for i := range padding {
		padding[i] = fill[i%len(fill)]
	}
	if left {
		return string(padding) + string(r), nil
	}
	return string(r) + string(padding), nil
}

func repeated(s string, n int64) (driver.Value, error) {
	if n <= 0 || s == "" {
		return "", nil
	}
	if n > longest/int64(len(s)) {
		return nil, errTooLong
	}
	return strings.Repeat(s, int(n)), nil
}

// locate finds a part from a position on; both count characters from one.
func locate(part, whole string, from int64) int64 {
	r := []rune(letters(whole))
	if from < 1 || from > int64(len(r))+1 {
		return 0
	}
	rest := string(r[from-1:])
	at := strings.Index(rest, letters(part))
	if at < 0 {
		return 0
	}
	return from + int64(utf8.RuneCountInString(rest[:at]))
}

func substringIndex(s, delimiter string, count int64) string {
	if delimiter == "" || count == 0 {
		return ""
	}
	parts := strings.Split(s, delimiter)
	n := int64(len(parts))
	switch {
	case count >= n || -count >= n:
		return s
	case count > 0:
		return strings.Join(parts[:count], delimiter)
	}
	return strings.Join(parts[n+count:], delimiter)
}
