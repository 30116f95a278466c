package ui

import (
	"cmp"
	"context"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
)

// configurationReadMsg is the outcome of reading the machine's AWS configuration.
type configurationReadMsg struct {
	config steps.Configuration
	err    error
}

// readConfiguration reads it in the background, once the person has chosen to
// work in an AWS account.
func (a *app) readConfiguration() tea.Cmd {
	return a.start(func(ctx context.Context) any {
		config, err := a.opts.ReadConfiguration(ctx)
		return configurationReadMsg{config, err}
	})
}

// configurationRead goes on to the choice of a profile.
func (a *app) configurationRead(c configurationReadMsg) tea.Cmd {
	w, ok := a.layers[0].screen.(*welcome)
	switch {
	case !ok:
		return nil
	case c.err != nil:
		return w.openFailed(c.err)
	}
	w.config = c.config
	w.list = newList(a, c.config.ProfileListing(), a.choice.Profile)
	return w.setState(choosingProfile)
}

// profileChosen goes on to the region. The one that the command line names, or
// else the configuration's, is there to be taken.
func (w *welcome) profileChosen(profile string) tea.Cmd {
	w.app.choice.Profile = profile
	region := cmp.Or(w.app.opts.Choice.Region, w.config.RegionOf(profile))
	w.list = newList(w.app, steps.RegionListing(region), region)
	return w.setState(choosingRegion)
}

// regionChosen opens the account.
func (w *welcome) regionChosen(region string) tea.Cmd {
	choice := w.app.choice
	choice.Kind, choice.Region = steps.AWS, region
	return w.open(choice)
}

// backToProfiles is esc on the regions.
func (w *welcome) backToProfiles() tea.Cmd {
	w.list = newList(w.app, w.config.ProfileListing(), w.app.choice.Profile)
	return w.setState(choosingProfile)
}
