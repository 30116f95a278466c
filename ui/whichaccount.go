package ui

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
)

// configured is the outcome of reading the machine's AWS configuration.
type configured struct {
	config steps.Configuration
	err    error
}

// readConfiguration reads it in the background, once the person has chosen to
// work in an AWS account.
func (a *app) readConfiguration() tea.Cmd {
	return a.start(func(ctx context.Context) any {
		config, err := a.opts.Configured(ctx)
		return configured{config, err}
	})
}

// configurationRead goes on to the choice of a profile.
func (a *app) configurationRead(c configured) tea.Cmd {
	w, ok := a.layers[0].screen.(*welcome)
	switch {
	case !ok:
		return nil
	case c.err != nil:
		return w.failed(c.err)
	}
	w.config = c.config
	w.list = newNameList(&a.th, profileItems(c.config), a.choice.Profile)
	return w.to(choosingProfile)
}

// profileItems are the profiles, after the way that names none.
func profileItems(c steps.Configuration) []nameItem {
	usual := nameItem{name: "as the environment says", about: "the default profile"}
	switch {
	case c.Keys:
		usual.about = "the access key in AWS_ACCESS_KEY_ID"
	case c.Profile != "":
		usual.about = "AWS_PROFILE names " + c.Profile
	}
	items := []nameItem{usual}
	for _, p := range c.Profiles {
		items = append(items, nameItem{p.Name, p.Name, strings.Join(notEmpty(p.Region, p.About), "   ")})
	}
	return items
}

// regionItems are the regions of the partition that a region is in, or all for
// "". A region that AWS has opened since is among them too.
func regionItems(region string) []nameItem {
	var items []nameItem
	for _, r := range steps.RegionsBeside(region) {
		items = append(items, nameItem{r.Name, r.Name, r.Place})
	}
	known := slices.ContainsFunc(items, func(item nameItem) bool { return item.value == region })
	if other, ok := otherRegion(region); ok && !known {
		items = append([]nameItem{other}, items...)
	}
	return items
}

func notEmpty(texts ...string) []string {
	var kept []string
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

// regionName is how AWS names its regions.
var regionName = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]+$`)

// otherRegion takes the name of a region that AWS has opened since.
func otherRegion(typed string) (nameItem, bool) {
	return nameItem{typed, typed, "not in keyturn's list"}, regionName.MatchString(typed)
}

// profileChosen goes on to the region. The one that the command line names, or
// else the configuration's, is there to be taken.
func (w *welcome) profileChosen(profile string) tea.Cmd {
	w.app.choice.Profile = profile
	region := cmp.Or(w.app.opts.Choice.Region, w.config.RegionOf(profile))
	w.list = newNameList(&w.app.th, regionItems(region), region)
	w.list.other = otherRegion
	return w.to(choosingRegion)
}

// regionChosen opens the account.
func (w *welcome) regionChosen(region string) tea.Cmd {
	choice := w.app.choice
	choice.Kind, choice.Region = steps.AWS, region
	return w.open(choice)
}

// backToProfiles is esc on the regions.
func (w *welcome) backToProfiles() tea.Cmd {
	w.list = newNameList(&w.app.th, profileItems(w.config), w.app.choice.Profile)
	return w.to(choosingProfile)
}
