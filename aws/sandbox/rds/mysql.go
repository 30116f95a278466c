package rds

import (
	"fmt"

	"keyturn/aws/sandbox/cloud"
	"keyturn/db/sandbox"
	"keyturn/steps"
)

// New returns an RDS without instances, behind a firewall. Its instances offer
// TLS with certificates of the authority.
func New(c *cloud.Cloud, firewall Firewall, authority *sandbox.Authority) *Service {
	return newService(c, firewall, func(version, user string, password steps.Password) (server, error) {
		config, err := authority.ServerConfig()
		if err != nil {
			return nil, fmt.Errorf("issue a certificate: %w", err)
		}
		return sandbox.New(sandbox.Options{
			Version: version, User: user, Password: password, TLS: config, Now: c.Now, Log: c.Log,
		})
	})
}
