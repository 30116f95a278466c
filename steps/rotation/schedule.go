package rotation

import (
	"errors"
	"fmt"
	"time"

	"keyturn/steps"
	"keyturn/steps/format"
	"keyturn/steps/schedule"
)

// scheduleQuestions ask when the secret rotates. Each is checked by AWS's rules
// with those before it.
func scheduleQuestions() []steps.Question {
	return []steps.Question{
		steps.NumberQuestion("rotation-days", "Rotation interval in days", "the tutorial chooses 30",
			func(s *steps.Setup) *int64 { return &s.RotationDays }, schedule.MinDays, schedule.MaxDays,
			"a rotation interval is 1 to 1000 days (Secrets Manager RotateSecret, AutomaticallyAfterDays)"),
		steps.TextQuestion("rotation-schedule", "Or a schedule", "rate(12 hours) or cron(0 8 1 * ? *), in UTC; empty: the days above",
			func(s *steps.Setup) *string { return &s.Schedule }, checkSchedule),
		windowQuestion(),
		rotateNowQuestion(),
	}
}

func checkSchedule(text string) error {
	if text == "" {
		return nil
	}
	_, err := schedule.Parse(schedule.Rules{Expression: text})
	return err
}

// windowQuestion's answer depends on the schedule: a window must not reach into
// the next day or the next window.
func windowQuestion() steps.Question {
	return steps.Question{
		Flag: "rotation-window", Label: "Rotation window", Kind: steps.Text,
		Help: "hours in which AWS may rotate, such as 3h; empty: to the end of the day, or 1h",
		Get:  func(s *steps.Setup) string { return s.Window },
		Set: func(s *steps.Setup, text string) error {
			rules := s.Rotation()
			if rules.Window = text; text != "" {
				if _, err := schedule.Parse(rules); err != nil {
					return err
				}
			}
			s.Window = text
			return nil
		},
	}
}

func rotateNowQuestion() steps.Question {
	return steps.Question{
		Flag: "rotate-now", Label: "Rotate once now", Kind: steps.Choice, Choices: []string{"yes", "no"},
		Help: "no: only test the function; the first rotation comes by the schedule",
		Get: func(s *steps.Setup) string {
			if s.TestOnly {
				return "no"
			}
			return "yes"
		},
		Set: func(s *steps.Setup, text string) error {
			switch text {
			case "yes", "true":
				s.TestOnly = false
			case "no", "false":
				s.TestOnly = true
			default:
				return fmt.Errorf("whether to rotate now is yes or no (Secrets Manager RotateSecret, RotateImmediately): %q", text)
			}
			return nil
		},
	}
}

// nextRotation is the day by which the schedule rotates next after a time, as
// DescribeSecret will show it.
func nextRotation(rules schedule.Rules, after time.Time) (time.Time, error) {
	parsed, err := schedule.Parse(rules)
	if broken, ok := errors.AsType[*schedule.RuleError](err); ok {
		return time.Time{}, &steps.ServiceError{
			Service: "secretsmanager", Operation: "RotateSecret", Message: broken.Error(), Kind: steps.ErrInvalidInput,
		}
	}
	if err != nil {
		return time.Time{}, err
	}
	return parsed.Next(after).Closes, nil
}

// nextRotationFact says when the secret rotates next.
func nextRotationFact(r run) steps.Fact {
	return steps.Fact{Label: "Next rotation", Value: "by " + format.Instant(r.state().NextRotation)}
}
