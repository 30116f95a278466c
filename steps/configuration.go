package steps

import (
	"context"
	"slices"
	"strings"
)

// Profile is a named set of settings in the person's own AWS configuration.
// Region is "" where it names none. About says in a few words where its
// credentials come from.
type Profile struct {
	Name   string
	Region string
	About  string
}

// Configuration is what a machine's AWS configuration offers to choose from.
// Region and Profile are those of the environment, "" where it names none.
type Configuration struct {
	Profiles []Profile
	Profile  string
	Region   string
	Keys     bool // the environment holds an access key, which a profile overrides
}

// RegionOf is the region that counts for a profile, "" being the usual one:
// the environment's before the profile's own, as the AWS SDK has it.
func (c Configuration) RegionOf(profile string) string {
	if c.Region != "" {
		return c.Region
	}
	if profile == "" {
		profile = c.Profile
	}
	if profile == "" {
		profile = "default"
	}
	for _, p := range c.Profiles {
		if p.Name == profile {
			return p.Region
		}
	}
	return ""
}

// ProfileListing lists the profiles. None of them is what the environment says.
func (c Configuration) ProfileListing() Listing {
	l := Listing{None: "use the default profile", Noun: "profiles"}
	switch {
	case c.Keys:
		l.None = "use the access key in AWS_ACCESS_KEY_ID"
	case c.Profile != "":
		l.None = "use " + c.Profile + ", which AWS_PROFILE names"
	}
	for _, p := range c.Profiles {
		about := slices.DeleteFunc([]string{p.Region, p.About}, func(text string) bool { return text == "" })
		l.Items = append(l.Items, ListingItem{Name: p.Name, About: strings.Join(about, ", ")})
	}
	return l
}

// ConfigurationReader reads the machine's configuration, files and environment.
type ConfigurationReader func(ctx context.Context) (Configuration, error)
