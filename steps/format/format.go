// Package format writes durations, dates, sizes and money the way people read
// them. Both front ends and the evidence of the checks use it, so that one
// value looks the same wherever it is shown.
package format

import (
	"fmt"
	"time"
)

// Duration writes how long something took, with no more digits than anyone
// needs: "under 1 ms", "4 ms", "1.2 s", "48 s", "6 min 20 s", "1 h 5 min". It
// rounds to the unit that it shows.
func Duration(d time.Duration) string {
	switch {
	case d <= 0:
		return "0 s"
	case d < time.Millisecond:
		return "under 1 ms"
	case d.Round(time.Millisecond) < 100*time.Millisecond:
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
	case d.Round(100*time.Millisecond) < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Round(100*time.Millisecond).Seconds())
	}
	return Elapsed(d.Round(time.Second))
}

// Elapsed writes a duration that is still growing: whole seconds, those that
// have passed.
func Elapsed(d time.Duration) string {
	hours, minutes, seconds := int(d/time.Hour), int(d/time.Minute)%60, int(d/time.Second)%60
	switch {
	case hours > 0:
		return pair(hours, "h", minutes, "min")
	case minutes > 0:
		return pair(minutes, "min", seconds, "s")
	}
	return fmt.Sprintf("%d s", max(seconds, 0))
}

// pair writes a number of a unit, and what is left over in a smaller unit.
func pair(n int, unit string, rest int, smaller string) string {
	if rest == 0 {
		return fmt.Sprintf("%d %s", n, unit)
	}
	return fmt.Sprintf("%d %s %d %s", n, unit, rest, smaller)
}

// Day writes a date: "22 November 2026". AWS leaves some dates out.
func Day(t time.Time) string {
	if t.IsZero() {
		return "a date that AWS does not tell"
	}
	return t.Format("2 January 2006")
}

// Instant writes a date and a time of day of AWS's schedules, which are in UTC:
// "22 December 2026, 23:59 UTC".
func Instant(t time.Time) string {
	if t.IsZero() {
		return Day(t)
	}
	return t.UTC().Format("2 January 2006, 15:04 UTC")
}

// Minute writes a date and a time of day for a column of a table:
// "2026-11-22 09:30", in t's own time zone.
func Minute(t time.Time) string { return t.Format("2006-01-02 15:04") }

// Clock writes a time of day for a line of a log: "09:30:05", in t's own time
// zone.
func Clock(t time.Time) string { return t.Format("15:04:05") }

// GiB writes a size that AWS counts in GiB.
func GiB[N int32 | int64](n N) string { return fmt.Sprintf("%d GiB", n) }

// Dollars writes an amount in US dollars, in which AWS's price lists are. An
// amount below one cent keeps its first two digits.
func Dollars(amount float64) string {
	if amount > 0 && amount < 0.01 {
		return fmt.Sprintf("$%.2g", amount)
	}
	return fmt.Sprintf("$%.2f", amount)
}

// Count writes a number with its noun, whose plural ends in s: "1 resource",
// "0 resources".
func Count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
