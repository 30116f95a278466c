package secrets

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// Limits of RotationRules, from the API reference and the user guide's
// "Schedule expressions in Secrets Manager rotation".
const (
	// defaultRotationDays is the interval of rotation that is turned on without
	// rules. The API reference names none; the console proposes 30 days.
	defaultRotationDays = 30

	minRotationDays  = 1
	maxRotationDays  = 1000
	minRotationHours = 4
	day              = 24 * time.Hour
)

var (
	rateExpression = cloud.NewPattern(`^rate\(([0-9]{1,5}) (hours?|days?)\)$`)
	windowHours    = cloud.NewPattern(`^([0-9]{1,2})h$`)
)

// schedule is a secret's checked rotation rules. All its times are UTC.
type schedule struct {
	days       int64         // AutomaticallyAfterDays, or what the expression comes to
	expression string        // "" where days was given
	duration   string        // as given
	window     time.Duration // how long a rotation window is open

	// opens returns when the first window after a time opens.
	opens func(after time.Time) time.Time
}

// window is one span of time in which a scheduled rotation may happen. AWS
// shows its last second as NextRotationDate.
type window struct{ opens, closes time.Time }

// next returns the first window that opens after a time.
func (s *schedule) next(after time.Time) window {
	opens := s.opens(after)
	return window{opens, opens.Add(s.window - time.Second)}
}

func errSchedule(format string, args ...any) *wire.Error {
	return wire.Errorf(codeInvalidParameter, format, args...)
}

// parseSchedule checks rotation rules: days or an expression, not both.
func parseSchedule(rules *types.RotationRulesType) (*schedule, error) {
	expression, days := deref(rules.ScheduleExpression), rules.AutomaticallyAfterDays
	var s *schedule
	var err error
	switch {
	case days != nil && expression != "":
		return nil, errSchedule("You cannot specify both rotation frequency and schedule expression together.")
	case days != nil && (*days < minRotationDays || *days > maxRotationDays):
		return nil, errSchedule("RotationRules.AutomaticallyAfterDays must be within 1-1000.")
	case days != nil:
		s = everyDays(*days)
	case strings.HasPrefix(expression, "rate("):
		s, err = parseRate(expression)
	case expression != "":
		s, err = parseCron(expression)
	default:
		return nil, errSchedule("You must specify AutomaticallyAfterDays or ScheduleExpression in RotationRules.")
	}
	if err != nil {
		return nil, err
	}
	s.expression = expression
	if rules.Duration == nil {
		return s, nil
	}
	return s, s.open(*rules.Duration)
}

// open sets how long each window is open, a whole number of hours. A window
// must not reach into the next day or the next window.
func (s *schedule) open(duration string) error {
	m := windowHours.FindStringSubmatch(duration)
	if m == nil {
		return errSchedule("The RotationRules.Duration value %s is not valid. Use a number of hours, for example 3h.", duration)
	}
	hours, _ := strconv.Atoi(m[1]) // one or two digits
	window := time.Duration(hours) * time.Hour
	first := s.opens(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	second := s.opens(first)
	endOfDay := first.Truncate(day).Add(day)
	if hours < 1 || first.Add(window).After(endOfDay) || first.Add(window).After(second) {
		return errSchedule("The RotationRules.Duration value %s is not valid. The window must not extend into the next UTC day or the next rotation window.", duration)
	}
	s.duration, s.window = duration, window
	return nil
}

// everyDays opens a window for a whole day, n days after the last rotation.
func everyDays(n int64) *schedule {
	return &schedule{days: n, window: day, opens: func(after time.Time) time.Time {
		return after.Truncate(day).AddDate(0, 0, int(n))
	}}
}

// everyHours opens a window of an hour every n hours: from midnight where the
// day divides evenly, otherwise from the last rotation.
func everyHours(n int64) *schedule {
	every := time.Duration(n) * time.Hour
	return &schedule{days: wholeDays(every), window: time.Hour, opens: func(after time.Time) time.Time {
		if day%every != 0 {
			return after.Truncate(time.Hour).Add(every)
		}
		midnight := after.Truncate(day)
		return midnight.Add((after.Sub(midnight)/every + 1) * every)
	}}
}

func parseRate(expression string) (*schedule, error) {
	m := rateExpression.FindStringSubmatch(expression)
	if m == nil {
		return nil, errExpression(expression)
	}
	n, _ := strconv.ParseInt(m[1], 10, 64) // at most five digits
	if strings.HasPrefix(m[2], "hour") {
		if n < minRotationHours || n > maxRotationDays*24 {
			return nil, errExpression(expression)
		}
		return everyHours(n), nil
	}
	if n < minRotationDays || n > maxRotationDays {
		return nil, errExpression(expression)
	}
	return everyDays(n), nil
}

func errExpression(expression string) *wire.Error {
	return errSchedule("The RotationRules.ScheduleExpression value %s is not valid. Use rate() in hours or days, no more often than every 4 hours, or cron().", expression)
}

// wholeDays rounds a span up to days, as DescribeSecret shows a schedule that
// was given as an expression.
func wholeDays(d time.Duration) int64 {
	return int64(math.Ceil(d.Hours() / 24))
}

// shown is the schedule as DescribeSecret shows it.
func (s *schedule) shown() *types.RotationRulesType {
	return &types.RotationRulesType{AutomaticallyAfterDays: new(s.days), ScheduleExpression: text(s.expression), Duration: text(s.duration)}
}
