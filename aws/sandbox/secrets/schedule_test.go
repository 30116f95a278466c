package secrets

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

func TestInvalidScheduleIsRejected(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rules types.RotationRulesType
		text  string
	}{
		"days and an expression": {
			types.RotationRulesType{AutomaticallyAfterDays: new(int64(30)), ScheduleExpression: optionalString("rate(10 days)")},
			"You cannot specify both rotation frequency and schedule expression together.",
		},
		"neither":       {types.RotationRulesType{}, "You must specify AutomaticallyAfterDays or ScheduleExpression in RotationRules."},
		"no days":       {types.RotationRulesType{AutomaticallyAfterDays: new(int64(0))}, textDays},
		"1,001 days":    {types.RotationRulesType{AutomaticallyAfterDays: new(int64(1001))}, textDays},
		"an expression": {types.RotationRulesType{ScheduleExpression: optionalString("rate(3 hours)")}, "The RotationRules.ScheduleExpression value rate(3 hours) is not valid. Use rate() in hours or days, no more often than every 4 hours, or cron()."},
		"a window":      {types.RotationRulesType{ScheduleExpression: optionalString("rate(4 hours)"), Duration: optionalString("5h")}, "The RotationRules.Duration value 5h is not valid. Use a number of hours, for example 3h. The window must not extend into the next UTC day or the next rotation window."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parseSchedule(&c.rules)
			wantError(t, err, codeInvalidParameter, c.text)
		})
	}
}

func FuzzSecretIDs(f *testing.F) {
	for _, seed := range []string{"s", "Valid/_+=.@-Name", "Inv Name", "arn:aws:secretsmanager:us-east-1:123456789012:secret:s", "arn:", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		named := checkName(&id) == nil
		found := checkSecretID(&id) == nil
		if named && !found {
			t.Fatalf("%q can be a name and cannot be looked up", id)
		}
		if named && (id == "" || len(id) > maxName) {
			t.Fatalf("%q is allowed as a name", id)
		}
		for _, r := range id {
			if named && (r > 'z' || r <= ' ') {
				t.Fatalf("%q is allowed as a name", id)
			}
		}
	})
}
