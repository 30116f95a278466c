package engine

import (
	"database/sql/driver"
	"math"
	"strings"
	"time"
)

// unit is one of INTERVAL's: so many months, or so long.
type unit struct {
	months int
	length time.Duration
}

var units = map[string]unit{
	"SECOND": {length: time.Second}, "MINUTE": {length: time.Minute}, "HOUR": {length: time.Hour},
	"DAY": {length: 24 * time.Hour}, "WEEK": {length: 7 * 24 * time.Hour},
	"MONTH": {months: 1}, "QUARTER": {months: 3}, "YEAR": {months: 12},
}

// HasUnit reports whether INTERVAL takes a unit here.
func HasUnit(name string) bool {
	_, ok := units[name]
	return ok
}

// IsTimeUnit reports whether a unit makes a DATETIME of a DATE.
func IsTimeUnit(name string) bool { return units[name].length > 0 && units[name].length < 24*time.Hour }

// dateAddFunction is mysql_date_add(date, amount, unit, decimals). Only seconds
// have fractions. With -1 decimals there are six if there is a fraction.
// https://dev.mysql.com/doc/refman/8.4/en/date-and-time-functions.html#function_date-add
var dateAddFunction = always(4, 4, func(a []driver.Value) driver.Value {
	start, ok := parseDate(a[0])
	if !ok {
		return nil
	}
	name, decimals := Text(a[2]), int(integer(a[3]))
	u, amount := units[name], number(a[1])
	amount = rounded(amount, 6)
	const maxYears = 10000
	if math.Abs(amount)*(float64(u.months)/12+u.length.Hours()/8760) > maxYears {
		return nil
	}
	end := addMonths(start, int(amount)*u.months)
	if u.length > 0 {
		whole, fraction := math.Modf(amount)
		days := int(whole * float64(u.length/time.Second) / 86400)
		rest := time.Duration(int64(whole*float64(u.length/time.Second))-int64(days)*86400) * time.Second
		end = end.AddDate(0, 0, days).Add(rest + time.Duration(math.Round(fraction*1e6))*time.Microsecond)
	}
	if end.Year() < 1 || end.Year() > 9999 {
		return nil
	}
	const dateOnly = len("2006-01-02")
	if s := strings.TrimSpace(Text(a[0])); len(s) <= dateOnly && !IsTimeUnit(name) {
		return end.Format(time.DateOnly)
	}
	if decimals < 0 {
		decimals = 0
		if end.Nanosecond() != 0 {
			decimals = 6
		}
	}
	return stamp(end, decimals)
})

// addMonths keeps a day that the month does not have in the month.
func addMonths(t time.Time, months int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	lastDay := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), lastDay)-1)
}
