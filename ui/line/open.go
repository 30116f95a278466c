package line

import (
	"context"
	"errors"

	"keyturn/steps"
)

// openAccount opens the account. Somebody who is there to answer is asked which
// one and for MFA codes, and may try again after signing in.
func (o Options) openAccount(ctx context.Context, relay *steps.Relay, ask *Prompter) (*steps.Account, error) {
	if ask == nil {
		return o.Open(ctx, o.Choice, relay.Emit)
	}
	choice := o.Choice
	if o.ReadConfiguration != nil {
		var err error
		if choice, err = o.whichAccount(ctx, ask); err != nil {
			return nil, err
		}
	}
	choice.AskMFACode = func(device string) (string, error) { return ask.askMFACode(ctx, device) }
	for {
		account, err := o.Open(ctx, choice, relay.Emit)
		if ctx.Err() != nil || !isRetryable(err) {
			return account, err
		}
		d := steps.Diagnose(err)
		ask.say("%s: %s\n%s", d.What, d.Why, d.Fix)
		answer, asked := ask.chooseKey(ctx, "Enter to try again, q to stop", "q")
		if asked != nil || answer == "q" {
			return nil, err
		}
	}
}

// isRetryable reports whether the person can fix the error while the program
// waits: sign in, type another code, mend the network.
func isRetryable(err error) bool {
	for _, kind := range []error{steps.ErrMFACodeNeeded, steps.ErrMFACodeRefused, steps.ErrCredentialsExpired, steps.ErrEndpointUnreachable} {
		if errors.Is(err, kind) {
			return !errors.Is(err, steps.ErrFixedCredentialsExpired)
		}
	}
	return false
}

// askMFACode asks for the code of an MFA device. It may be seen: it is good once.
func (p *Prompter) askMFACode(ctx context.Context, device string) (string, error) {
	code, err := p.askLine(ctx, "The code that the MFA device "+device+" shows", "")
	if err == nil && code == "" {
		err = steps.ErrMFACodeNeeded
	}
	return code, err
}
