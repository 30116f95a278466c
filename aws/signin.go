package aws

import (
	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"keyturn/aws/cli"
)

// signInHint says how the person gets new credentials after they expired.
type signInHint struct {
	// command signs in; "" where the credentials come
	// from something that keyturn does not know by name.
	command string
	// fixed credentials are in this process's environment: nothing that the
	// person does elsewhere changes them.
	fixed bool
}

// readSignInHint derives the hint from a loaded configuration, in the order in
// which the SDK looks for credentials (config, resolveCredentialChain). profile
// is the one of the command line, or "".
func readSignInHint(cfg awssdk.Config, profile string) signInHint {
	var profileInForce *config.SharedConfig
	for _, source := range cfg.ConfigSources {
		switch source := source.(type) {
		case config.EnvConfig:
			if profile == "" && source.Credentials.HasKeys() {
				return signInHint{fixed: true}
			}
		case config.SharedConfig:
			profileInForce = &source
		}
	}
	if profileInForce == nil {
		return signInHint{}
	}
	owner := profileInForce // the profile at the start of a chain of roles
	for owner.Source != nil {
		owner = owner.Source
	}
	switch {
	case owner.Credentials.HasKeys():
		return signInHint{}
	case owner.SSOSession != nil && owner.Profile == config.DefaultSharedConfigProfile && owner == profileInForce:
		return signInHint{command: "aws sso login --sso-session " + cli.Quote(owner.SSOSession.Name)}
	case owner.SSOSession != nil || owner.SSOStartURL != "":
		return signInHint{command: "aws sso login" + profileOption(owner, profileInForce)}
	case owner.LoginSession != "":
		return signInHint{command: "aws login" + profileOption(owner, profileInForce)}
	}
	return signInHint{}
}

// profileOption is the option --profile, or "" for the default profile where
// that is in force anyway.
func profileOption(owner, inForce *config.SharedConfig) string {
	if owner == inForce && owner.Profile == config.DefaultSharedConfigProfile {
		return ""
	}
	return " --profile " + cli.Quote(owner.Profile)
}
