package rds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"pgregory.net/rapid"

	"keyturn/aws/sandbox/cloud"
)

func TestInvalidWindowsAreRejected(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	a.createInstance(t, nil)
	const together = "The backup window and maintenance window must not overlap."
	for name, c := range map[string]struct{ backups, maintenance, message string }{
		"maintenance of a day and more":         {"", "mon:16:00-tue:17:00", "Maintenance window must be less than 24 hours."},
		"maintenance that ends as it begins":    {"", "mon:16:00-mon:16:00", "The maintenance window must be at least 30 minutes."},
		"maintenance of five minutes":           {"", "mon:16:00-mon:16:05", "The maintenance window must be at least 30 minutes."},
		"maintenance on no day of the week":     {"", "sim:16:00-mon:16:30", "Invalid day:hour:minute value in the maintenance window: sim:16:00-mon:16:30"},
		"maintenance in an hour that is none":   {"", "mon:24:00-tue:00:30", "Invalid day:hour:minute value in the maintenance window: mon:24:00-tue:00:30"},
		"maintenance in another form":           {"", "mon:16tue:17:00", "Invalid maintenance window format: mon:16tue:17:00. Should be specified as a range ddd:hh24:mi-ddd:hh24:mi (24H Clock UTC). Example: Sun:23:45-Mon:00:15"},
		"backups in a minute that is none":      {"10:60-11:30", "", "Invalid hour:minute value in the backup window: 10:60-11:30"},
		"backups of ten minutes":                {"10:00-10:10", "", "The backup window must be at least 30 minutes."},
		"backups in another form":               {"at night", "", ""},
		"backups during maintenance":            {"20:00-20:30", "wed:18:00-wed:22:00", together},
		"maintenance past midnight":             {"00:00-00:30", "wed:18:00-thu:01:00", together},
		"backups past midnight":                 {"23:50-00:20", "thu:00:00-thu:14:00", together},
		"both past midnight":                    {"23:50-00:20", "wed:18:00-thu:01:00", together},
		"backups past the end of the week":      {"23:50-00:20", "mon:00:00-mon:14:00", together},
		"maintenance past the end of the week":  {"00:10-00:40", "sun:23:00-mon:00:30", together},
		"maintenance for all of the day but so": {"", "mon:00:00-mon:23:59", together},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := tutorialInput()
			in.DBInstanceIdentifier = aws.String("other")
			modify := &rds.ModifyDBInstanceInput{DBInstanceIdentifier: aws.String(tutorialID)}
			if c.backups != "" {
				in.PreferredBackupWindow, modify.PreferredBackupWindow = &c.backups, &c.backups
			}
			if c.maintenance != "" {
				in.PreferredMaintenanceWindow, modify.PreferredMaintenanceWindow = &c.maintenance, &c.maintenance
			}
			wantError(t, a.createDBInstance, in, "InvalidParameterValue", c.message)
			wantError(t, a.modifyDBInstance, modify, "InvalidParameterValue", c.message)
		})
	}
}

func TestWindowsAreStoredInLowerCase(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	db := a.createInstance(t, func(in *rds.CreateDBInstanceInput) { in.PreferredMaintenanceWindow = aws.String("MON:16:00-Tue:01:30") })
	if *db.PreferredMaintenanceWindow != "mon:16:00-tue:01:30" || *db.PreferredBackupWindow != defaultBackupWindows[0] {
		t.Errorf("maintenance %s, backups %s", *db.PreferredMaintenanceWindow, *db.PreferredBackupWindow)
	}
	now := call(t, a.modifyDBInstance, &rds.ModifyDBInstanceInput{DBInstanceIdentifier: aws.String(tutorialID), PreferredMaintenanceWindow: aws.String("SUN:16:00-SUN:16:30")}).DBInstance
	if *now.PreferredMaintenanceWindow != "sun:16:00-sun:16:30" {
		t.Errorf("maintenance %s", *now.PreferredMaintenanceWindow)
	}
}

func TestDefaultWindowsAvoidTheGivenOne(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ backups, maintenance string }{
		"to maintenance in the usual backup window": {"", "mon:06:00-mon:07:00"},
		"to backups in the usual maintenance":       {"08:00-08:40", ""},
	} {
		b, m, err := chooseWindows(c.backups, c.maintenance)
		if err != nil || checkWindows(b, m) != nil {
			t.Errorf("%s: backups %q, maintenance %q: %v", name, b, m, err)
		}
	}
}

// Minute by minute, two windows meet exactly when overlap says so.
func TestOverlapAgreesWithAModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		backups := window{rapid.IntRange(0, day-1).Draw(t, "from"), rapid.IntRange(1, day-1).Draw(t, "length")}
		maintenance := window{rapid.IntRange(0, week-1).Draw(t, "from"), rapid.IntRange(1, day-1).Draw(t, "length")}
		shared := false
		for at := maintenance.from; at < maintenance.from+maintenance.length; at++ {
			since := ((at-backups.from)%day + day) % day
			shared = shared || since < backups.length
		}
		if got := overlap(backups, maintenance); got != shared {
			t.Fatalf("backups %v, maintenance %v: overlap %v, want %v", backups, maintenance, got, shared)
		}
	})
}
