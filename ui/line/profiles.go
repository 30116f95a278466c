package line

import (
	"context"

	"keyturn/steps"
)

// whichAccount asks for the profile and the region that no flag names.
func (o Options) whichAccount(ctx context.Context, ask *Prompter) (steps.AccountChoice, error) {
	choice := o.Choice
	config, err := o.ReadConfiguration(ctx)
	if err != nil {
		return choice, err
	}
	if choice.Profile == "" && len(config.Profiles) > 0 {
		if choice.Profile, err = ask.chooseFromListing(ctx, "Profile", config.ProfileListing(), steps.Services{}, ""); err != nil {
			return choice, err
		}
	}
	if choice.Region == "" {
		region := config.RegionOf(choice.Profile)
		choice.Region, err = ask.chooseFromListing(ctx, "Region", steps.RegionListing(region), steps.Services{}, region)
	}
	return choice, err
}
