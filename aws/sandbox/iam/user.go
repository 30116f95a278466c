package iam

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// user is a user of the account. Its policies are compiled when they change, not
// for each request.
type user struct {
	name        string
	id          string
	arn         string
	created     time.Time
	attached    []string          // ARNs of managed policies
	inline      map[string]string // name → document
	permissions atomic.Pointer[permissions]
	used        sync.Map // actions that were allowed, as CloudTrail would show them
}

// AddUser adds a user with the given policy, or with AdministratorAccess if it is
// empty.
func (s *Service) AddUser(name, policy string) error {
	u := &user{
		name: name, id: "AIDA0KEYTURN00000000", arn: s.arn("user/" + name),
		created: s.cloud.Now().UTC().Truncate(time.Second), inline: map[string]string{},
	}
	if policy == "" {
		u.attached = []string{s.cloud.ToOwnPartition(administratorAccess)}
	} else {
		if err := checkIdentityPolicy(policy); err != nil {
			return err
		}
		u.inline["keyturn"] = policy
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[name] = u
	s.recompile(u)
	return nil
}

// recompile compiles a user's policies again. The caller holds the lock.
func (s *Service) recompile(u *user) {
	u.permissions.Store(compilePolicies(s.documents(u.attached, u.inline)))
}

// documents returns the documents of attached and inline policies.
func (s *Service) documents(attached []string, inline map[string]string) []string {
	var texts []string
	for _, arn := range attached {
		texts = append(texts, s.managedPolicy(arn))
	}
	for _, name := range slices.Sorted(maps.Keys(inline)) {
		texts = append(texts, inline[name])
	}
	return texts
}

// Authorizer returns an authorizer that enforces a user's policies, as they are at
// the time of each request.
func (s *Service) Authorizer(name string) wire.Authorizer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &authorizer{user: s.users[name], cloud: s.cloud}
}

type authorizer struct {
	user  *user
	cloud *cloud.Cloud
}

// Unlimited reports whether the user may do everything.
func (g *authorizer) Unlimited() bool { return g.user.permissions.Load().unlimited }

// Decide evaluates the user's policies for a request from this account and
// region. aws:SecureTransport is false, as the sandbox serves plain HTTP.
func (g *authorizer) Decide(a wire.Access) wire.Decision {
	known := maps.Clone(a.Context)
	if known == nil {
		known = map[string]string{}
	}
	known["aws:PrincipalArn"], known["aws:username"], known["aws:userid"] = g.user.arn, g.user.name, g.user.id
	known["aws:PrincipalAccount"], known["aws:PrincipalType"] = g.cloud.AccountID, "User"
	known["aws:RequestedRegion"], known["aws:SecureTransport"] = g.cloud.Region, "false"
	decision, _ := g.user.permissions.Load().decide(a.Action, a.Resource, known)
	if decision == wire.Allowed {
		g.user.used.Store(a.Action, true)
	}
	return decision
}

// ActionsUsed returns the actions that a user was allowed while policies limited
// them.
func (s *Service) ActionsUsed(name string) []string {
	s.mu.Lock()
	u := s.users[name]
	s.mu.Unlock()
	var actions []string
	u.used.Range(func(action, _ any) bool {
		actions = append(actions, action.(string))
		return true
	})
	slices.Sort(actions)
	return actions
}

// GetUser describes a user, by default the caller.
func (s *Service) GetUser(ctx context.Context, in *iam.GetUserInput) (*iam.GetUserOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := in.UserName
	if name == nil {
		name = aws.String(lastSegment(wire.CallerFrom(ctx).ARN))
	}
	u, err := s.findUser(name)
	if err != nil {
		return nil, err
	}
	return &iam.GetUserOutput{User: u.describe()}, nil
}

// maxUserPoliciesSize is the total size of a user's inline policies, in characters
// without white space (IAM User Guide, "IAM and AWS STS quotas").
const maxUserPoliciesSize = 2048

