package engine

import (
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	pm "github.com/pingcap/tidb/pkg/parser/mysql"
)

// StoreError is a value that does not fit its column. Code is MySQL's number.
type StoreError struct {
	Code uint16
	Text string
}

// storePrefix marks a StoreError on its way through SQLite, which keeps only
// an error's text.
const storePrefix = "keyturn store "

func (e *StoreError) Error() string { return storePrefix + strconv.Itoa(int(e.Code)) + " " + e.Text }

// ParseStoreError finds a StoreError in what SQLite says.
func ParseStoreError(text string) (*StoreError, bool) {
	_, after, ok := strings.Cut(text, storePrefix)
	if !ok {
		return nil, false
	}
	code, message, _ := strings.Cut(after, " ")
	n, err := strconv.ParseUint(code, 10, 16)
	return &StoreError{Code: uint16(n), Text: message}, err == nil
}

// storeFunction is mysql_store(value, type, unsigned, length, decimals,
// elements, column, row): the value as a column of that type keeps it.
// Elements of an ENUM or SET are as ListElements writes them.
var storeFunction = scalar{8, 8, true, func(a []driver.Value) (driver.Value, error) {
	if a[0] == nil {
		return nil, nil
	}
	c := target{
		code: byte(integer(a[1])), unsigned: integer(a[2]) != 0, length: int(integer(a[3])), decimals: int(integer(a[4])),
		elements: readElements(text(a[5])), column: text(a[6]), row: integer(a[7]),
	}
	return c.store(a[0])
}}

// ListElements writes the elements of an ENUM or SET as one text, whatever
// characters they hold.
func ListElements(elements []string) string {
	list := make([]string, len(elements))
	for i, e := range elements {
		list[i] = hex.EncodeToString([]byte(e))
	}
	return strings.Join(list, ",")
}

func readElements(list string) []string {
	elements := strings.Split(list, ",")
	for i, e := range elements {
		text, _ := hex.DecodeString(e) // as ListElements wrote it
		elements[i] = string(text)
	}
	return elements
}

type target struct {
	code             byte
	unsigned         bool
	length, decimals int
	elements         []string
	column           string
	row              int64
}

func (c target) store(v driver.Value) (driver.Value, error) {
	switch c.code {
	case pm.TypeTiny, pm.TypeShort, pm.TypeInt24, pm.TypeLong, pm.TypeLonglong:
		return c.integer(v)
	case pm.TypeYear:
		return c.bounded(v, "integer", 0, 2155)
	case pm.TypeFloat, pm.TypeDouble:
		return c.float(v, "double")
	case pm.TypeNewDecimal:
		return c.decimal(v)
	case pm.TypeVarchar, pm.TypeVarString, pm.TypeString:
		return c.characters(v)
	case pm.TypeEnum:
		return c.enum(v)
	case pm.TypeSet:
		return c.set(v)
	case pm.TypeDate, pm.TypeDatetime, pm.TypeTimestamp:
		return c.date(v)
	case pm.TypeDuration:
		return c.time(v)
	case pm.TypeJSON:
		if !json.Valid([]byte(text(v))) {
			return nil, &StoreError{Code: 3140, Text: fmt.Sprintf("Invalid JSON text: \"Invalid value.\" at position 0 in value for column '%s'.", c.column)}
		}
		return text(v), nil
	case pm.TypeBit:
		return integer(v), nil
	}
	return c.bytes(v)
}

// ranges of the signed types; the unsigned ones go from 0 to twice as far.
var ranges = map[byte]float64{
	pm.TypeTiny: 1 << 7, pm.TypeShort: 1 << 15, pm.TypeInt24: 1 << 23, pm.TypeLong: 1 << 31, pm.TypeLonglong: 1 << 63,
}

func (c target) integer(v driver.Value) (driver.Value, error) {
	low, high := -ranges[c.code], ranges[c.code]-1
	if c.unsigned {
		low, high = 0, min(2*ranges[c.code]-1, 1<<63)
	}
	return c.bounded(v, "integer", low, high)
}

func (c target) bounded(v driver.Value, kind string, low, high float64) (driver.Value, error) {
	i, exact := v.(int64)
	f := float64(i)
	if !exact {
		n, err := c.float(v, kind)
		if err != nil {
			return nil, err
		}
		f, _ = n.(float64)
		f = math.Round(f)
		i = int64(f)
	}
	if f < low || f > high {
		return nil, c.outOfRange()
	}
	return i, nil
}

func (c target) float(v driver.Value, kind string) (driver.Value, error) {
	switch v := v.(type) {
	case int64:
		return float64(v), nil
	case float64:
		return v, nil
	}
	s := strings.TrimSpace(text(v))
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		if number(v) == 0 {
			return nil, &StoreError{Code: 1366, Text: fmt.Sprintf("Incorrect %s value: '%.128s' for column '%s' at row %d", kind, s, c.column, c.row)}
		}
		return nil, c.truncated()
	}
	return f, nil
}

