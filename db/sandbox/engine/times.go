package engine

import (
	"database/sql/driver"
	"strings"
	"time"
)

var timeFunctions = map[string]scalar{
	"year":       part(func(t time.Time) int { return t.Year() }),
	"month":      part(func(t time.Time) int { return int(t.Month()) }),
	"dayofmonth": part(func(t time.Time) int { return t.Day() }),
	"hour":       part(func(t time.Time) int { return t.Hour() }),
	"minute":     part(func(t time.Time) int { return t.Minute() }),
	"second":     part(func(t time.Time) int { return t.Second() }),
	"dayofweek":  part(func(t time.Time) int { return int(t.Weekday()) + 1 }),
	"weekday":    part(func(t time.Time) int { return (int(t.Weekday()) + 6) % 7 }),
	"dayofyear":  part(func(t time.Time) int { return t.YearDay() }),
	"mysql_date": named1(func(t time.Time) string { return t.Format(time.DateOnly) }),
	"mysql_time": named1(func(t time.Time) string { return t.Format(time.TimeOnly) }),
	"last_day": named1(func(t time.Time) string {
		return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}),
	"datediff": {2, 2, false, func(a []driver.Value) (driver.Value, error) {
		x, okX := moment(a[0])
		y, okY := moment(a[1])
		if !okX || !okY {
			return nil, nil
		}
		const day = 24 * time.Hour
		return int64(x.Truncate(day).Sub(y.Truncate(day)) / day), nil
	}},
	"date_format": {2, 2, false, func(a []driver.Value) (driver.Value, error) {
		t, ok := moment(a[0])
		if !ok {
			return nil, nil
		}
		return formatted(t, text(a[1])), nil
	}},
	"unix_timestamp": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		t, ok := moment(a[0])
		if !ok {
			return int64(0), nil
		}
		return t.Unix(), nil
	}},
	"from_unixtime": {1, 2, false, func(a []driver.Value) (driver.Value, error) {
		if number(a[0]) < 0 {
			return nil, nil
		}
		t := time.Unix(integer(a[0]), 0).UTC()
		if len(a) == 2 {
			return formatted(t, text(a[1])), nil
		}
		return t.Format(time.DateTime), nil
	}},
	// mysql_shift adds a number of a unit's intervals to a date, mysql_between
	// counts the whole units between two.
	"mysql_shift": {3, 3, false, func(a []driver.Value) (driver.Value, error) {
		return shifted(a[0], text(a[1]), text(a[2])), nil
	}},
	"mysql_between": {3, 3, false, func(a []driver.Value) (driver.Value, error) {
		from, okFrom := moment(a[1])
		to, okTo := moment(a[2])
		if !okFrom || !okTo {
			return nil, nil
		}
		return unitsBetween(text(a[0]), from, to), nil
	}},
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
	if t, err := time.Parse(time.TimeOnly, s); err == nil {
		return t, true
	}
	return time.Time{}, false
}

func part(f func(time.Time) int) scalar {
	return scalar{1, 1, false, func(a []driver.Value) (driver.Value, error) {
		t, ok := moment(a[0])
		if !ok {
			return nil, nil
		}
		return int64(f(t)), nil
	}}
}

func named1(f func(time.Time) string) scalar {
	return scalar{1, 1, false, func(a []driver.Value) (driver.Value, error) {
		t, ok := moment(a[0])
		if !ok {
			return nil, nil
		}
		return f(t), nil
	}}
}
