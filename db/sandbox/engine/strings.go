package engine

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"database/sql/driver"
	"fmt"
	"hash"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

// stringFunctions work on characters. Positions count from one.
// https://dev.mysql.com/doc/refman/8.4/en/string-functions.html
var stringFunctions = map[string]function{
	"concat": always(1, many, func(a []driver.Value) driver.Value {
		return Kept(strings.Join(texts(a), ""))
	}),
	"concat_ws": {least: 2, most: many, takesNull: true, f: func(a []driver.Value) (driver.Value, error) {
		if a[0] == nil {
			return nil, nil
		}
		return Kept(strings.Join(texts(a[1:]), Text(a[0]))), nil
	}},
	"length":      ofText(func(s string) driver.Value { return int64(len(s)) }),
	"char_length": ofText(func(s string) driver.Value { return int64(utf8.RuneCountInString(s)) }),
	"lower":       ofText(func(s string) driver.Value { return cased(s, strings.ToLower) }),
	"upper":       ofText(func(s string) driver.Value { return cased(s, strings.ToUpper) }),
	"trim":        ofText(func(s string) driver.Value { return Kept(strings.Trim(s, " ")) }),
	"ltrim":       ofText(func(s string) driver.Value { return Kept(strings.TrimLeft(s, " ")) }),
	"rtrim":       ofText(func(s string) driver.Value { return Kept(strings.TrimRight(s, " ")) }),
	"left": always(2, 2, func(a []driver.Value) driver.Value {
		return substring(Text(a[0]), 1, integer(a[1]))
	}),
	"right": always(2, 2, func(a []driver.Value) driver.Value {
		length := integer(a[1])
		return substring(Text(a[0]), -min(length, int64(utf8.RuneCountInString(Text(a[0])))), length)
	}),
	"substring": always(2, 3, func(a []driver.Value) driver.Value {
		length := int64(math.MaxInt64)
		if len(a) == 3 {
			length = integer(a[2])
		}
		return substring(Text(a[0]), integer(a[1]), length)
	}),
	"replace": always(3, 3, func(a []driver.Value) driver.Value {
		if Text(a[1]) == "" {
			return a[0]
		}
		return Kept(strings.ReplaceAll(Text(a[0]), Text(a[1]), Text(a[2])))
	}),
	"locate": always(2, 3, func(a []driver.Value) driver.Value {
		from := int64(1)
		if len(a) == 3 {
			from = integer(a[2])
		}
		return locate(Text(a[0]), Text(a[1]), from)
	}),
	"hex": always(1, 1, func(a []driver.Value) driver.Value {
		switch v := a[0].(type) {
		case int64:
			return fmt.Sprintf("%X", uint64(v))
		case float64:
			return fmt.Sprintf("%X", uint64(int64(math.Round(v))))
		}
		return fmt.Sprintf("%X", Text(a[0]))
	}),
	"md5":  ofText(func(s string) driver.Value { return digest(md5.New, s) }),
	"sha1": ofText(func(s string) driver.Value { return digest(sha1.New, s) }),
	"sha2": always(2, 2, func(a []driver.Value) driver.Value {
		if algorithm, ok := sha2[integer(a[1])]; ok {
			return digest(algorithm, Text(a[0]))
		}
		return nil
	}),
	"uuid": {f: func([]driver.Value) (driver.Value, error) {
		id, err := uuid.NewUUID()
		return id.String(), err
	}},
}

// sha2 are the digests of SHA2 by their length.
var sha2 = map[int64]func() hash.Hash{
	0: sha256.New, 224: sha256.New224, 256: sha256.New, 384: sha512.New384, 512: sha512.New,
}

func digest(algorithm func() hash.Hash, s string) driver.Value {
	h := algorithm()
	_, _ = h.Write([]byte(s)) // never fails
	return fmt.Sprintf("%x", h.Sum(nil))
}

// texts are values as texts, without those that are NULL.
func texts(values []driver.Value) []string {
	var all []string
	for _, v := range values {
		if v != nil {
			all = append(all, Text(v))
		}
	}
	return all
}

// cased changes letters; what is no text has none.
func cased(s string, change func(string) string) driver.Value {
	if utf8.ValidString(s) {
		s = change(s)
	}
	return Kept(s)
}

// characters are those of a text, and the bytes that are no part of one.
func characters(s string) []string { return strings.Split(s, "") }

// substring counts from the end where at is negative; there is nothing at 0.
func substring(s string, at, length int64) driver.Value {
	c := characters(s)
	n := int64(len(c))
	if at < 0 {
		at = n + at + 1
	}
	if at < 1 || at > n || length <= 0 {
		return ""
	}
	return Kept(strings.Join(c[at-1:at-1+min(length, n-at+1)], ""))
}

// locate finds a part from a position on.
func locate(part, whole string, from int64) driver.Value {
	c, n := characters(whole), int64(utf8.RuneCountInString(part))
	for at := from; at >= 1 && at+n <= int64(len(c))+1; at++ {
		if compareLoosely(strings.Join(c[at-1:at-1+n], ""), part) == 0 {
			return at
		}
	}
	return int64(0)
}
