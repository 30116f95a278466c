package line

import (
	"context"
	"strings"
	"testing"

	"keyturn/steps"
)

// twoProfiles is a configuration with a profile in each of two partitions.
func twoProfiles(context.Context) (steps.Configuration, error) {
	return steps.Configuration{Profiles: []steps.Profile{
		{Name: "dev", Region: "eu-central-1", About: "access key"}, {Name: "beijing", Region: "cn-north-1"},
	}}, nil
}

func TestProfileAndRegionAreAskedForInLines(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		flags           steps.AccountChoice
		typed           string
		profile, region string
		says            []string
	}{
		"a number and the profile's own region": {
			typed: "l\n1\n\n", profile: "dev", region: "eu-central-1",
			says: []string{"Profile [use the default profile]; l to list", "1. dev, eu-central-1, access key", "Region [eu-central-1]; l to list those there are, or a name: "},
		},
		"a name, and a region of its partition": {
			typed: "beijing\nl\nning\n1\n", profile: "beijing", region: "cn-northwest-1", says: []string{"1. cn-northwest-1, China (Ningxia)"},
		},
		"one that AWS has opened since": {typed: "dev\neu-north-9\n", profile: "dev", region: "eu-north-9"},
		"names that do not exist": {
			typed: "prod\ndev\nParis\n\n", profile: "dev", region: "eu-central-1",
			says: []string{`None of the profiles is named "prod"`, `None of the regions is named "Paris"`},
		},
		"no region anywhere": {
			typed: "\n\nus-west-2\n", region: "us-west-2",
			says: []string{"Region; l to list", "One of the regions has to be named."},
		},
		"what flags name is not asked":    {flags: steps.AccountChoice{Profile: "dev", Region: "us-east-1"}, profile: "dev", region: "us-east-1"},
		"and the region can be left open": {flags: steps.AccountChoice{Profile: "dev"}, typed: "\n", profile: "dev", region: "eu-central-1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			var chosen steps.AccountChoice
			o := Options{Choice: tt.flags, ReadConfiguration: twoProfiles, Open: func(_ context.Context, choice steps.AccountChoice, _ func(steps.Event)) (*steps.Account, error) {
				chosen = choice
				return &steps.Account{}, nil
			}}
			_, err := o.openAccount(t.Context(), steps.NewRelay(func(steps.Event) {}), NewPrompter(strings.NewReader(tt.typed), &out))
			if err != nil || chosen.Profile != tt.profile || chosen.Region != tt.region {
				t.Errorf("opens %+v, %v:\n%s", chosen, err, out.String())
			}
			for _, text := range tt.says {
				if !strings.Contains(out.String(), text) {
					t.Errorf("it does not say %q:\n%s", text, out.String())
				}
			}
		})
	}
}
