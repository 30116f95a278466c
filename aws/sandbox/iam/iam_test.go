package iam_test

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/iam"
	"keyturn/aws/sandbox/wire"
)

const (
	trust       = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com"]},"Action":"sts:AssumeRole"}]}`
	permissions = `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}}`
	basic       = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
)

var name = aws.String("rotation")

// newService returns an account with one role.
func newService(t *testing.T) *iam.Service {
	t.Helper()
	c := cloud.New("us-east-1", "123456789012", cloud.Instant, nil)
	t.Cleanup(c.Close)
	s := iam.New(c)
	_, err := s.CreateRole(t.Context(), &api.CreateRoleInput{RoleName: name, AssumeRolePolicyDocument: aws.String(trust), Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("1")}}})
	check(t, err)
	return s
}

func TestRoleDescription(t *testing.T) {
	t.Parallel()
	s := newService(t)
	out, err := s.GetRole(t.Context(), &api.GetRoleInput{RoleName: name})
	check(t, err)
	r := out.Role
	if *r.Arn != "arn:aws:iam::123456789012:role/rotation" || *r.Path != "/" || *r.MaxSessionDuration != 3600 || !strings.HasPrefix(*r.RoleId, "AROA") || len(*r.RoleId) != 21 || len(r.Tags) != 1 {
		t.Errorf("role = %+v", r)
	}
	if r.RoleLastUsed == nil {
		t.Error("nothing is said of when the role was last used")
	}
	made, err := s.CreateRole(t.Context(), &api.CreateRoleInput{RoleName: aws.String("other"), AssumeRolePolicyDocument: aws.String(trust)})
	check(t, err)
	if made.Role.MaxSessionDuration != nil || made.Role.RoleLastUsed != nil {
		t.Errorf("CreateRole answers %+v", made.Role)
	}
	document, err := url.PathUnescape(*r.AssumeRolePolicyDocument)
	check(t, err)
	if document != trust || strings.ContainsAny(*r.AssumeRolePolicyDocument, `{"+ `) {
		t.Errorf("the trust policy is not URL-encoded as RFC 3986 says: %s", *r.AssumeRolePolicyDocument)
	}
	if !s.Assumable(*r.Arn, "lambda.amazonaws.com") || s.Assumable(*r.Arn, "ec2.amazonaws.com") || s.Assumable(*r.Arn+"x", "lambda.amazonaws.com") {
		t.Error("the role is Lambda's to assume and nobody else's")
	}
}

func TestRoleWithPoliciesIsNotDeleted(t *testing.T) {
	t.Parallel()
	s, ctx := newService(t), t.Context()
	remove := func() error {
		_, err := s.DeleteRole(ctx, &api.DeleteRoleInput{RoleName: name})
		return err
	}
	for range 2 {
		_, err := s.GetRole(ctx, &api.GetRoleInput{RoleName: aws.String("my role")})
		wantError(t, err, "ValidationError", "roleName is invalid")
		_, err = s.GetRole(ctx, &api.GetRoleInput{RoleName: aws.String("my-role")})
		wantError(t, err, "NoSuchEntity", "The role with name my-role cannot be found.")
		_, err = s.AttachRolePolicy(ctx, &api.AttachRolePolicyInput{RoleName: name, PolicyArn: aws.String(basic)})
		check(t, err)
	}
	_, err := s.PutRolePolicy(ctx, &api.PutRolePolicyInput{RoleName: name, PolicyName: aws.String("p"), PolicyDocument: aws.String(permissions)})
	check(t, err)
	attached, err := s.ListAttachedRolePolicies(ctx, &api.ListAttachedRolePoliciesInput{RoleName: name})
	check(t, err)
	inline, err := s.ListRolePolicies(ctx, &api.ListRolePoliciesInput{RoleName: name})
	check(t, err)
	if len(attached.AttachedPolicies) != 1 || *attached.AttachedPolicies[0].PolicyName != "AWSLambdaBasicExecutionRole" || len(inline.PolicyNames) != 1 {
		t.Errorf("attached %v, inline %v", attached.AttachedPolicies, inline.PolicyNames)
	}
	wantError(t, remove(), "DeleteConflict", "Cannot delete entity, must detach all policies first.")
	_, err = s.DetachRolePolicy(ctx, &api.DetachRolePolicyInput{RoleName: name, PolicyArn: aws.String(basic)})
	check(t, err)
	wantError(t, remove(), "DeleteConflict", "Cannot delete entity, must delete policies first.")
	_, err = s.DeleteRolePolicy(ctx, &api.DeleteRolePolicyInput{RoleName: name, PolicyName: aws.String("p")})
	check(t, err)
	check(t, remove())
	wantError(t, remove(), "NoSuchEntity", "The role with name rotation cannot be found.")
}

func TestPolicyDocuments(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for about, c := range map[string]struct{ document, message string }{
		"one statement alone":          {permissions, ""},
		"a list of statements":         {`{"Statement":[{"Effect":"Deny","NotAction":["a:b"],"NotResource":["*"]}]}`, ""},
		"text that is not JSON":        {`{`, "This policy contains invalid Json"},
		"a version that IAM never had": {`{"Version":"2020-01-01","Statement":[]}`, "The policy must contain a valid version string"},
		"no statement":                 {`{"Version":"2012-10-17"}`, "Syntax errors in policy."},
		"an effect of its own":         {`{"Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}}`, "Syntax errors in policy."},
		"no action":                    {`{"Statement":{"Effect":"Allow","Resource":"*"}}`, "Policy statement must contain actions."},
		"no resource":                  {`{"Statement":{"Effect":"Allow","Action":"*"}}`, "Policy statement must contain resources."},
		"a principal":                  {`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}}`, "Policy document should not specify a principal."},
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			_, err := s.PutRolePolicy(t.Context(), &api.PutRolePolicyInput{RoleName: name, PolicyName: aws.String("p"), PolicyDocument: aws.String(c.document)})
			if c.message == "" {
				check(t, err)
				return
			}
			wantError(t, err, "MalformedPolicyDocument", c.message)
		})
	}
}

