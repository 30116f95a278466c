package format

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		d    time.Duration
		want string
	}{
		"nothing":                              {0, "0 s"},
		"microseconds are not counted":         {400 * time.Microsecond, "under 1 ms"},
		"milliseconds below a tenth":           {4 * time.Millisecond, "4 ms"},
		"99.6 ms rounds into tenths":           {99600 * time.Microsecond, "0.1 s"},
		"tenths below ten seconds":             {1240 * time.Millisecond, "1.2 s"},
		"9.96 s rounds into whole seconds":     {9960 * time.Millisecond, "10 s"},
		"whole seconds below a minute":         {48 * time.Second, "48 s"},
		"59.7 s rounds into a minute":          {59700 * time.Millisecond, "1 min"},
		"a whole minute has no seconds":        {5 * time.Minute, "5 min"},
		"minutes and seconds":                  {6*time.Minute + 20*time.Second, "6 min 20 s"},
		"hours and minutes, without seconds":   {time.Hour + 5*time.Minute + 9*time.Second, "1 h 5 min"},
		"a clock that went back took no time":  {-time.Second, "0 s"},
		"3599.6 s rounds into an hour exactly": {time.Hour - 400*time.Millisecond, "1 h"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Duration(c.d); got != c.want {
				t.Errorf("Duration(%v) = %q, want %q", c.d, got, c.want)
			}
		})
	}
}

func TestElapsed(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		d    time.Duration
		want string
	}{
		"it begins at no seconds":              {0, "0 s"},
		"a second counts when it has passed":   {1900 * time.Millisecond, "1 s"},
		"the last second before a minute":      {59900 * time.Millisecond, "59 s"},
		"minutes and seconds":                  {65 * time.Second, "1 min 5 s"},
		"hours and minutes":                    {61 * time.Minute, "1 h 1 min"},
		"a clock that went back has not begun": {-time.Second, "0 s"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Elapsed(c.d); got != c.want {
				t.Errorf("Elapsed(%v) = %q, want %q", c.d, got, c.want)
			}
		})
	}
}

func TestDatesSizesAndMoney(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.November, 2, 9, 30, 5, 0, time.UTC)
	cases := map[string]struct{ got, want string }{
		"a date names its month":            {Day(at), "2 November 2026"},
		"a date that AWS leaves out":        {Day(time.Time{}), "a date that AWS does not tell"},
		"a column sorts by its text":        {Minute(at), "2026-11-02 09:30"},
		"a log tells the second":            {Clock(at), "09:30:05"},
		"a size keeps AWS's unit":           {GiB(int32(20)), "20 GiB"},
		"money has cents":                   {Dollars(2.3), "$2.30"},
		"no money has cents too":            {Dollars(0), "$0.00"},
		"less than a cent keeps its digits": {Dollars(0.005), "$0.005"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.got != c.want {
				t.Errorf("%q, want %q", c.got, c.want)
			}
		})
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0 resources", 1: "1 resource", 2: "2 resources"} {
		if got := Count(n, "resource"); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}