// PutUserPolicy adds an inline policy or replaces the one of that name.
func (s *Service) PutUserPolicy(_ context.Context, in *iam.PutUserPolicyInput) (*iam.PutUserPolicyOutput, error) {
	if err := checkInlinePolicy(in.PolicyName, in.PolicyDocument); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.findUser(in.UserName)
	if err != nil {
		return nil, err
	}
	changed := maps.Clone(u.inline)
	changed[*in.PolicyName] = *in.PolicyDocument
	length := 0
	for _, document := range changed {
		length += policySize(document)
	}
	if length > maxUserPoliciesSize {
		return nil, &wire.Error{Code: "LimitExceeded", Message: "Maximum policy size of 2048 bytes exceeded for user " + u.name, Status: 409}
	}
	u.inline = changed
	s.recompile(u)
	return &iam.PutUserPolicyOutput{}, nil
}

// GetUserPolicy returns an inline policy, its document URL-encoded.
func (s *Service) GetUserPolicy(_ context.Context, in *iam.GetUserPolicyInput) (*iam.GetUserPolicyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.findUserWithPolicy(in.UserName, in.PolicyName)
	if err != nil {
		return nil, err
	}
	return &iam.GetUserPolicyOutput{UserName: &u.name, PolicyName: in.PolicyName, PolicyDocument: aws.String(urlEncode(u.inline[*in.PolicyName]))}, nil
}

// DeleteUserPolicy deletes an inline policy.
func (s *Service) DeleteUserPolicy(_ context.Context, in *iam.DeleteUserPolicyInput) (*iam.DeleteUserPolicyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.findUserWithPolicy(in.UserName, in.PolicyName)
	if err != nil {
		return nil, err
	}
	delete(u.inline, *in.PolicyName)
	s.recompile(u)
	return &iam.DeleteUserPolicyOutput{}, nil
}

// ListUserPolicies lists the names of a user's inline policies.
func (s *Service) ListUserPolicies(_ context.Context, in *iam.ListUserPoliciesInput) (*iam.ListUserPoliciesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.findUser(in.UserName)
	if err != nil {
		return nil, err
	}
	page, next, err := page(slices.Sorted(maps.Keys(u.inline)), in.Marker, in.MaxItems)
	return &iam.ListUserPoliciesOutput{PolicyNames: page, Marker: next, IsTruncated: next != nil}, err
}

// AttachUserPolicy attaches a managed policy; attaching it twice is no error.
func (s *Service) AttachUserPolicy(_ context.Context, in *iam.AttachUserPolicyInput) (*iam.AttachUserPolicyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.findUser(in.UserName)
	if err != nil {
		return nil, err
	}
	u.attached, err = s.attach(u.attached, aws.ToString(in.PolicyArn), "PoliciesPerUser")
	s.recompile(u)
	return &iam.AttachUserPolicyOutput{}, err
}

// DetachUserPolicy detaches a managed policy.
func (s *Service) DetachUserPolicy(_ context.Context, in *iam.DetachUserPolicyInput) (*iam.DetachUserPolicyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.findUser(in.UserName)
	if err != nil {
		return nil, err
	}
	u.attached, err = detach(u.attached, aws.ToString(in.PolicyArn))
	s.recompile(u)
	return &iam.DetachUserPolicyOutput{}, err
}

// ListAttachedUserPolicies lists the managed policies of a user.
func (s *Service) ListAttachedUserPolicies(_ context.Context, in *iam.ListAttachedUserPoliciesInput) (*iam.ListAttachedUserPoliciesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.findUser(in.UserName)
	if err != nil {
		return nil, err
	}
	page, next, err := page(toAttachedPolicies(u.attached), in.Marker, in.MaxItems)
	return &iam.ListAttachedUserPoliciesOutput{AttachedPolicies: page, Marker: next, IsTruncated: next != nil}, err
}

func (s *Service) findUser(name *string) (*user, error) {
	if u := s.users[aws.ToString(name)]; u != nil {
		return u, nil
	}
	return nil, noEntity("The user with name %s cannot be found.", aws.ToString(name))
}

func (s *Service) findUserWithPolicy(name, policy *string) (*user, error) {
	u, err := s.findUser(name)
	if err != nil {
		return nil, err
	}
	if _, ok := u.inline[aws.ToString(policy)]; !ok {
		return nil, noEntity("The user policy with name %s cannot be found.", aws.ToString(policy))
	}
	return u, nil
}

func (u *user) describe() *types.User {
	return &types.User{UserName: &u.name, Path: aws.String("/"), UserId: &u.id, Arn: &u.arn, CreateDate: &u.created}
}

// lastSegment returns the part of an ARN after the last slash.
func lastSegment(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
