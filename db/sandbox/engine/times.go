package engine

import (
	"database/sql/driver"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// timeFunctions are NULL for what is no date.
// https://dev.mysql.com/doc/refman/8.4/en/date-and-time-functions.html
var timeFunctions = map[string]function{
	"date":   ofDate(func(t time.Time) driver.Value { return t.Format(time.DateOnly) }),
	"year":   ofDate(func(t time.Time) driver.Value { return int64(t.Year()) }),
	"month":  ofDate(func(t time.Time) driver.Value { return int64(t.Month()) }),
	"day":    ofDate(func(t time.Time) driver.Value { return int64(t.Day()) }),
	"hour":   ofTime(func(d time.Duration) int64 { return int64(d / time.Hour) }),
	"minute": ofTime(func(d time.Duration) int64 { return int64(d / time.Minute % 60) }),
	"second": ofTime(func(d time.Duration) int64 { return int64(d / time.Second % 60) }),
	"datediff": always(2, 2, func(a []driver.Value) driver.Value {
		x, okX := moment(a[0])
		y, okY := moment(a[1])
		if !okX || !okY {
			return nil
		}
		const day = 24 * time.Hour
		return int64(x.Truncate(day).Sub(y.Truncate(day)) / day)
	}),
	"date_format": {least: 2, most: 2, f: func(a []driver.Value) (driver.Value, error) {
		t, ok := moment(a[0])
		if !ok {
			return nil, nil
		}
		return formatted(t, text(a[1]))
	}},
	// The last argument of these two is the session's time zone.
	"unix_timestamp": always(2, 2, func(a []driver.Value) driver.Value {
		t, ok := moment(a[0])
		if !ok {
			return int64(0)
		}
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, Location(text(a[1]))).Unix()
	}),
	"from_unixtime": always(2, 2, func(a []driver.Value) driver.Value {
		if number(a[0]) < 0 {
			return nil
		}
		return time.Unix(integer(a[0]), 0).In(Location(text(a[1]))).Format(time.DateTime)
	}),
}

// shiftFunction adds a number of a unit to a date. That stays a date unless the
// unit is smaller than a day.
var shiftFunction = always(3, 3, func(a []driver.Value) driver.Value {
	t, ok := moment(a[0])
	if !ok {
		return nil
	}
	unit, n := units[text(a[2])], math.Round(number(a[1]))
	if math.Abs(n)*float64(unit.seconds+28*daySeconds*int64(unit.months)) > allYears {
		return nil
	}
	t = unit.after(t, int(n))
	switch {
	case t.Year() < 1 || t.Year() > 9999:
		return nil
	case len(strings.TrimSpace(text(a[0]))) <= len(time.DateOnly) && unit.seconds%daySeconds == 0:
		return t.Format(time.DateOnly)
	case t.Nanosecond() != 0:
		return stamp(t, 6)
	}
	return stamp(t, 0)
})

// allYears are more seconds than the calendar has.
const allYears = 4e11

// datetimeFunction is CAST to a DATETIME.
var datetimeFunction = ofDate(func(t time.Time) driver.Value { return stamp(t, 0) })

// unit is a unit of intervals, in months or in seconds.
type unit struct {
	months  int
	seconds int64
}

const daySeconds = 24 * 60 * 60

var units = map[string]unit{
	"SECOND": {seconds: 1}, "MINUTE": {seconds: 60}, "HOUR": {seconds: 60 * 60},
	"DAY": {seconds: daySeconds}, "WEEK": {seconds: 7 * daySeconds},
	"MONTH": {months: 1}, "QUARTER": {months: 3}, "YEAR": {months: 12},
}

// IsUnit reports whether intervals may be of that unit.
func IsUnit(name string) bool { return units[name] != unit{} }

// after is n units later. A month after 31 January is the last of February.
func (u unit) after(t time.Time, n int) time.Time {
	if u.seconds > 0 {
		return time.Unix(t.Unix()+int64(n)*u.seconds, int64(t.Nanosecond())).UTC()
	}
	first := t.AddDate(0, n*u.months, 1-t.Day())
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}

// Location reads a time_zone: SYSTEM, which is UTC as on RDS, an offset like
// +02:00, or a name.
func Location(zone string) *time.Location {
	if t, err := time.Parse("-07:00", zone); err == nil {
		_, offset := t.Zone()
		return time.FixedZone(zone, offset)
	}
	if l, err := time.LoadLocation(zone); err == nil {
		return l
	}
	return time.UTC
}

// layouts are the ways in which MySQL's clients write dates.
var layouts = []string{
	"2006-1-2 15:4:5.999999", "2006-1-2T15:4:5.999999", "2006-1-2 15:4", "2006-1-2", "20060102150405", "20060102",
}

// moment reads a date, with a time or without.
func moment(v driver.Value) (time.Time, bool) {
	s := strings.TrimSpace(text(v))
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

// timePattern is [-]HHH:MM[:SS[.fraction]].
var timePattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(-?)(\d{1,3}):([0-5]?\d)(?::([0-5]?\d(?:\.\d*)?))?$`)
})

// duration reads a TIME, which MySQL limits to 838:59:59.
func duration(v driver.Value) (time.Duration, bool) {
	found := timePattern().FindStringSubmatch(strings.TrimSpace(text(v)))
	if found == nil {
		return 0, false
	}
	hours, _ := strconv.Atoi(found[2])
	minutes, _ := strconv.Atoi(found[3])
	seconds, _ := strconv.ParseFloat("0"+found[4], 64)
	d := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute + time.Duration(seconds*float64(time.Second))
	if found[1] == "-" {
		d = -d
	}
	return d, hours <= 838
}

// ofDate is a function of a date.
func ofDate(f func(time.Time) driver.Value) function {
	return always(1, 1, func(a []driver.Value) driver.Value {
		t, ok := moment(a[0])
		if !ok {
			return nil
		}
		return f(t)
	})
}

// ofTime is a function of a TIME, or of a date's time.
func ofTime(f func(time.Duration) int64) function {
	return always(1, 1, func(a []driver.Value) driver.Value {
		if d, ok := duration(a[0]); ok {
			return f(d.Abs())
		}
		t, ok := moment(a[0])
		if !ok {
			return nil
		}
		return f(t.Sub(t.Truncate(24 * time.Hour)))
	})
}
