package steps

func noCredentials(f failure) Diagnosis {
	d := Diagnosis{
		ID:   "no-credentials",
		What: "There are no AWS credentials",
		Why:  "Neither the environment, nor the AWS configuration files, nor this machine's role gives any. The AWS SDK says: " + detail(f),
		Fix:  "Sign in with `aws sso login` or `aws configure`, or name a profile with --profile. The sandbox needs none.",
	}
	if f.answer.SignIn != "" {
		d.Why = "The AWS SDK says: " + detail(f)
		d.Fix = "Sign in with `" + f.answer.SignIn + "`, then try again."
	}
	return d
}

// credentialsExpired is answered by signing in, in this terminal or in another:
// the next call reads the credentials anew.
func credentialsExpired(f failure) Diagnosis {
	d := Diagnosis{
		ID:   "credentials-expired",
		What: "The AWS credentials have expired",
		Why:  quoteAnswer(f.answer),
		Fix:  "Get new ones the way you got these, in another terminal: they are read again.",
	}
	if f.answer.SignIn != "" {
		d.What = "You are not signed in to AWS"
		d.Fix = "Sign in, in another terminal, with `" + f.answer.SignIn + "`."
	}
	d.Fix += " Then try again"
	if f.caller != "" { // in the middle of a run
		d.Fix += ": it carries on where it stopped"
	}
	d.Fix += "."
	return d
}

// fixedCredentialsExpired cannot be answered while the program runs.
func fixedCredentialsExpired(f failure) Diagnosis {
	return Diagnosis{
		ID:   "credentials-expired",
		What: "The AWS credentials have expired",
		Why:  quoteAnswer(f.answer),
		Fix: "They stand in this terminal's environment (AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN), where a running program sees no change: " +
			"stop, set new ones, and start again. A profile (--profile) would be read again instead.",
	}
}

func mfaCodeNeeded(f failure) Diagnosis {
	return Diagnosis{
		ID:   "mfa-code-needed",
		What: "The role asks for an MFA code",
		Why:  detail(f),
		Fix: "Try again and type the code that the device shows. Where nobody can type it (--yes, --json, a pipe), bring credentials " +
			"that hold already: eval \"$(aws configure export-credentials --profile NAME --format env)\", then run without --profile.",
	}
}

func mfaCodeRefused(f failure) Diagnosis {
	return Diagnosis{
		ID:   "mfa-code-refused",
		What: "AWS did not accept the MFA code",
		Why:  quoteAnswer(f.answer),
		Fix: "Try again with the next code that the device shows: each is good once, for half a minute. " +
			"If none is accepted, the profile's mfa_serial may name another device.",
	}
}
