package steps

import (
	"context"
	"fmt"
	"strings"
)

func databaseUnreachable(f failure) Diagnosis {
	return Diagnosis{
		ID:   "database-unreachable",
		What: "Could not reach the database",
		Why:  "The name resolves, but nothing answers on its port. " + detail(f),
		Fix: fmt.Sprintf("Check that the database is publicly accessible, that its security group has an inbound rule for port %d, "+
			"and that this machine's network lets connections out on that port.", mysqlPort),
	}
}

// explainNetwork looks whether a security group is why nothing answers.
func (r *Run) explainNetwork(ctx context.Context, d *Diagnosis) {
	db := r.State().Database
	if db.ID == "" {
		return
	}
	if fresh, err := r.account.Services.Databases.DescribeDBInstance(ctx, db.ID); err == nil {
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
		group, err := r.account.Services.Network.SecurityGroup(ctx, id)
		if err != nil || group.admits(anywhere, mysqlPort) {
			return
		}
		if admitted := group.admitted(mysqlPort); len(admitted) > 0 {
			d.Why = fmt.Sprintf("The security group %s admits only %s on port %d.", id, strings.Join(admitted, ", "), mysqlPort)
		} else {
			d.Why = fmt.Sprintf("The name resolves, but nothing answers on port %d. The security group %s lets nobody in on that port.", mysqlPort, id)
		}
		d.Fix = fmt.Sprintf("Add an inbound rule for port %d to the security group, then try again.", mysqlPort)
		if r.owned(group.Tags) {
			d.Remedies = append(d.Remedies, r.openAgain(group))
		}
	}
}

// admitted lists whom the group lets in on a port.
func (g SecurityGroup) admitted(port int32) []string {
	var cidrs []string
	for _, rule := range g.Rules {
		if rule.Admits(port) {
			cidrs = append(cidrs, rule.CIDR)
		}
	}
	return cidrs
}

func databaseNameNotResolved(f failure) Diagnosis {
	return Diagnosis{
		ID:   "database-name-not-resolved",
		What: "The database's name is not known to this machine's DNS",
		Why:  detail(f),
		Fix:  "A new endpoint takes a minute to be known everywhere: try again. If it stays, use another DNS resolver.",
	}
}

func databaseConnectionDropped(f failure) Diagnosis {
	return Diagnosis{
		ID:   "database-connection-dropped",
		What: "The database closed the connection",
		Why:  detail(f),
		Fix:  "It may be restarting, or something on the way breaks connections off. Try again.",
	}
}

func passwordRefused(f failure) Diagnosis {
	return Diagnosis{
		ID:   "password-refused",
		What: "The database refuses the password in the secret",
		Why:  said(f.answer) + " The secret and the database do not agree: one of them was changed without the other.",
		Fix:  "Set the database's master password to the one in the secret, then try again.",
	}
}

func tlsNotVerified(f failure) Diagnosis {
	return Diagnosis{
		ID:   "tls-not-verified",
		What: "The database's certificate could not be verified",
		Why:  detail(f) + " Without that, nobody knows who would read the password, so it was not sent.",
		Fix: "Make sure that the endpoint's own name is used, and that nothing on the way intercepts the connection. " +
			"If RDS has newer certificates than keyturn, download https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem " +
			"and name the file with --rds-ca-file.",
	}
}

func tlsRefused(f failure) Diagnosis {
	return Diagnosis{
		ID:   "tls-refused",
		What: "The database does not offer an encrypted connection",
		Why:  detail(f) + " A password is never sent over an open line.",
		Fix:  "Check that the endpoint is the database's own and that its parameters do not switch TLS off.",
	}
}

func secretMalformed(f failure) Diagnosis {
	return Diagnosis{
		ID:   "secret-malformed",
		What: "The secret does not hold a database's sign-in",
		Why:  sentence(f.err.Error()),
		Fix:  "Put the documented JSON back, with username, password, engine and host, then try again.",
	}
}
