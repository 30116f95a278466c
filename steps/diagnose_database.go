package steps

import "fmt"

func databaseUnreachable(f failure) Diagnosis {
	return Diagnosis{
		ID:   "database-unreachable",
		What: "Could not reach the database",
		Why:  "The name resolves, but nothing answers on its port. " + detail(f),
		Fix: fmt.Sprintf("Check that the database is publicly accessible, that its security group has an inbound rule for port %d, "+
			"and that this machine's network lets connections out on that port.", MySQLPort),
	}
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
		Why:  quoteAnswer(f.answer) + " The secret and the database do not agree: one of them was changed without the other.",
		Fix:  "Set the database's master password to the one in the secret, then try again.",
	}
}

func tlsNotVerified(f failure) Diagnosis {
	return Diagnosis{
		ID:   "tls-not-verified",
		What: "The database's certificate could not be verified",
		Why:  detail(f) + " Without that, nobody knows who would read the password, so it was not sent.",
		Fix: "Make sure that the endpoint's own name is used, and that nothing on the way intercepts the connection. " +
			"If RDS has newer certificates than keyturn, download " + PartitionOf(f.region).RootsURL() + " " +
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
