// Package iam is the sandbox's IAM: roles with their trust, attached and inline
// policies, in memory. Policies are kept and checked for form; the sandbox does
// not evaluate them.
package iam

import (
	"crypto/rand"
	"encoding/base32"
	"sync"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// Service holds the account's roles.
type Service struct {
	cloud *cloud.Cloud

	mu    sync.Mutex
	roles map[string]*role
}

// New makes an account without roles.
func New(c *cloud.Cloud) *Service {
	return &Service{cloud: c, roles: map[string]*role{}}
}

// Wire is the service as clients reach it.
func (s *Service) Wire() wire.Service {
	return wire.Service{
		Name: "iam", Protocol: wire.Query, Global: true,
		Namespace: "https://iam.amazonaws.com/doc/2010-05-08/", Version: "2010-05-08",
		Operations: []wire.Operation{
			wire.Op("ListAccountAliases", s.ListAccountAliases),
			wire.Op("CreateRole", s.CreateRole),
			wire.Op("GetRole", s.GetRole),
			wire.Op("ListRoles", s.ListRoles),
			wire.Op("DeleteRole", s.DeleteRole),
			wire.Op("TagRole", s.TagRole),
			wire.Op("UntagRole", s.UntagRole),
			wire.Op("ListRoleTags", s.ListRoleTags),
			wire.Op("AttachRolePolicy", s.AttachRolePolicy),
			wire.Op("DetachRolePolicy", s.DetachRolePolicy),
			wire.Op("ListAttachedRolePolicies", s.ListAttachedRolePolicies),
			wire.Op("PutRolePolicy", s.PutRolePolicy),
			wire.Op("GetRolePolicy", s.GetRolePolicy),
			wire.Op("DeleteRolePolicy", s.DeleteRolePolicy),
			wire.Op("ListRolePolicies", s.ListRolePolicies),
		},
	}
}

// newRoleID makes a unique id as IAM's look: AROA and 17 characters of base32.
func newRoleID() string {
	random := make([]byte, 11)
	_, _ = rand.Read(random)
	return "AROA" + base32.StdEncoding.EncodeToString(random)[:17]
}
