package ui

import (
	"context"
	"fmt"
	"testing"
	"time"

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
	return s.ends(configured{config, err})
}

// chosenItem is the item at which the list stands.
func (s *stage) chosenItem() string {
	list := s.layers[0].screen.(welcomeInput).list
	if len(list.shown) == 0 {
		return ""
	}
	return list.shown[list.chosen].value
}

func TestRegionsAreThoseOfTheProfilesPartition(t *testing.T) {
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
			if list := s.layers[0].screen.(welcomeInput).list; len(list.items) != tt.listed {
				t.Errorf("%d regions, want %d", len(list.items), tt.listed)
			}
			if s.press("enter"); s.choice.Profile != tt.profile || s.choice.Region != tt.chosen || s.choice.Kind != steps.AWS {
				t.Errorf("opens %+v", s.choice)
			}
		})
	}
}

func TestFlagsOfTheCommandLineAreChosenFirst(t *testing.T) {
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

func TestNamesAreFilteredAtOnceAmongThousands(t *testing.T) {
	t.Parallel()
	items := make([]nameItem, 10_000)
	for i := range items {
		name := fmt.Sprintf("profile-%06d", i)
		items[i] = nameItem{name, name, "role deploy"}
	}
	th := newTheme(true, false)
	list := newNameList(&th, items, "profile-005000")
	began := time.Now()
	const keys = 5
	for _, key := range []string{"9", "9", "9", "down", "9"} {
		if key == "down" {
			list.move(key)
		} else {
			list.edit(keyPress(key))
		}
		list.lines(80, 14)
	}
	if took := time.Since(began) / keys; took > 50*time.Millisecond {
		t.Errorf("a key takes %v", took)
	}
	if len(list.shown) == 0 || len(list.lines(80, 14)) > 14 {
		t.Errorf("%d shown in %d lines", len(list.shown), len(list.lines(80, 14)))
	}
}