func (c target) decimal(v driver.Value) (driver.Value, error) {
	n, err := c.float(v, "decimal")
	if err != nil {
		return nil, err
	}
	f, _ := n.(float64)
	if math.Abs(f) >= math.Pow10(c.length-c.decimals) {
		return nil, c.outOfRange()
	}
	if i, ok := v.(int64); ok {
		return i, nil
	}
	exact, ok := new(big.Rat).SetString(strconv.FormatFloat(f, 'f', -1, 64))
	if !ok {
		return nil, c.outOfRange() // not a finite number
	}
	return strconv.ParseFloat(exact.FloatString(c.decimals), 64)
}

func (c target) characters(v driver.Value) (driver.Value, error) {
	s := text(v)
	if c.length >= 0 && utf8.RuneCountInString(s) > c.length {
		return nil, c.tooLong()
	}
	return Kept(s), nil
}

// lengths of the BLOB and TEXT types in bytes.
var lengths = map[byte]int{pm.TypeTinyBlob: 1<<8 - 1, pm.TypeBlob: 1<<16 - 1, pm.TypeMediumBlob: 1<<24 - 1}

func (c target) bytes(v driver.Value) (driver.Value, error) {
	if most, ok := lengths[c.code]; ok && len(text(v)) > most {
		return nil, c.tooLong()
	}
	return Kept(text(v)), nil
}

func (c target) enum(v driver.Value) (driver.Value, error) {
	if i, ok := v.(int64); ok && i >= 1 && i <= int64(len(c.elements)) {
		return c.elements[i-1], nil
	}
	if i := slices.IndexFunc(c.elements, func(e string) bool { return compareLoosely(e, text(v)) == 0 }); i >= 0 {
		return c.elements[i], nil
	}
	return nil, c.truncated()
}

func (c target) set(v driver.Value) (driver.Value, error) {
	var kept []string
	for _, e := range c.elements {
		if slices.ContainsFunc(strings.Split(text(v), ","), func(s string) bool { return compareLoosely(e, s) == 0 }) {
			kept = append(kept, e)
		}
	}
	for _, s := range strings.Split(text(v), ",") {
		if s != "" && !slices.ContainsFunc(c.elements, func(e string) bool { return compareLoosely(e, s) == 0 }) {
			return nil, c.truncated()
		}
	}
	return strings.Join(kept, ","), nil
}

func (c target) date(v driver.Value) (driver.Value, error) {
	t, ok := moment(v)
	if !ok || len(strings.TrimSpace(text(v))) <= len(time.TimeOnly) && strings.Contains(text(v), ":") {
		kind := "datetime"
		if c.code == pm.TypeDate {
			kind = "date"
		}
		return nil, &StoreError{Code: 1292, Text: fmt.Sprintf("Incorrect %s value: '%.128s' for column '%s' at row %d", kind, text(v), c.column, c.row)}
	}
	if c.code == pm.TypeDate {
		return t.Format(time.DateOnly), nil
	}
	layout := time.DateTime
	if c.decimals > 0 {
		layout += "." + strings.Repeat("0", c.decimals)
	}
	return t.Round(time.Second / time.Duration(math.Pow10(max(c.decimals, 0)))).Format(layout), nil
}

// time keeps [-]HHH:MM:SS as it is; a number is HHMMSS.
func (c target) time(v driver.Value) (driver.Value, error) {
	s := strings.TrimSpace(text(v))
	if i, ok := v.(int64); ok {
		s = fmt.Sprintf("%02d:%02d:%02d", i/10000, i/100%100, i%100)
	}
	var h, m, sec int
	if _, err := fmt.Sscanf(strings.TrimPrefix(s, "-"), "%d:%d:%d", &h, &m, &sec); err != nil || h > 838 || m > 59 || sec > 59 {
		if t, ok := moment(v); ok && strings.Contains(s, "-") {
			return t.Format(time.TimeOnly), nil
		}
		return nil, &StoreError{Code: 1292, Text: fmt.Sprintf("Incorrect time value: '%.128s' for column '%s' at row %d", s, c.column, c.row)}
	}
	return s, nil
}

func (c target) outOfRange() error {
	return &StoreError{Code: 1264, Text: fmt.Sprintf("Out of range value for column '%s' at row %d", c.column, c.row)}
}

func (c target) tooLong() error {
	return &StoreError{Code: 1406, Text: fmt.Sprintf("Data too long for column '%s' at row %d", c.column, c.row)}
}

func (c target) truncated() error {
	return &StoreError{Code: 1265, Text: fmt.Sprintf("Data truncated for column '%s' at row %d", c.column, c.row)}
}
