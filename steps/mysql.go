package steps

import (
	"context"
	"time"
)

// MySQLPort is the port on which RDS serves MySQL unless it is told otherwise.
const MySQLPort = 3306

// Credentials are what it takes to sign in to a database.
type Credentials struct {
	Host     string
	Port     int
	Username string
	Password Password
}

// SignIn is the evidence of one successful sign-in, over TLS whose certificate
// was verified against the trusted roots and the host's name.
type SignIn struct {
	User          string // CURRENT_USER()
	ServerVersion string
	TLSVersion    string
	TLSCipher     string
	CertificateCN string
	ConnectionID  uint64
	ServerTime    time.Time
	Took          time.Duration
}

// MySQL signs in to a database, runs the evidence's queries, and hangs up.
type MySQL interface {
	SignIn(ctx context.Context, c Credentials) (SignIn, error)
}