func TestInvalidIAMRequestsAreRejected(t *testing.T) {
	t.Parallel()
	s, ctx := newService(t), t.Context()
	create := func(name, trust string) error {
		_, err := s.CreateRole(ctx, &api.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust})
		return err
	}
	wantError(t, create("rotation", trust), "EntityAlreadyExists", "Role with name rotation already exists.")
	wantError(t, create("my role", trust), "ValidationError", "roleName is invalid")
	wantError(t, create(strings.Repeat("r", 65), trust), "ValidationError", "at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64")
	wantError(t, create("other", permissions), "MalformedPolicyDocument", "AssumeRole policy must contain principals.")
	wantError(t, create("other", `{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Principal":"*"}}`), "MalformedPolicyDocument", "AssumeRole policy may only specify STS AssumeRole actions.")
	check(t, create("federated", `{"Statement":{"Effect":"Allow","Action":["sts:AssumeRoleWithWebIdentity","sts:TagSession"],"Principal":"*"}}`))
	wantError(t, create("other", `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}}`), "MalformedPolicyDocument", "Has prohibited field Resource")
	_, err := s.AttachRolePolicy(ctx, &api.AttachRolePolicyInput{RoleName: name, PolicyArn: aws.String(basic + "x")})
	wantError(t, err, "NoSuchEntity", "Policy "+basic+"x does not exist or is not attachable.")
	_, err = s.DetachRolePolicy(ctx, &api.DetachRolePolicyInput{RoleName: name, PolicyArn: aws.String(basic)})
	wantError(t, err, "NoSuchEntity", "Policy "+basic+" was not found.")
	_, err = s.GetRolePolicy(ctx, &api.GetRolePolicyInput{RoleName: name, PolicyName: aws.String("p")})
	wantError(t, err, "NoSuchEntity", "The role policy with name p cannot be found.")
}

func TestRoleTags(t *testing.T) {
	t.Parallel()
	s, ctx := newService(t), t.Context()
	_, err := s.TagRole(ctx, &api.TagRoleInput{RoleName: name, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("2")}, {Key: aws.String("b"), Value: aws.String("3")}}})
	check(t, err)
	_, err = s.UntagRole(ctx, &api.UntagRoleInput{RoleName: name, TagKeys: []string{"b"}})
	check(t, err)
	out, err := s.ListRoleTags(ctx, &api.ListRoleTagsInput{RoleName: name})
	check(t, err)
	if len(out.Tags) != 1 || *out.Tags[0].Value != "2" {
		t.Errorf("tags = %v", out.Tags)
	}
}

func TestInvalidIAMTagsAreRejected(t *testing.T) {
	t.Parallel()
	tag := func(key, value string) types.Tag { return types.Tag{Key: &key, Value: &value} }
	many := make([]types.Tag, 51)
	for i := range many {
		many[i] = tag("k"+strconv.Itoa(i), "")
	}
	for about, c := range map[string]struct {
		tags          []types.Tag
		code, message string
	}{
		"two of a key":                  {[]types.Tag{tag("team", "a"), tag("team", "b")}, "InvalidInput", "Duplicate tag keys found."},
		"two of a key in other letters": {[]types.Tag{tag("team", "a"), tag("Team", "b")}, "InvalidInput", "Tag keys are case insensitive."},
		"a long key":                    {[]types.Tag{tag(strings.Repeat("k", 129), "")}, "ValidationError", "Value at 'tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 128"},
		"a long value":                  {[]types.Tag{tag("a", "b"), tag("k", strings.Repeat("v", 257))}, "ValidationError", "Value at 'tags.2.member.value' failed to satisfy constraint: Member must have length less than or equal to 256"},
		"a key with a letter too odd":   {[]types.Tag{tag("a<b", "")}, "ValidationError", `Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+`},
		"fifty-one":                     {many, "ValidationError", "Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50"},
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			_, err := s.CreateRole(t.Context(), &api.CreateRoleInput{RoleName: aws.String("other"), AssumeRolePolicyDocument: aws.String(trust), Tags: c.tags})
			wantError(t, err, c.code, c.message)
			_, err = s.TagRole(t.Context(), &api.TagRoleInput{RoleName: name, Tags: c.tags})
			wantError(t, err, c.code, c.message)
		})
	}
}

func TestRoleHasAtMostFiftyTags(t *testing.T) {
	t.Parallel()
	s := newService(t) // with one tag
	var tags []types.Tag
	for i := range 50 {
		tags = append(tags, types.Tag{Key: aws.String("k" + strconv.Itoa(i)), Value: aws.String("")})
	}
	_, err := s.TagRole(t.Context(), &api.TagRoleInput{RoleName: name, Tags: tags})
	wantError(t, err, "LimitExceeded", "TagsPerRole")
	_, err = s.TagRole(t.Context(), &api.TagRoleInput{RoleName: name, Tags: tags[1:]})
	check(t, err)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantError(t *testing.T, err error, code, message string) {
	t.Helper()
	var e *wire.Error
	if !errors.As(err, &e) || e.Code != code || !strings.Contains(e.Message, message) {
		t.Errorf("error = %v, want %s: %s", err, code, message)
	}
}
