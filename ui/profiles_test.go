package ui

import (
	"context"
	"fmt"
	"testing"

	"keyturn/steps"
)

// someProfiles is a configuration of 41 profiles.
func someProfiles(context.Context) (steps.Configuration, error) {
	c := steps.Configuration{Profiles: []steps.Profile{
		{Name: "default", Region: "eu-west-1", About: "access key"},
		{Name: "beijing", Region: "cn-north-1", About: "role operator, with MFA"},
		{Name: "dev", Region: "eu-central-1", About: "IAM Identity Center, account 111111111111, role Engineer"},
		{Name: "gov", Region: "us-gov-west-1", About: "credential_process"},
	}}
	for i := range 37 {
		c.Profiles = append(c.Profiles, steps.Profile{Name: fmt.Sprintf("deploy-%03d", i), About: "role deploy"})
	}
	return c, nil
}

// configured goes to the choice of a profile.
func (s *stage) configured() *stage {
	s.press("down", "enter")
	config, err := someProfiles(s.ctx)
	return s.ends(configurationReadMsg{config, err})
}

// chosenItem is the item at which the list stands.
func (s *stage) chosenItem() string {
	list := s.layers[0].screen.(welcomeInput).list
	item, _ := list.item(list.chosen)
	return item.Name
}

func TestRegionListHoldsTheProfilesPartition(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		profile string
		chosen  string
		listed  int
	}{
		"commercial":              {"dev", "eu-central-1", 34},
		"China":                   {"beijing", "cn-north-1", 2},
		"GovCloud":                {"gov", "us-gov-west-1", 2},
		"all where none is named": {"deploy-001", "us-east-1", 39},
		"the default profile's":   {"default", "eu-west-1", 34},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t).configured().typed(tt.profile).press("enter")
			if got := s.chosenItem(); got != tt.chosen {
				t.Errorf("stands at %q, want %q", got, tt.chosen)
			}
			if n := s.layers[0].screen.(welcomeInput).list.rows(); n != tt.listed {
				t.Errorf("%d regions, want %d", n, tt.listed)
			}
			if s.press("enter"); s.choice.Profile != tt.profile || s.choice.Region != tt.chosen || s.choice.Kind != steps.AWS {
				t.Errorf("opens %+v", s.choice)
			}
		})
	}
}

func TestListChoosesNameWithTypedPrefix(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.press("down", "enter")
	s.ends(configurationReadMsg{config: steps.Configuration{Profiles: []steps.Profile{{Name: "ops-dev"}, {Name: "dev"}}}})
	if s.typed("dev"); s.chosenItem() != "dev" {
		t.Errorf("stands at %q", s.chosenItem())
	}
}

func TestFlagsPreselectProfileAndRegion(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.opts.Choice.Profile, s.opts.Choice.Region = "dev", "ap-south-9"
	s.choice = s.opts.Choice
	if s.configured(); s.chosenItem() != "dev" {
		t.Errorf("the profile is %q", s.chosenItem())
	}
	if s.press("enter"); s.chosenItem() != "ap-south-9" {
		t.Errorf("the region is %q", s.chosenItem())
	}
}
