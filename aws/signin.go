package aws

import (
	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"keyturn/aws/cli"
)

// signIn is how a person gets credentials again that have run out.
type signIn struct {
	// line is the command that signs in, exactly; "" where the credentials come
	// from something that keyturn does not know by name.
	line string
	// fixed credentials stand in this process's environment: nothing that a
	// person does elsewhere changes them.
	fixed bool
}

// signInOf reads from a loaded configuration where its credentials come from,
// in the order in which the SDK looks (config, resolveCredentialChain). Profile
// is the one that was named on the command line, or "".
func signInOf(cfg awssdk.Config, profile string) signIn {
	var top *config.SharedConfig
	for _, source := range cfg.ConfigSources {
		switch source := source.(type) {
		case config.EnvConfig:
			if profile == "" && source.Credentials.HasKeys() {
				return signIn{fixed: true}
			}
		case config.SharedConfig:
			top = &source
		}
	}
	if top == nil {
		return signIn{}
	}
	owner := top // whose sign-in a chain of roles begins with
	for owner.Source != nil {
		owner = owner.Source
	}
	switch {
	case owner.Credentials.HasKeys():
		return signIn{}
	case owner.SSOSession != nil && owner.Profile == config.DefaultSharedConfigProfile && owner == top:
		return signIn{line: "aws sso login --sso-session " + cli.Quote(owner.SSOSession.Name)}
	case owner.SSOSession != nil || owner.SSOStartURL != "":
		return signIn{line: "aws sso login" + profileOption(owner, top)}
	case owner.LoginSession != "":
		return signIn{line: "aws login" + profileOption(owner, top)}
	}
	return signIn{}
}

// profileOption names the profile, but for the default one where that is in
// force anyway.
func profileOption(owner, top *config.SharedConfig) string {
	if owner == top && owner.Profile == config.DefaultSharedConfigProfile {
		return ""
	}
	return " --profile " + cli.Quote(owner.Profile)
}
