package secrets

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps/schedule"
)

// defaultRotationDays is the interval of a rotation without rules. The API
// reference has none; the console proposes 30 days.
const defaultRotationDays = 30

// parseSchedule parses rotation rules, with AWS's errors. They have days or an
// expression, not both.
func parseSchedule(in *types.RotationRulesType) (*schedule.Schedule, error) {
	rules := schedule.Rules{Expression: deref(in.ScheduleExpression), Window: deref(in.Duration)}
	if in.AutomaticallyAfterDays != nil {
		if rules.Days = *in.AutomaticallyAfterDays; rules.Days == 0 {
			return nil, wire.Errorf(codeInvalidParameter, textDays)
		}
	}
	s, err := schedule.Parse(rules)
	var broken *schedule.RuleError
	if err == nil || !errors.As(err, &broken) {
		return s, err
	}
	switch broken.Part {
	case schedule.Days:
		return nil, wire.Errorf(codeInvalidParameter, textDays)
	case schedule.Expression:
		return nil, wire.Errorf(codeInvalidParameter,
			"The RotationRules.ScheduleExpression value %s is not valid. Use rate() in hours or days, no more often than every 4 hours, or cron().", rules.Expression)
	case schedule.Window:
		return nil, wire.Errorf(codeInvalidParameter,
			"The RotationRules.Duration value %s is not valid. Use a number of hours, for example 3h. The window must not extend into the next UTC day or the next rotation window.", rules.Window)
	case schedule.Both:
	}
	if rules.Days != 0 {
		return nil, wire.Errorf(codeInvalidParameter, "You cannot specify both rotation frequency and schedule expression together.")
	}
	return nil, wire.Errorf(codeInvalidParameter, "You must specify AutomaticallyAfterDays or ScheduleExpression in RotationRules.")
}

const textDays = "RotationRules.AutomaticallyAfterDays must be within 1-1000."

// toRotationRules returns a schedule in DescribeSecret's form.
func toRotationRules(s *schedule.Schedule) *types.RotationRulesType {
	return &types.RotationRulesType{AutomaticallyAfterDays: new(s.EveryDays()), ScheduleExpression: optionalString(s.Expression), Duration: optionalString(s.Window)}
}
