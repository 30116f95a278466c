package engine

import (
	"database/sql/driver"
	"math"
	"strings"
	"time"
)

// seconds in the units that always last the same.
var seconds = map[string]float64{
	"MICROSECOND": 1e-6, "SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400, "WEEK": 7 * 86400,
}

// months in the units that do not.
var months = map[string]int{"MONTH": 1, "QUARTER": 3, "YEAR": 12}

// shifted is DATE_ADD: a date stays one unless the unit is smaller than a day.
func shifted(date driver.Value, amount, unit string) driver.Value {
	t, ok := moment(date)
	if !ok {
		return nil
	}
	n, unit := number(amount), strings.ToUpper(unit)
	onlyDate := len(strings.TrimSpace(text(date))) <= len(time.DateOnly)
	if m, ok := months[unit]; ok {
		t = addMonths(t, int(n)*m)
	} else if s, ok := seconds[unit]; ok && math.Abs(n*s) < 1e11 {
		t = t.Add(time.Duration(n * s * float64(time.Second)))
		onlyDate = onlyDate && s >= seconds["DAY"]
	} else {
		return nil
	}
	switch {
	case onlyDate:
		return t.Format(time.DateOnly)
	case t.Nanosecond() != 0:
		return t.Format("2006-01-02 15:04:05.000000")
	}
	return t.Format(time.DateTime)
}

// addMonths stays within the month it arrives in: a month after 31 January is
// the last of February.
func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}

// unitsBetween is TIMESTAMPDIFF.
func unitsBetween(unit string, from, to time.Time) driver.Value {
	unit = strings.ToUpper(unit)
	if s, ok := seconds[unit]; ok {
		return int64(to.Sub(from).Seconds() / s)
	}
	m, ok := months[unit]
	if !ok {
		return nil
	}
	n := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
	if back := addMonths(from, n); n > 0 && back.After(to) {
		n--
	} else if n < 0 && back.Before(to) {
		n++
	}
	return int64(n / m)
}

// verbs are DATE_FORMAT's letters as Go's layouts write them.
// https://dev.mysql.com/doc/refman/8.4/en/date-and-time-functions.html#function_date-format
var verbs = map[byte]string{
	'Y': "2006", 'y': "06", 'm': "01", 'c': "1", 'd': "02", 'e': "2", 'H': "15", 'h': "03", 'I': "03", 'l': "3",
	'i': "04", 's': "05", 'S': "05", 'f': "000000", 'p': "PM", 'M': "January", 'b': "Jan", 'W': "Monday", 'a': "Mon",
	'T': "15:04:05", 'r': "03:04:05 PM", 'j': "002",
}

func formatted(t time.Time, format string) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		switch layout, ok := verbs[format[i]]; {
		case format[i] == 'f':
			b.WriteString(t.Format(".000000")[1:])
		case ok:
			b.WriteString(t.Format(layout))
		default:
			b.WriteByte(format[i])
		}
	}
	return b.String()
}
