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
	"date":   ofDate(func(t time.Time) driver.Value { return t.Format(time.DateOnly) }),
	"year":   ofDate(func(t time.Time) driver.Value { return int64(t.Year()) }),
	"month":  ofDate(func(t time.Time) driver.Value { return int64(t.Month()) }),
	"day":    ofDate(func(t time.Time) driver.Value { return int64(t.Day()) }),
	"hour":   ofTime(func(t time.Time) driver.Value { return int64(t.Hour()) }),
	"minute": ofTime(func(t time.Time) driver.Value { return int64(t.Minute()) }),
	"second": ofTime(func(t time.Time) driver.Value { return int64(t.Second()) }),
	"date_format": {least: 2, most: 2, f: func(a []driver.Value) (driver.Value, error) {
		t, ok := parseDate(a[0])
		if !ok {
			return nil, nil
		}
		return formatted(t, Text(a[1]))
	}},
	// The last argument of these two is the session's time zone.
	"unix_timestamp": always(2, 2, func(a []driver.Value) driver.Value {
		t, ok := parseDate(a[0])
		if !ok {
			return int64(0)
		}
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, location(a[1])).Unix()
	}),
	"from_unixtime": always(2, 2, func(a []driver.Value) driver.Value {
		if number(a[0]) < 0 {
			return nil
		}
		return time.Unix(integer(a[0]), 0).In(location(a[1])).Format(time.DateTime)
	}),
}

// datetimeFunction is CAST to a DATETIME.
var datetimeFunction = ofDate(func(t time.Time) driver.Value { return stamp(t, 0) })

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

// timeFunction is a time of day in the form of a TIME column.
var timeFunction = function{f: func(a []driver.Value) (driver.Value, error) {
	t, ok := clock(a[0])
	if !ok {
		const wrongValue = 1525
		return nil, mysql.NewError(wrongValue, fmt.Sprintf("Incorrect TIME value: '%.128s'", Text(a[0])))
	}
	return strings.TrimSuffix(t.Format("15:04:05.999999"), "."), nil
}}

// Location reads a time_zone: SYSTEM, which is UTC as on RDS, an offset like
// +02:00, or a name.
func Location(zone string) (*time.Location, bool) {
	if zone == "SYSTEM" {
		return time.UTC, true
	}
	if t, err := time.Parse("-07:00", zone); err == nil {
		_, offset := t.Zone()
		return time.FixedZone(zone, offset), true
	}
	l, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return time.UTC, false
	}
	return l, true
}

func location(v driver.Value) *time.Location {
	l, _ := Location(Text(v))
	return l
}

// The ways in which MySQL's clients write dates and times of day. Either may
// have a fraction of a second.
var (
	dateLayouts = []string{"2006-1-2 15:4:5", "2006-1-2T15:4:5", "2006-1-2 15:4", "2006-1-2", "20060102150405", "20060102"}
	timeLayouts = []string{"15:4:5", "15:4"}
)

// parseDate reads a date, with a time or without.
func parseDate(v driver.Value) (time.Time, bool) { return parsed(v, dateLayouts) }

// clock reads a time of day, or that of a date.
func clock(v driver.Value) (time.Time, bool) { return parsed(v, append(timeLayouts, dateLayouts...)) }

func parsed(v driver.Value, layouts []string) (time.Time, bool) {
	s := strings.TrimSpace(Text(v))
	for _, layout := range layouts {
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

// ofDate and ofTime are functions of a date and of a time of day.
func ofDate(f func(time.Time) driver.Value) function { return ofMoment(parseDate, f) }

func ofTime(f func(time.Time) driver.Value) function { return ofMoment(clock, f) }

func ofMoment(read func(driver.Value) (time.Time, bool), f func(time.Time) driver.Value) function {
	return always(1, 1, func(a []driver.Value) driver.Value {
		t, ok := read(a[0])
		if !ok {
			return nil
		}
		return f(t)
	})
}
