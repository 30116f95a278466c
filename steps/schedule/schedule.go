// Package schedule parses Secrets Manager's rotation schedules and computes the
// next rotation window, by the user guide's page "Rotation schedules"
// (rotate-secrets_schedule.html) and the API's RotationRulesType. All times are
// UTC.
package schedule

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Limits of the rules. Days are from the API's RotationRulesType; the user
// guide allows a rate up to 999 days.
const (
	MinDays  = 1
	MaxDays  = 1000
	maxRate  = 999 // days
	minHours = 4
	day      = 24 * time.Hour
)

// Source names AWS's page for a message.
const Source = "Secrets Manager user guide, Rotation schedules"

// Rules are what RotateSecret is given: days since the last rotation, or an
// expression, and how long a rotation window is open.
type Rules struct {
	Days       int64  // 0 where Expression is given
	Expression string // "rate(10 days)", "cron(0 8 1 * ? *)"
	Window     string // "3h"; "" for AWS's default
}

// String says the rules in words: "every 30 days, in a window of 3h".
func (r Rules) String() string {
	text := fmt.Sprintf("every %d days", r.Days)
	switch {
	case strings.HasPrefix(r.Expression, "rate("):
		text = "every " + strings.TrimSuffix(strings.TrimPrefix(r.Expression, "rate("), ")")
	case r.Expression != "":
		text = "by " + r.Expression
	}
	text = strings.NewReplacer("every 1 days", "every day", "every 1 day", "every day").Replace(text)
	if r.Window != "" {
		text += ", in a window of " + r.Window
	}
	return text
}

// Part is the part of the rules that is not valid.
type Part int

// The parts of the rules.
const (
	Both Part = iota // days and an expression together, or neither
	Days
	Expression
	Window
)

// RuleError is a violated rule, as a sentence with its source.
type RuleError struct {
	Part Part
	Text string
}

func (e *RuleError) Error() string { return e.Text + " (" + Source + ")" }

func ruleErrorf(part Part, text string, args ...any) error {
	return &RuleError{part, fmt.Sprintf(text, args...)}
}

// Schedule is a valid set of rules.
type Schedule struct {
	Rules
	days   int64         // AutomaticallyAfterDays, or what the expression comes to
	window time.Duration // how long a rotation window is open
	opens  func(after time.Time) time.Time
}

// RotationWindow is a span of time in which a scheduled rotation may happen. AWS
// shows its last second as NextRotationDate.
type RotationWindow struct{ Opens, Closes time.Time }

// Parse validates rules. Its error is a *RuleError.
func Parse(rules Rules) (*Schedule, error) {
	var s *Schedule
	var err error
	switch {
	case rules.Days != 0 && rules.Expression != "":
		return nil, ruleErrorf(Both, "a schedule is days or an expression, not both")
	case rules.Days == 0 && rules.Expression == "":
		return nil, ruleErrorf(Both, "a schedule needs days or an expression")
	case rules.Expression == "" && (rules.Days < MinDays || rules.Days > MaxDays):
		return nil, ruleErrorf(Days, "a rotation interval is %d to %d days", MinDays, MaxDays)
	case rules.Expression == "":
		s = everyDays(rules.Days)
	case strings.HasPrefix(rules.Expression, "rate("):
		s, err = parseRate(rules.Expression)
	default:
		s, err = parseCron(rules.Expression)
	}
	if err != nil {
		return nil, err
	}
	s.Rules = rules
	if rules.Window == "" {
		return s, nil
	}
	return s, s.setWindow(rules.Window)
}

// Next is the first window that opens after a time.
func (s *Schedule) Next(after time.Time) RotationWindow {
	opens := s.opens(after.UTC())
	return RotationWindow{opens, opens.Add(s.window - time.Second)}
}

// EveryDays is the schedule in days, as DescribeSecret shows it.
func (s *Schedule) EveryDays() int64 { return s.days }

// setWindow sets how long each window is open. A window must not reach into the
// next day or the next window.
func (s *Schedule) setWindow(window string) error {
	hours, err := WindowHours(window)
	if err != nil {
		return err
	}
	length := time.Duration(hours) * time.Hour
	first := s.opens(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	switch second := s.opens(first); {
	case first.Add(length).After(first.Truncate(day).Add(day)):
		return ruleErrorf(Window, "a rotation window of %s that opens at %s reaches into the next day; it must end by midnight UTC", window, first.Format("15:04"))
	case first.Add(length).After(second):
		return ruleErrorf(Window, "a rotation window of %s reaches into the next window, which opens %d hours later", window, int(second.Sub(first).Hours()))
	}
	s.window = length
	return nil
}

// WindowHours parses a window such as "3h": 1 to 24 hours.
func WindowHours(window string) (int, error) {
	digits, ok := strings.CutSuffix(window, "h")
	hours, err := strconv.Atoi(digits)
	if !ok || err != nil || !isDigits(digits) || len(digits) > 2 || hours < 1 || hours > 24 {
		return 0, ruleErrorf(Window, "a rotation window is a number of hours from 1h to 24h, such as 3h: %q", window)
	}
	return hours, nil
}

// everyDays opens a window for a whole day, n days after the last rotation.
func everyDays(n int64) *Schedule {
	return &Schedule{days: n, window: day, opens: func(after time.Time) time.Time {
		return after.Truncate(day).AddDate(0, 0, int(n))
	}}
}

// everyHours opens a window of an hour every n hours: from midnight where the
// day divides evenly, otherwise from the last rotation.
func everyHours(n int64) *Schedule {
	every := time.Duration(n) * time.Hour
	return &Schedule{days: wholeDays(every), window: time.Hour, opens: func(after time.Time) time.Time {
		if day%every != 0 {
			return after.Truncate(time.Hour).Add(every)
		}
		midnight := after.Truncate(day)
		return midnight.Add((after.Sub(midnight)/every + 1) * every)
	}}
}

func parseRate(expression string) (*Schedule, error) {
	inner, closed := strings.CutSuffix(strings.TrimPrefix(expression, "rate("), ")")
	value, unit, spaced := strings.Cut(inner, " ")
	n, err := strconv.ParseInt(value, 10, 64)
	if !closed || !spaced || err != nil || !isDigits(value) {
		return nil, ruleErrorf(Expression, "a rate is a number and hours or days, such as rate(10 days): %q", expression)
	}
	switch unit {
	case "hour", "hours":
		if n < minHours || n > maxRate*24 {
			return nil, ruleErrorf(Expression, "a secret rotates at most every %d hours and at least every %d days: %q", minHours, maxRate, expression)
		}
		return everyHours(n), nil
	case "day", "days":
		if n < MinDays || n > maxRate {
			return nil, ruleErrorf(Expression, "a rate in days is 1 to %d days: %q", maxRate, expression)
		}
		return everyDays(n), nil
	}
	return nil, ruleErrorf(Expression, "a rate is in hours or days, such as rate(12 hours): %q", expression)
}

// wholeDays rounds a span up to days, as DescribeSecret shows a schedule that
// was given as an expression.
func wholeDays(d time.Duration) int64 { return int64(math.Ceil(d.Hours() / 24)) }

func isDigits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}
