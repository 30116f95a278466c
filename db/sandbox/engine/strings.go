package engine

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

// longest is the longest text a function makes, MySQL's max_allowed_packet.
const longest = 64 << 20

var errTooLong = errors.New("result is larger than max_allowed_packet")

// stringFunctions work on characters, and on bytes where a value is no text
// (Kept). Positions count from one.
// https://dev.mysql.com/doc/refman/8.4/en/string-functions.html
var stringFunctions = map[string]scalar{
	"concat": {1, -1, false, func(a []driver.Value) (driver.Value, error) {
		var b strings.Builder
		for _, v := range a {
			b.WriteString(text(v))
		}
		return Kept(b.String()), nil
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
		return Kept(strings.Join(parts, text(a[0]))), nil
	}},
	"char_length":  {1, 1, false, func(a []driver.Value) (driver.Value, error) { return int64(len(units(a[0]))), nil }},
	"mysql_length": {1, 1, false, func(a []driver.Value) (driver.Value, error) { return int64(len(text(a[0]))), nil }},
	"mysql_lower":  {1, 1, false, func(a []driver.Value) (driver.Value, error) { return cased(a[0], strings.ToLower), nil }},
	"mysql_upper":  {1, 1, false, func(a []driver.Value) (driver.Value, error) { return cased(a[0], strings.ToUpper), nil }},
	"mysql_left": {2, 2, false, func(a []driver.Value) (driver.Value, error) {
		u := units(a[0])
		return joined(u[:clamp(integer(a[1]), len(u))]), nil
	}},
	"mysql_right": {2, 2, false, func(a []driver.Value) (driver.Value, error) {
		u := units(a[0])
		return joined(u[len(u)-clamp(integer(a[1]), len(u)):]), nil
	}},
	"mysql_substr": {2, 3, false, func(a []driver.Value) (driver.Value, error) {
		length := int64(math.MaxInt64)
		if len(a) == 3 {
			length = integer(a[2])
		}
		return substring(units(a[0]), integer(a[1]), length), nil
	}},
	"mysql_trim": {3, 3, false, func(a []driver.Value) (driver.Value, error) {
		return Kept(trimmed(text(a[0]), text(a[1]), text(a[2]))), nil
	}},
	"lpad":   {3, 3, false, func(a []driver.Value) (driver.Value, error) { return pad(a, true) }},
	"rpad":   {3, 3, false, func(a []driver.Value) (driver.Value, error) { return pad(a, false) }},
	"repeat": {2, 2, false, func(a []driver.Value) (driver.Value, error) { return repeated(text(a[0]), integer(a[1])) }},
	"reverse": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		u := units(a[0])
		slices.Reverse(u)
		return joined(u), nil
	}},
	"mysql_replace": {3, 3, false, func(a []driver.Value) (driver.Value, error) {
		if text(a[1]) == "" {
			return a[0], nil
		}
		return Kept(strings.ReplaceAll(text(a[0]), text(a[1]), text(a[2]))), nil
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
	// regexp is the operator REGEXP, whose pattern SQLite passes first.
	"regexp": {2, 2, false, func(a []driver.Value) (driver.Value, error) {
		re, err := regexp.Compile("(?i)" + text(a[0]))
		if err != nil {
			return nil, err
		}
		return truth(re.MatchString(text(a[1]))), nil
	}},
	"mysql_hex": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		switch v := a[0].(type) {
		case int64:
			return strings.ToUpper(strconv.FormatUint(uint64(v), 16)), nil
		case float64:
			return strings.ToUpper(strconv.FormatUint(uint64(int64(math.Round(v))), 16)), nil
		}
		return strings.ToUpper(hex.EncodeToString([]byte(text(a[0])))), nil
	}},
	"mysql_unhex": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		digits := text(a[0])
		if len(digits)%2 == 1 {
			digits = "0" + digits
		}
		b, err := hex.DecodeString(digits)
		if err != nil {
			return nil, nil
		}
		return Kept(string(b)), nil
	}},
	"md5": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		sum := md5.Sum([]byte(text(a[0])))
		return hex.EncodeToString(sum[:]), nil
	}},
	"sha1": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		sum := sha1.Sum([]byte(text(a[0])))
		return hex.EncodeToString(sum[:]), nil
	}},
	"sha2": {2, 2, false, func(a []driver.Value) (driver.Value, error) {
		return sha2([]byte(text(a[0])), integer(a[1])), nil
	}},
	"mysql_uuid": {0, 0, false, func([]driver.Value) (driver.Value, error) {
		id, err := uuid.NewUUID()
		return id.String(), err
	}},
}

