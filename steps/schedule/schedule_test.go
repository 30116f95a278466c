package schedule

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// The rows are those of the user guide's page on schedule expressions, and
// what follows from its rules.
func TestSchedules(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		days       int64
		expression string
		duration   string
		opens      string // after 2026-11-22 10:30, a Sunday; "" if not valid
		closes     string
		shownDays  int64
	}{
		"every 30 days":                       {days: 30, opens: "2026-12-22T00:00:00Z", closes: "2026-12-22T23:59:59Z", shownDays: 30},
		"every 30 days in two hours":          {days: 30, duration: "2h", opens: "2026-12-22T00:00:00Z", closes: "2026-12-22T01:59:59Z", shownDays: 30},
		"rate in days":                        {expression: "rate(10 days)", opens: "2026-12-02T00:00:00Z", closes: "2026-12-02T23:59:59Z", shownDays: 10},
		"rate of a day":                       {expression: "rate(1 day)", opens: "2026-11-23T00:00:00Z", closes: "2026-11-23T23:59:59Z", shownDays: 1},
		"rate in hours":                       {expression: "rate(4 hours)", opens: "2026-11-22T12:00:00Z", closes: "2026-11-22T12:59:59Z", shownDays: 1},
		"rate of three hours":                 {expression: "rate(3 hours)"},
		"rate in minutes":                     {expression: "rate(500 minutes)"},
		"rate of nothing":                     {expression: "rate(0 days)"},
		"rate of 999 days":                    {expression: "rate(999 days)", opens: "2029-08-17T00:00:00Z", closes: "2029-08-17T23:59:59Z", shownDays: 999},
		"rate of 1,000 days":                  {expression: "rate(1000 days)"},
		"1,000 days":                          {days: 1000, opens: "2029-08-18T00:00:00Z", closes: "2029-08-18T23:59:59Z", shownDays: 1000},
		"1,001 days":                          {days: 1001},
		"days and an expression":              {days: 3, expression: "rate(3 days)"},
		"neither":                             {},
		"every day at 8":                      {expression: "cron(0 8 * * ? *)", opens: "2026-11-23T08:00:00Z", closes: "2026-11-23T23:59:59Z", shownDays: 1},
		"every day at 8 for three hours":      {expression: "cron(0 8 * * ? *)", duration: "3h", opens: "2026-11-23T08:00:00Z", closes: "2026-11-23T10:59:59Z", shownDays: 1},
		"every 8 hours":                       {expression: "cron(0 /8 * * ? *)", opens: "2026-11-22T16:00:00Z", closes: "2026-11-22T16:59:59Z", shownDays: 1},
		"every 10 hours from 2":               {expression: "cron(0 2/10 * * ? *)", opens: "2026-11-22T12:00:00Z", closes: "2026-11-22T12:59:59Z", shownDays: 1},
		"the first day of the month":          {expression: "cron(0 8 1 * ? *)", opens: "2026-12-01T08:00:00Z", closes: "2026-12-01T23:59:59Z", shownDays: 31},
		"every three months on the first":     {expression: "cron(0 2 1 1/3 ? *)", opens: "2027-01-01T02:00:00Z", closes: "2027-01-01T23:59:59Z", shownDays: 91},
		"the last day of the month at 5 p.m.": {expression: "cron(0 17 L * ? *)", opens: "2026-11-30T17:00:00Z", closes: "2026-11-30T23:59:59Z", shownDays: 29},
		"Monday to Friday":                    {expression: "cron(0 8 ? * MON-FRI *)", opens: "2026-11-23T08:00:00Z", closes: "2026-11-23T23:59:59Z", shownDays: 1},
		"the first Sunday of the month":       {expression: "cron(0 0 ? * SUN#1 *)", opens: "2026-12-06T00:00:00Z", closes: "2026-12-06T23:59:59Z", shownDays: 28},
		"the last Sunday of the month":        {expression: "cron(0 1 ? * 1L *)", opens: "2026-11-29T01:00:00Z", closes: "2026-11-29T23:59:59Z", shownDays: 28},
		"Saturdays by a lone L":               {expression: "cron(0 1 ? * L *)", opens: "2026-11-28T01:00:00Z", closes: "2026-11-28T23:59:59Z", shownDays: 7},
		"29 February":                         {expression: "cron(0 0 29 2 ? *)", opens: "2028-02-29T00:00:00Z", closes: "2028-02-29T23:59:59Z", shownDays: 1461},
		"31 February":                         {expression: "cron(0 0 31 2 ? *)"},
		"at a minute":                         {expression: "cron(30 8 * * ? *)"},
		"in a year":                           {expression: "cron(0 8 * * ? 2027)"},
		"every hour":                          {expression: "cron(0 * * * ? *)"},
		"late and early":                      {expression: "cron(0 1,23 * * ? *)"},
		"both kinds of day":                   {expression: "cron(0 8 1 * MON *)"},
		"neither kind of day":                 {expression: "cron(0 8 ? * ? *)"},
		"five fields":                         {expression: "cron(0 8 * * ?)"},
		"hour 24":                             {expression: "cron(0 24 * * ? *)"},
		"the sixth Sunday":                    {expression: "cron(0 8 ? * SUN#6 *)"},
		"an unclosed expression":              {expression: "cron(0 8 * * ? *"},
		"something else":                      {expression: "every day"},
		"a window into the next day":          {expression: "cron(0 23 * * ? *)", duration: "2h"},
		"a window into the next window":       {expression: "rate(4 hours)", duration: "5h"},
		"a window as long as the gap":         {expression: "rate(4 hours)", duration: "4h", opens: "2026-11-22T12:00:00Z", closes: "2026-11-22T15:59:59Z", shownDays: 1},
		"a window in minutes":                 {days: 1, duration: "30m"},
		"a window of 25 hours":                {days: 1, duration: "25h"},
	}
	after := time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := Parse(Rules{Days: c.days, Expression: c.expression, Window: c.duration})
			if c.opens == "" {
				var broken *RuleError
				if !errors.As(err, &broken) || !strings.Contains(err.Error(), Source) {
					t.Errorf("error %v, want a rule with its source", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			w := s.Next(after)
			if got := w.Opens.Format(time.RFC3339); got != c.opens {
				t.Errorf("opens %s, want %s", got, c.opens)
			}
			if got := w.Closes.Format(time.RFC3339); got != c.closes {
				t.Errorf("closes %s, want %s", got, c.closes)
			}
			if s.EveryDays() != c.shownDays {
				t.Errorf("shown as %d days, want %d", s.EveryDays(), c.shownDays)
			}
		})
	}
}

