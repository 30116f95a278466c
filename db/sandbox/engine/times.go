package engine

import (
	"database/sql/driver"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"
)

// timeFunctions are NULL for what is no date.
// https://dev.mysql.com/doc/refman/8.4/en/date-and-time-functions.html
var timeFunctions = map[string]function{
	"date":  ofDate(func(t time.Time) driver.Value { return t.Format(time.DateOnly) }),
	"year":  ofDate(func(t time.Time) driver.Value { return int64(t.Year()) }),
	"month": ofDate(func(t time.Time) driver.Value { return int64(t.Month()) }),
	"day":   ofDate(func(t time.Time) driver.Value { return int64(t.Day()) }),
}

// momentFunction is a date or a DATETIME in the one form in which all of them
// compare; what is none cannot be compared with one.
var momentFunction = function{f: func(a []driver.Value) (driver.Value, error) {
	t, ok := parseDate(a[0])
	if !ok {
		const wrongValue = 1525
		return nil, mysql.NewError(wrongValue, fmt.Sprintf("Incorrect DATETIME value: '%.128s'", Text(a[0])))
	}
	return strings.TrimSuffix(t.Format("2006-01-02 15:04:05.999999"), "."), nil
}}

// dateLayouts are the ways in which MySQL's clients write dates. The seconds may
// have a fraction.
var dateLayouts = []string{"2006-1-2 15:4:5", "2006-1-2T15:4:5", "2006-1-2 15:4", "2006-1-2", "20060102150405", "20060102"}

// parseDate reads a date, with a time or without.
func parseDate(v driver.Value) (time.Time, bool) {
	s := strings.TrimSpace(Text(v))
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// stamp writes a date with its time, rounded to a number of decimals.
func stamp(t time.Time, decimals int) string {
	layout := time.DateTime
	if decimals > 0 {
		layout += "." + strings.Repeat("0", decimals)
	}
	return t.Round(time.Second / time.Duration(math.Pow10(decimals))).Format(layout)
}

// ofDate is a function of a date.
func ofDate(f func(time.Time) driver.Value) function {
	return always(1, 1, func(a []driver.Value) driver.Value {
		t, ok := parseDate(a[0])
		if !ok {
			return nil
		}
		return f(t)
	})
}
