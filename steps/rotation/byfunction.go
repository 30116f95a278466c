package rotation

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"keyturn/steps"
)

// expectedUnreachableError is a database that this machine does not reach, and need not:
// the network is meant to be so. Why is a sentence without its full stop.
type expectedUnreachableError struct{ Why string }

func (e *expectedUnreachableError) Error() string { return e.Why }

// whyUnreachable says why this machine does not reach the database though nothing is
// wrong; "" where it should.
func (r run) whyUnreachable(ctx context.Context) string {
	db, cidr := r.state().Database, r.Setup().MyCIDR
	if db.Host != "" && !db.PubliclyAccessible {
		return "the database has no public address"
	}
	if !r.Setup().Private() || cidr == "" {
		return ""
	}
	admits, err := netip.ParsePrefix(cidr)
	if err != nil {
		return ""
	}
	address, err := r.Services().Address.PublicAddress(ctx)
	switch {
	case err != nil:
		return fmt.Sprintf("only %s is admitted, and this machine's address is not known", cidr)
	case admits.Contains(address):
		return ""
	}
	return fmt.Sprintf("only %s is admitted, and this machine is %s", cidr, address)
}

// trySignIn signs in from this machine. That a database is beyond its reach, as the
// network is meant to be, is found out once: each attempt takes 10 seconds.
func (r run) trySignIn(ctx context.Context, c steps.Credentials) (steps.SignIn, error) {
	if why := r.state().unreachable; why != "" {
		return steps.SignIn{}, &expectedUnreachableError{why}
	}
	signIn, err := r.Services().MySQL.SignIn(ctx, c)
	if errors.Is(err, steps.ErrDatabaseUnreachable) {
		if why := r.whyUnreachable(ctx); why != "" {
			r.update(func(s *State) { s.unreachable = why })
			err = &expectedUnreachableError{why}
		}
	}
	return signIn, err
}

// deferProofToFunction says, before there is a function, what will stand for the
// sign-in.
func (r run) deferProofToFunction(why string) error {
	return r.Prove(proofByFunction, true, "not signed in from here: "+why+". The rotation function signs in from within the VPC in step 4; its own test and its log are the proof")
}

// signedIn is what AWS's function logs when the new password has signed in.
const signedIn = "testSecret: Successfully signed into"

// proveByFunction takes the function's word, from its log, for the new password:
// it has signed in with it and run a query. Who may not read the log knows that
// the label AWSCURRENT moves only after that.
func (r run) proveByFunction(ctx context.Context, why, version string) error {
	lines, err := r.runLog(ctx)
	if err != nil {
		return err
	}
	evidence := fmt.Sprintf("version %s became %s, which comes after testSecret has signed in", steps.ShortVersion(version), steps.LabelCurrent)
	for _, line := range lines {
		if _, said, ok := strings.Cut(line.Text, signedIn); ok {
			evidence = fmt.Sprintf("its log says %q", strings.TrimSpace(signedIn+strings.SplitN(said, " in arn:", 2)[0]))
		}
	}
	return r.Prove(proofByFunction, true, evidence+". Not signed in from here: "+why)
}

// connectionToShow is how to sign in, once somebody on this machine has.
func (r run) connectionToShow() *steps.Connection {
	if r.state().SignIn == (steps.SignIn{}) {
		return nil
	}
	return r.Connection()
}