func TestRulesInWords(t *testing.T) {
	t.Parallel()
	for want, rules := range map[string]Rules{
		"every 30 days":                     {Days: 30},
		"every day":                         {Days: 1},
		"every 4 hours":                     {Expression: "rate(4 hours)"},
		"every day, in a window of 2h":      {Expression: "rate(1 day)", Window: "2h"},
		"by cron(0 8 1 * ? *)":              {Expression: "cron(0 8 1 * ? *)"},
		"every 10 days, in a window of 12h": {Days: 10, Window: "12h"},
	} {
		if got := rules.String(); got != want {
			t.Errorf("%+v: %q, want %q", rules, got, want)
		}
	}
}

func FuzzScheduleExpressions(f *testing.F) {
	for _, seed := range []string{"rate(10 days)", "cron(0 8 1 * ? *)", "cron(0 2/10 ? JAN-MAR MON#2 *)", "cron(0 1 L * ? *)", "rate(99999 hours)", "cron(0 1 ? * 1L *)"} {
		f.Add(seed, "2h")
	}
	f.Fuzz(func(t *testing.T, expression, duration string) {
		s, err := Parse(Rules{Expression: expression, Window: duration})
		if err != nil {
			return
		}
		at := time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)
		for range 10 {
			w := s.Next(at)
			if !w.Opens.After(at) || w.Closes.Before(w.Opens) || w.Closes.Day() != w.Opens.Day() {
				t.Fatalf("%q after %s: from %s to %s", expression, at, w.Opens, w.Closes)
			}
			if w.Opens.Sub(at) < 4*time.Hour && at.Minute() == 0 && at.Hour() != 10 {
				t.Fatalf("%q is due at %s and again at %s", expression, at, w.Opens)
			}
			at = w.Opens
		}
	})
}
