package rotation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"keyturn/steps"
)

// investigate adds what a look at the account tells about a failure, and the
// remedies.
func (r run) investigate(ctx context.Context, d *steps.Diagnosis) {
	switch d.ID {
	case "database-unreachable":
		r.explainNetwork(ctx, d)
	case "password-refused":
		d.Offer(r.resetPasswordRemedy())
		if r.usesExistingDatabase() {
			d.Fix = "Give the password that this user has now, or correct the secret. The database itself is not changed."
		}
	case "secret-scheduled-for-deletion":
		d.Remedies = append(d.Remedies, r.restoreSecretRemedy())
	case "function-runtime-retired":
		if r.functionFrom() == steps.FunctionSAR && r.Setup().FunctionFrom != steps.FunctionSAR {
			d.Fix = "Try again: the function then comes by AWS's transform, in place of its repository."
			d.AutoRetry = true
		}
	case "no-default-network":
		if r.explainNamesOff(ctx, d) {
			return
		}
		d.Remedies = append(d.Remedies, r.defaultVPCRemedy())
	case "function-not-invocable":
		d.Offer(r.allowInvoking())
	case "secret-malformed", "secret-edited":
		d.Offer(r.putBack(ctx))
	case "rotation-failed":
		r.explainRotation(ctx, d)
	}
}

// explainNetwork looks whether a security group is why nothing answers.
func (r run) explainNetwork(ctx context.Context, d *steps.Diagnosis) {
	db := r.state().Database
	if db.ID == "" {
		return
	}
	if fresh, err := r.Services().Databases.DescribeDBInstance(ctx, db.ID); err == nil {
		db = fresh
	}
	if !db.PubliclyAccessible {
		d.Why = "The database is not publicly accessible: its name leads to an address inside its own network."
		d.Fix = "Switch public access on in the RDS console, or run keyturn inside that network."
		return
	}
	if !strings.EqualFold(db.Status, "available") {
		d.Why = fmt.Sprintf("The database is %q and not available.", db.Status)
		d.Fix = "Try again when it is available."
		return
	}
	for _, id := range db.SecurityGroups {
		group, err := r.Services().Network.SecurityGroup(ctx, id)
		if err != nil || group.Admits(anywhere, steps.MySQLPort) {
			return
		}
		if r.Setup().Private() {
			r.explainClosedPort(ctx, d, db, group)
			return
		}
		if admitted := group.Admitted(steps.MySQLPort); len(admitted) > 0 {
			d.Why = fmt.Sprintf("The security group %s admits only %s on port %d.", id, strings.Join(admitted, ", "), steps.MySQLPort)
		} else {
			d.Why = fmt.Sprintf("The name resolves, but nothing answers on port %d. The security group %s lets nobody in on that port.", steps.MySQLPort, id)
		}
		d.Fix = fmt.Sprintf("Add an inbound rule for port %d to the security group, then try again.", steps.MySQLPort)
		switch {
		case r.Owns(group.Tags):
			d.Remedies = append(d.Remedies, r.openPortRemedy(group))
		case r.usesExistingDatabase():
			if missing, err := r.planExistingDatabaseRule(ctx, db); err == nil {
				r.offerRules(d, group, missing)
			}
		}
	}
}

// explainNamesOff tells a default VPC without DNS names from none at all: RDS
// refuses both alike.
func (r run) explainNamesOff(ctx context.Context, d *steps.Diagnosis) bool {
	vpc, err := r.Services().Network.DefaultVPC(ctx)
	if err != nil || vpc == "" {
		return false
	}
	support, hostnames, err := r.Services().Network.DNSAttributes(ctx, vpc)
	if err != nil || support && hostnames {
		return false
	}
	raw := d.Raw
	*d = steps.Diagnose(&steps.VPCDNSError{VPCID: vpc, Support: support, Hostnames: hostnames})
	d.Raw = raw
	return true
}

// explainRotation finds out which of its two causes a failed log-in has, by
// signing in from here with the password that should be in force.
func (r run) explainRotation(ctx context.Context, d *steps.Diagnosis) {
	if !strings.Contains(d.Why, steps.LoginFailed) && !strings.Contains(d.Why, "ran out of time") {
		return
	}
	if r.explainSecretsManagerUnreachable(ctx, d) || r.explainFunctionNotAdmitted(ctx, d) {
		return
	}
	_, credentials, err := r.readSecret(ctx, steps.LabelCurrent)
	if err != nil || r.whyUnreachable(ctx) != "" {
		return
	}
	logged := d.Why
	_, err = r.Services().MySQL.SignIn(ctx, credentials)
	switch {
	case errors.Is(err, steps.ErrPasswordRefused):
		d.Why = "The database refuses the password in the secret's current version. " + logged
		d.Fix = "Set the database's master password to the one in the secret, then try again: the same version is taken up."
		d.Offer(r.resetPasswordRemedy())
	case errors.Is(err, steps.ErrDatabaseUnreachable):
		network := steps.Diagnosis{Why: "The database does not answer."}
		r.explainNetwork(ctx, &network)
		d.Why = network.Why + " " + logged
		d.Fix = cmp.Or(network.Fix, d.Fix)
		d.Remedies = append(d.Remedies, network.Remedies...)
	case err == nil:
		d.Why = "The password in the secret's current version signs in from here, so the function itself does not reach the database. " + logged
		network := steps.Diagnosis{}
		r.explainNetwork(ctx, &network)
		if network.Why != "" {
			d.Why = network.Why + " " + logged
		}
		d.Remedies = append(d.Remedies, network.Remedies...)
	}
}
