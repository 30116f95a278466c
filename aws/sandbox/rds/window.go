package rds

import (
	"strconv"
	"strings"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// Durations in minutes, the unit of windows.
const (
	hour = 60
	day  = 24 * hour
	week = 7 * day

	// minWindow is the least that RDS takes (CreateDBInstance,
	// PreferredBackupWindow and PreferredMaintenanceWindow).
	minWindow = 30
)

// The default windows. RDS picks them at random from a block of eight hours that
// each region has.
var (
	defaultBackupWindows      = []string{"06:13-06:43", "11:13-11:43"}
	defaultMaintenanceWindows = []string{"sat:08:02-sat:08:32", "sat:03:02-sat:03:32"}
)

var days = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// window is a range of time that repeats every period. from counts from the start
// of the period.
type window struct{ from, length int }

var (
	backupForm      = steps.NewPattern(`^(\d\d):(\d\d)-(\d\d):(\d\d)$`)
	maintenanceForm = steps.NewPattern(`^([a-z]{3}):(\d\d):(\d\d)-([a-z]{3}):(\d\d):(\d\d)$`)
)

// parseBackupWindow parses a daily window, "hh24:mi-hh24:mi".
func parseBackupWindow(text string) (window, error) {
	m := backupForm.FindStringSubmatch(text)
	if m == nil {
		return window{}, wire.Errorf("InvalidParameterValue", "Invalid backup window format: %s. Should be specified as a range hh24:mi-hh24:mi (24H Clock UTC). Example: 23:45-00:15", text)
	}
	from, ok := minuteOfDay(m[1], m[2])
	to, ok2 := minuteOfDay(m[3], m[4])
	if !ok || !ok2 {
		return window{}, wire.Errorf("InvalidParameterValue", "Invalid hour:minute value in the backup window: %s", text)
	}
	w := window{from, (to - from + day) % day}
	if w.length < minWindow {
		return w, wire.Errorf("InvalidParameterValue", "The backup window must be at least %d minutes.", minWindow)
	}
	return w, nil
}

// parseMaintenanceWindow parses a weekly window, "ddd:hh24:mi-ddd:hh24:mi".
func parseMaintenanceWindow(text string) (window, error) {
	m := maintenanceForm.FindStringSubmatch(text)
	if m == nil {
		return window{}, wire.Errorf("InvalidParameterValue", "Invalid maintenance window format: %s. Should be specified as a range ddd:hh24:mi-ddd:hh24:mi (24H Clock UTC). Example: Sun:23:45-Mon:00:15", text)
	}
	from, ok := minuteOfWeek(m[1], m[2], m[3])
	to, ok2 := minuteOfWeek(m[4], m[5], m[6])
	if !ok || !ok2 {
		return window{}, wire.Errorf("InvalidParameterValue", "Invalid day:hour:minute value in the maintenance window: %s", text)
	}
	w := window{from, (to - from + week) % week}
	switch {
	case w.length >= day:
		return w, wire.Errorf("InvalidParameterValue", "Maintenance window must be less than 24 hours.")
	case w.length < minWindow:
		return w, wire.Errorf("InvalidParameterValue", "The maintenance window must be at least %d minutes.", minWindow)
	}
	return w, nil
}

// minuteOfDay returns a time of day in minutes.
func minuteOfDay(hours, minutes string) (int, bool) {
	h, _ := strconv.Atoi(hours) // two digits, as its caller has seen
	m, _ := strconv.Atoi(minutes)
	return h*hour + m, h < 24 && m < hour
}

// minuteOfWeek returns a time of the week in minutes.
func minuteOfWeek(name, hours, minutes string) (int, bool) {
	at, ok := minuteOfDay(hours, minutes)
	for n, d := range days {
		if d == name {
			return n*day + at, ok
		}
	}
	return 0, false
}

// overlap reports whether a day's backup window overlaps the maintenance window.
func overlap(backups, maintenance window) bool {
	apart := (maintenance.from - backups.from) % day
	if apart < 0 {
		apart += day
	}
	return apart < backups.length || day-apart < maintenance.length
}

// chooseWindows returns the windows of a new instance. For one that is not given,
// it takes the first that does not overlap the other.
func chooseWindows(backups, maintenance string) (b, m string, err error) {
	for _, b := range windowCandidates(backups, defaultBackupWindows) {
		for _, m := range windowCandidates(maintenance, defaultMaintenanceWindows) {
			if err = checkWindows(b, m); err == nil {
				return b, m, nil
			}
		}
	}
	return "", "", err
}

// windowCandidates returns the window asked for, as RDS formats it, or else the
// default ones.
func windowCandidates(asked string, usual []string) []string {
	if asked == "" {
		return usual
	}
	return []string{strings.ToLower(asked)}
}

func checkWindows(backups, maintenance string) error {
	b, err := parseBackupWindow(backups)
	if err != nil {
		return err
	}
	m, err := parseMaintenanceWindow(maintenance)
	if err != nil {
		return err
	}
	if overlap(b, m) {
		return wire.Errorf("InvalidParameterValue", "The backup window and maintenance window must not overlap.")
	}
	return nil
}