// units are a value's characters; those of a value that is no text are its
// bytes.
func units(v driver.Value) []string {
	if b, ok := v.([]byte); ok {
		all := make([]string, len(b))
		for i := range b {
			all[i] = string(b[i : i+1])
		}
		return all
	}
	return strings.Split(text(v), "")
}

func joined(units []string) driver.Value { return Kept(strings.Join(units, "")) }

// cased changes letters; bytes have no case.
func cased(v driver.Value, change func(string) string) driver.Value {
	if b, ok := v.([]byte); ok {
		return b
	}
	return change(text(v))
}

// substring counts from the end where at is negative; there is nothing at 0.
func substring(units []string, at, length int64) driver.Value {
	n := int64(len(units))
	if at < 0 {
		at = n + at + 1
	}
	if at < 1 || at > n || length <= 0 {
		return ""
	}
	return joined(units[at-1 : at-1+min(length, n-at+1)])
}

// trimmed takes a text off the ends of another for as long as it stands there.
func trimmed(s, remove, ends string) string {
	if remove == "" {
		return s
	}
	for ends != "TRAILING" && strings.HasPrefix(s, remove) {
		s = s[len(remove):]
	}
	for ends != "LEADING" && strings.HasSuffix(s, remove) {
		s = s[:len(s)-len(remove)]
	}
	return s
}

// sha2 is NULL for a length that SHA2 does not know.
func sha2(b []byte, bits int64) driver.Value {
	var sum []byte
	switch bits {
	case 224:
		h := sha256.Sum224(b)
		sum = h[:]
	case 0, 256:
		h := sha256.Sum256(b)
		sum = h[:]
	case 384:
		h := sha512.Sum384(b)
		sum = h[:]
	case 512:
		h := sha512.Sum512(b)
		sum = h[:]
	default:
		return nil
	}
	return hex.EncodeToString(sum)
}

func clamp(n int64, most int) int { return int(min(max(n, 0), int64(most))) }

func pad(a []driver.Value, left bool) (driver.Value, error) {
	u, n, fill := units(a[0]), integer(a[1]), units(a[2])
	switch {
	case n < 0 || n > int64(len(u)) && len(fill) == 0:
		return nil, nil
	case n <= int64(len(u)):
		return joined(u[:n]), nil
	case n > longest:
		return nil, errTooLong
	}
	padding := make([]string, n-int64(len(u)))
	for i := range padding {
		padding[i] = fill[i%len(fill)]
	}
	if left {
		return joined(append(padding, u...)), nil
	}
	return joined(append(u, padding...)), nil
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

// locate finds a part from a position on.
func locate(part, whole string, from int64) int64 {
	r, n := []rune(whole), int64(utf8.RuneCountInString(part))
	if from < 1 || from > int64(len(r))+1 {
		return 0
	}
	if isASCII(part) && isASCII(whole) {
		at := strings.Index(strings.ToLower(whole[from-1:]), strings.ToLower(part))
		if at < 0 {
			return 0
		}
		return from + int64(at)
	}
	for at := from; at+n <= int64(len(r))+1; at++ {
		if compareLoosely(string(r[at-1:at-1+n]), part) == 0 {
			return at
		}
	}
	return 0
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
