package logs_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

// FuzzFilterPattern checks that every pattern is accepted or rejected, and that a
// whole message in quotes matches itself.
func FuzzFilterPattern(f *testing.F) {
	for _, seed := range []string{"", "ERROR", `"a \"b\""`, "?a -b", "{ $.x = 1 }", `"`, `\`, "?-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := newService(t)
		s.Append(group, "s", text)
		search := func(pattern string) (int, error) {
			out, err := s.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String(group), FilterPattern: &pattern})
			if err != nil {
				return 0, err
			}
			return len(out.Events), nil
		}
		_, _ = search(text)
		quoted := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
		if n, err := search(quoted); err != nil || n != 1 {
			t.Errorf("%q finds %d events of %q: %v", quoted, n, text, err)
		}
	})
}
