// Package iam is the sandbox's IAM: roles with their trust policies, and the
// account's user, each with attached and inline policies, in memory. The user's
// policies are enforced. A rotation function's role has the permissions of the
// published template, whatever its policies say.
package iam

import (
	"crypto/rand"
	"encoding/base32"
	"sync"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// Service holds the account's roles and users.
type Service struct {
	cloud *cloud.Cloud

	mu       sync.Mutex
	roles    map[string]*role
	users    map[string]*user
	policies map[string]string // managed ones of the account: ARN → document
}

// New returns an IAM without roles and users.
func New(c *cloud.Cloud) *Service {
	return &Service{cloud: c, roles: map[string]*role{}, users: map[string]*user{}, policies: map[string]string{}}
}

// Wire returns the service for the wire server.
func (s *Service) Wire() wire.Service {
	return wire.Service{
		Name: "iam", Protocol: wire.Query, Global: true,
		Namespace: "https://iam.amazonaws.com/doc/2010-05-08/", Version: "2010-05-08",
		Accesses: s.Accesses,
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
			wire.Op("CreatePolicy", s.CreatePolicy),
			wire.Op("DeletePolicy", s.DeletePolicy),
			wire.Op("GetUser", s.GetUser),
			wire.Op("PutUserPolicy", s.PutUserPolicy),
			wire.Op("GetUserPolicy", s.GetUserPolicy),
			wire.Op("DeleteUserPolicy", s.DeleteUserPolicy),
			wire.Op("ListUserPolicies", s.ListUserPolicies),
			wire.Op("AttachUserPolicy", s.AttachUserPolicy),
			wire.Op("DetachUserPolicy", s.DetachUserPolicy),
			wire.Op("ListAttachedUserPolicies", s.ListAttachedUserPolicies),
			wire.Op("SimulatePrincipalPolicy", s.SimulatePrincipalPolicy),
		},
	}
}

// newRoleID returns a unique id in IAM's format: AROA and 17 characters of
// base32.
func newRoleID() string {
	random := make([]byte, 11)
	_, _ = rand.Read(random)
	return "AROA" + base32.StdEncoding.EncodeToString(random)[:17]
}
