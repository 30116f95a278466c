package schedule

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// cron is a schedule expression of the form
// cron(Minutes Hours Day-of-month Month Day-of-week Year), in which AWS allows
// only 0 for the minutes and only * for the year.
type cron struct {
	hours  []int // ascending
	months []int // 1–12
	days   func(date time.Time) bool
}

var (
	monthNames   = []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	weekdayNames = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
)

func parseCron(expression string) (*Schedule, error) {
	inner, ok := strings.CutPrefix(expression, "cron(")
	inner, closed := strings.CutSuffix(inner, ")")
	fields := strings.Fields(inner)
	wrong := func(text string) (*Schedule, error) { return nil, ruleErrorf(Expression, "%s: %q", text, expression) }
	switch {
	case !ok || !closed:
		return wrong("a schedule expression is rate(…) or cron(…), such as rate(10 days) or cron(0 8 1 * ? *)")
	case len(fields) != 6:
		return wrong("a cron expression has six fields: minutes, hours, day of month, month, day of week, year")
	case fields[0] != "0":
		return wrong("the minutes of a cron expression are 0, because rotation windows open on the hour")
	case fields[5] != "*":
		return wrong("the year of a cron expression is *")
	}
	c := cron{}
	if c.hours, ok = parseNumbers(fields[1], 0, 23, nil); !ok {
		return wrong("the hours of a cron expression are 0 to 23, with * , - and /")
	}
	if isTooFrequent(c.hours) {
		return wrong("a secret rotates at most every 4 hours")
	}
	if c.months, ok = parseNumbers(fields[3], 1, 12, monthNames); !ok {
		return wrong("the month of a cron expression is 1 to 12 or JAN to DEC, with * , - and /")
	}
	if (fields[2] == "?") == (fields[4] == "?") {
		return wrong("exactly one of day of month and day of week is ?")
	}
	if c.days, ok = parseDays(fields[2], fields[4]); !ok {
		return wrong("a day of month is 1 to 31 or L, a day of week 1 to 7 or SUN to SAT, such as MON-FRI, SUN#1 or SUNL")
	}
	first, ok := c.after(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	if !ok {
		return wrong("this date never comes")
	}
	second, ok := c.after(first)
	if !ok {
		return wrong("this date comes only once")
	}
	s := &Schedule{days: wholeDays(second.Sub(first)), window: day - time.Duration(c.hours[0])*time.Hour}
	if len(c.hours) > 1 {
		s.window = time.Hour
	}
	s.opens = func(after time.Time) time.Time {
		opens, _ := c.after(after)
		return opens
	}
	return s, nil
}

// after finds the first time that the expression names after another. The
// rarest is 29 February on a given weekday, every 28 years (40 across 2100).
func (c cron) after(t time.Time) (time.Time, bool) {
	t = t.UTC()
	date := t.Truncate(day)
	for range 41 * 366 {
		if slices.Contains(c.months, int(date.Month())) && c.days(date) {
			for _, h := range c.hours {
				if at := date.Add(time.Duration(h) * time.Hour); at.After(t) {
					return at, true
				}
			}
		}
		date = date.AddDate(0, 0, 1)
	}
	return time.Time{}, false
}

// isTooFrequent reports whether two hours of a day, or the last and the first
// of the next, are less than four hours apart.
func isTooFrequent(hours []int) bool {
	if len(hours) < 2 {
		return false
	}
	for i, h := range hours {
		next := hours[(i+1)%len(hours)]
		if (next-h+24)%24 < minHours {
			return true
		}
	}
	return false
}

// parseDays parses the day-of-month and day-of-week fields, one of which is "?".
func parseDays(ofMonth, ofWeek string) (func(time.Time) bool, bool) {
	switch {
	case ofMonth == "L":
		return func(d time.Time) bool { return d.AddDate(0, 0, 1).Day() == 1 }, true
	case ofWeek == "?":
		in, ok := parseNumbers(ofMonth, 1, 31, nil)
		return func(d time.Time) bool { return slices.Contains(in, d.Day()) }, ok
	}
	if name, nth, ok := strings.Cut(ofWeek, "#"); ok {
		weekday, ok := parseNumber(name, 1, 7, weekdayNames)
		n, err := strconv.Atoi(nth)
		return func(d time.Time) bool {
			return int(d.Weekday())+1 == weekday && (d.Day()-1)/7+1 == n
		}, ok && err == nil && n >= 1 && n <= 5
	}
	if name, ok := strings.CutSuffix(ofWeek, "L"); ok {
		weekday := 7 // L alone is Saturday
		if name != "" {
			if weekday, ok = parseNumber(name, 1, 7, weekdayNames); !ok {
				return nil, false
			}
			return func(d time.Time) bool {
				return int(d.Weekday())+1 == weekday && d.AddDate(0, 0, 7).Month() != d.Month()
			}, true
		}
		return func(d time.Time) bool { return int(d.Weekday())+1 == weekday }, true
	}
	in, ok := parseNumbers(ofWeek, 1, 7, weekdayNames)
	return func(d time.Time) bool { return slices.Contains(in, int(d.Weekday())+1) }, ok
}

// parseNumbers parses a list of numbers, ranges and increments ("1,8-10", "*",
// "2/10") within limits.
func parseNumbers(field string, low, high int, names []string) ([]int, bool) {
	var in []int
	for part := range strings.SplitSeq(field, ",") {
		span, step, stepped := strings.Cut(part, "/")
		every := 1
		if stepped {
			var err error
			if every, err = strconv.Atoi(step); err != nil || every < 1 {
				return nil, false
			}
		}
		from, to, ok := parseSpan(span, low, high, names, stepped)
		if !ok {
			return nil, false
		}
		for n := from; n <= to; n += every {
			in = append(in, n)
		}
	}
	slices.Sort(in)
	return slices.Compact(in), true
}

// parseSpan parses "*", "5" or "5-9". Where an increment follows, "5" (or nothing)
// is where it starts.
func parseSpan(span string, low, high int, names []string, stepped bool) (from, to int, ok bool) {
	if span == "*" || span == "" && stepped {
		return low, high, true
	}
	first, last, ranged := strings.Cut(span, "-")
	if from, ok = parseNumber(first, low, high, names); !ok {
		return 0, 0, false
	}
	switch {
	case ranged:
		to, ok = parseNumber(last, low, high, names)
		return from, to, ok && from <= to
	case stepped:
		return from, high, true
	}
	return from, from, true
}

func parseNumber(s string, low, high int, names []string) (int, bool) {
	if i := slices.Index(names, strings.ToUpper(s)); i >= 0 {
		return i + low, true
	}
	if !isDigits(s) {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= low && n <= high
}
