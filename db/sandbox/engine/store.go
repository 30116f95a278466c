package engine

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-mysql-org/go-mysql/mysql"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"

	"keyturn/db/sandbox/mysqlerr"
)

// Column is the column that is to keep a value. A statement writes it as JSON,
// for mysql_store.
type Column struct {
	Name     string
	Type     byte // as the protocol numbers it
	Unsigned bool
	Length   int
	Bytes    bool // Length counts bytes, not characters
	Decimals int
	Elements []string // of an ENUM
	Row      int      // of the statement, for its errors
}

// storeFunction is mysql_store(value, column): the value as the column keeps
// it, or MySQL's error if it does not fit.
var storeFunction = function{f: func(a []driver.Value) (driver.Value, error) {
	var c Column
	if err := json.Unmarshal([]byte(Text(a[1])), &c); err != nil {
		return nil, err
	}
	switch c.Type {
	case pm.TypeTiny, pm.TypeShort, pm.TypeInt24, pm.TypeLong, pm.TypeLonglong:
		return c.integer(a[0])
	case pm.TypeFloat, pm.TypeDouble:
		if c.Decimals > 0 {
			return c.decimal(a[0])
		}
		return c.number(a[0], "double")
	case pm.TypeNewDecimal:
		return c.decimal(a[0])
	case pm.TypeEnum:
		return c.enum(a[0])
	case pm.TypeDate, pm.TypeDatetime, pm.TypeTimestamp:
		return c.date(a[0])
	case pm.TypeDuration:
		return c.time(a[0])
	}
	return c.text(Text(a[0]))
}}

// bits of the integers.
var bits = map[byte]int{
	pm.TypeTiny: 8, pm.TypeShort: 16, pm.TypeInt24: 24, pm.TypeLong: 32, pm.TypeLonglong: 64,
}

func (c Column) integer(v driver.Value) (driver.Value, error) {
	i, err := strconv.ParseInt(Text(v), 10, 64)
	if err != nil {
		f, err := c.number(v, "integer")
		if err != nil {
			return nil, err
		}
		if f = math.Round(f); math.Abs(f) >= 1<<63 {
			if c.Unsigned && c.Type == pm.TypeLonglong && f < 1<<64 {
				return nil, mysqlerr.Beyond("BIGINT UNSIGNED above 9223372036854775807")
			}
			return nil, c.outOfRange()
		}
		i = int64(f)
	}
	high := i >> (bits[c.Type] - 1) // 0 or -1 if the rest is enough for the value
	if c.Unsigned && (i < 0 || i>>bits[c.Type] != 0) || !c.Unsigned && high != 0 && high != -1 {
		return nil, c.outOfRange()
	}
	return i, nil
}

func (c Column) number(v driver.Value, kind string) (float64, error) {
	s, f := strings.TrimSpace(Text(v)), number(v)
	switch {
	case !isNumber(v) && numeral.FindString(s) == "":
		return 0, mysql.NewError(mysql.ER_TRUNCATED_WRONG_VALUE_FOR_FIELD, c.incorrect(kind, s))
	case !isNumber(v) && numeral.FindString(s) != s:
		return 0, c.truncated()
	case math.IsInf(f, 0), c.Unsigned && f < 0:
		return 0, c.outOfRange()
	}
	return f, nil
}

// decimal keeps a number of decimals.
func (c Column) decimal(v driver.Value) (driver.Value, error) {
	f, err := c.number(v, "decimal")
	if err != nil {
		return nil, err
	}
	f = rounded(f, c.Decimals)
	if math.Abs(f) >= math.Pow10(c.Length-c.Decimals) {
		return nil, c.outOfRange()
	}
	return f, nil
}

func (c Column) enum(v driver.Value) (driver.Value, error) {
	if i, ok := v.(int64); ok && i >= 1 && i <= int64(len(c.Elements)) {
		return c.Elements[i-1], nil
	}
	i := slices.IndexFunc(c.Elements, func(e string) bool { return compareLoosely(e, Text(v)) == 0 })
	if i < 0 {
		return nil, c.truncated()
	}
	return c.Elements[i], nil
}

func (c Column) date(v driver.Value) (driver.Value, error) {
	t, ok := parseDate(v)
	switch {
	case !ok && c.Type == pm.TypeDate:
		return nil, mysql.NewError(mysql.ER_TRUNCATED_WRONG_VALUE, c.incorrect("date", Text(v)))
	case !ok:
		return nil, mysql.NewError(mysql.ER_TRUNCATED_WRONG_VALUE, c.incorrect("datetime", Text(v)))
	case c.Type == pm.TypeDate:
		return t.Format(time.DateOnly), nil
	}
	return stamp(t, c.Decimals), nil
}

// time keeps a time of day. Of a date it takes the time; a number is HHMMSS.
func (c Column) time(v driver.Value) (driver.Value, error) {
	s := Text(v)
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		s = fmt.Sprintf("%02d:%02d:%02d", i/10000, i/100%100, i%100)
	}
	t, ok := clock(s)
	switch {
	case !ok && strings.Contains(s, ":"):
		return nil, mysqlerr.Beyond("a TIME that is no time of day")
	case !ok:
		return nil, mysql.NewError(mysql.ER_TRUNCATED_WRONG_VALUE, c.incorrect("time", s))
	}
	return t.Round(time.Second).Format(time.TimeOnly), nil
}

// text fills BINARY with zeros, and CHAR loses its spaces, as MySQL shows them.
func (c Column) text(s string) (driver.Value, error) {
	length := utf8.RuneCountInString(s)
	if c.Bytes {
		length = len(s)
	}
	switch {
	case length > c.Length:
		return nil, mysqlerr.New(mysql.ER_DATA_TOO_LONG, c.Name, c.Row)
	case c.Type == pm.TypeString && c.Bytes:
		s += strings.Repeat("\x00", c.Length-length)
	case c.Type == pm.TypeString:
		s = strings.TrimRight(s, " ")
	}
	return Kept(s), nil
}

func (c Column) incorrect(kind, value string) string {
	return fmt.Sprintf("Incorrect %s value: '%.128s' for column '%s' at row %d", kind, value, c.Name, c.Row)
}

func (c Column) outOfRange() error {
	return mysqlerr.New(mysql.ER_WARN_DATA_OUT_OF_RANGE, c.Name, c.Row)
}

// truncated is said of what fits only in part, or is not in an ENUM.
func (c Column) truncated() error { return mysqlerr.New(mysql.WARN_DATA_TRUNCATED, c.Name, c.Row) }
