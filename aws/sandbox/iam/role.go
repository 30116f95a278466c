package iam

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

type role struct {
	name              string
	path              string
	id                string
	arn               string
	description       *string
	maxSessionSeconds int32 // longest session in seconds
	trust             string
	created           time.Time
	tags              []types.Tag
	attached          []string          // ARNs of managed policies
	inline            map[string]string // name → document
}

// maxDescriptionLength is in characters (API reference of CreateRole).
const maxDescriptionLength = 1000

// The patterns of role names and paths (API reference of CreateRole).
var (
	roleName = steps.NewPattern(`^[\w+=,.@-]+$`)
	rolePath = steps.NewPattern(`^(/|/[\x21-\x7E]+/)$`)
)

// CreateRole creates a role that the services in its trust policy may assume.
func (s *Service) CreateRole(_ context.Context, in *iam.CreateRoleInput) (*iam.CreateRoleOutput, error) {
	name, path := aws.ToString(in.RoleName), aws.ToString(in.Path)
	if path == "" {
		path = "/"
	}
	session := int32(3600)
	if in.MaxSessionDuration != nil {
		session = *in.MaxSessionDuration
	}
	switch {
	case !rolePath.MatchString(path):
		return nil, wire.Errorf("ValidationError", `The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`)
	case session < 3600 || session > 43200:
		return nil, wire.Errorf("ValidationError", "1 validation error detected: Value '%d' at 'maxSessionDuration' failed to satisfy constraint: Member must have value between 3600 and 43200", session)
	}
	if err := checkRoleName(name); err != nil {
		return nil, err
	}
	if d := aws.ToString(in.Description); len([]rune(d)) > maxDescriptionLength {
		return nil, tooLong("description", d, maxDescriptionLength)
	}
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	if err := checkTrustPolicy(aws.ToString(in.AssumeRolePolicyDocument)); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.roles[name] != nil {
		return nil, &wire.Error{Code: "EntityAlreadyExists", Message: "Role with name " + name + " already exists.", Status: 409}
	}
	r := &role{
		name: name, path: path, id: newRoleID(), arn: s.cloud.Partition().ARN("iam", "", s.cloud.AccountID, "role"+path+name),
		description: in.Description, maxSessionSeconds: session, trust: *in.AssumeRolePolicyDocument,
		created: s.cloud.Now().UTC().Truncate(time.Second), tags: slices.Clone(in.Tags), inline: map[string]string{},
	}
	s.roles[name] = r
	out := r.describe()
	out.MaxSessionDuration = nil // CreateRole leaves it out
	return &iam.CreateRoleOutput{Role: &out}, nil
}

// GetRole describes one role with its tags.
func (s *Service) GetRole(_ context.Context, in *iam.GetRoleInput) (*iam.GetRoleOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.findRole(in.RoleName)
	if err != nil {
		return nil, err
	}
	out := r.describe()
	out.RoleLastUsed = &types.RoleLastUsed{} // nothing here keeps account of it
	return &iam.GetRoleOutput{Role: &out}, nil
}

// ListRoles lists roles by name, 100 a page by default. Like IAM it leaves out
// their tags.
func (s *Service) ListRoles(_ context.Context, in *iam.ListRolesInput) (*iam.ListRolesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []types.Role
	for _, name := range slices.Sorted(maps.Keys(s.roles)) {
		if r := s.roles[name]; strings.HasPrefix(r.path, aws.ToString(in.PathPrefix)) {
			out := r.describe()
			out.Tags = nil
			all = append(all, out)
		}
	}
	page, next, err := page(all, in.Marker, in.MaxItems)
	return &iam.ListRolesOutput{Roles: page, Marker: next, IsTruncated: next != nil}, err
}

// DeleteRole deletes a role without policies.
func (s *Service) DeleteRole(_ context.Context, in *iam.DeleteRoleInput) (*iam.DeleteRoleOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.findRole(in.RoleName)
	switch {
	case err != nil:
		return nil, err
	case len(r.attached) > 0:
		return nil, &wire.Error{Code: "DeleteConflict", Message: "Cannot delete entity, must detach all policies first.", Status: 409}
	case len(r.inline) > 0:
		return nil, &wire.Error{Code: "DeleteConflict", Message: "Cannot delete entity, must delete policies first.", Status: 409}
	}
	delete(s.roles, r.name)
	return &iam.DeleteRoleOutput{}, nil
}

// Assumable reports whether the role exists and its trust policy lets the service
// assume it, for example lambda.amazonaws.com.
func (s *Service) Assumable(roleARN, service string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.roles {
		if r.arn == roleARN {
			return trusts(r.trust, service)
		}
	}
	return false
}

// maxRoleNameLength is in characters (API reference of CreateRole).
const maxRoleNameLength = 64

func checkRoleName(name string) error {
	switch {
	case len(name) > maxRoleNameLength:
		return tooLong("roleName", name, maxRoleNameLength)
	case !roleName.MatchString(name):
		return wire.Errorf("ValidationError", "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-")
	}
	return nil
}

func (s *Service) findRole(name *string) (*role, error) {
	if err := checkRoleName(aws.ToString(name)); err != nil {
		return nil, err
	}
	if r := s.roles[aws.ToString(name)]; r != nil {
		return r, nil
	}
	return nil, noEntity("The role with name %s cannot be found.", aws.ToString(name))
}

func tooLong(member, value string, most int) error {
	return wire.Errorf("ValidationError", "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must have length less than or equal to %d", value, member, most)
}

func noEntity(format string, args ...any) error {
	err := wire.Errorf("NoSuchEntity", format, args...)
	err.Status = 404
	return err
}

// describe returns the role for an answer. As in IAM, its trust policy is
// URL-encoded (RFC 3986).
func (r *role) describe() types.Role {
	return types.Role{
		RoleName: &r.name, Path: &r.path, RoleId: &r.id, Arn: &r.arn, CreateDate: &r.created,
		Description: r.description, MaxSessionDuration: &r.maxSessionSeconds,
		AssumeRolePolicyDocument: aws.String(urlEncode(r.trust)), Tags: slices.Clone(r.tags),
	}
}

func urlEncode(document string) string {
	return strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
}

func page[T any](all []T, marker *string, size *int32) ([]T, *string, error) {
	n := 100
	if k := aws.ToInt32(size); k > 0 {
		n = int(k)
	}
	page, next, ok := cloud.Page(all, marker, n)
	if !ok {
		return nil, nil, wire.Errorf("ValidationError", "Invalid marker.")
	}
	return page, next, nil
}
