package secrets

import (
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/google/go-cmp/cmp"
)

func TestCreateSecret(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	out := must(b.createSecret(b.ctx, &secretsmanager.CreateSecretInput{
		Name: ptr("app/db"), Description: ptr("the app's"), SecretString: ptr("a"), ClientRequestToken: ptr(token("1")),
		Tags: []types.Tag{{Key: ptr("k"), Value: ptr("v")}},
	}))
	if !regexp.MustCompile(`^arn:aws:secretsmanager:us-east-1:123456789012:secret:app/db-[A-Za-z0-9]{6}$`).MatchString(*out.ARN) {
		t.Errorf("ARN is %s", *out.ARN)
	}
	if *out.VersionId != token("1") || *out.Name != "app/db" {
		t.Errorf("answer is %+v", out)
	}
	d := b.describe("app/db")
	want := &secretsmanager.DescribeSecretOutput{
		ARN: out.ARN, Name: out.Name, Description: ptr("the app's"), CreatedDate: &b.now, LastChangedDate: &b.now,
		Tags: []types.Tag{{Key: ptr("k"), Value: ptr("v")}}, VersionIdsToStages: map[string][]string{token("1"): {current}},
	}
	if diff := cmp.Diff(want, d, ignoreSDK); diff != "" {
		t.Error(diff)
	}
}

func TestCreateSecretWithoutAValue(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	out := must(b.createSecret(b.ctx, &secretsmanager.CreateSecretInput{Name: ptr("s"), ClientRequestToken: ptr(token("1"))}))
	if out.VersionId != nil {
		t.Errorf("VersionId is %s", *out.VersionId)
	}
	if d := b.describe("s"); d.VersionIdsToStages != nil || d.Tags != nil || d.RotationEnabled != nil {
		t.Errorf("the empty secret is %+v", d)
	}
	_, err := b.getSecretValue(b.ctx, &secretsmanager.GetSecretValueInput{SecretId: ptr("s")})
	wantError(t, err, codeNotFound, "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT")
	if put := b.put("s", "2", "a"); !cmp.Equal(put.VersionStages, []string{current}) {
		t.Errorf("the first value has labels %v", put.VersionStages)
	}
}

func TestCreateSecretRejectsInvalidInput(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxValueBytes+1)
	const name = "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
	cases := map[string]struct {
		in         secretsmanager.CreateSecretInput
		code, text string
	}{
		"no name":                              {in: secretsmanager.CreateSecretInput{}, code: codeValidation},
		"an empty name":                        {in: secretsmanager.CreateSecretInput{Name: ptr("")}, code: codeValidation, text: name},
		"a name with a space":                  {in: secretsmanager.CreateSecretInput{Name: ptr("Inv Name")}, code: codeValidation, text: name},
		"a name with other punctuation":        {in: secretsmanager.CreateSecretInput{Name: ptr("Inv*Name?")}, code: codeValidation, text: name},
		"a name beyond ASCII":                  {in: secretsmanager.CreateSecretInput{Name: ptr("geheimnüs")}, code: codeValidation, text: name},
		"a name of 513 characters":             {in: secretsmanager.CreateSecretInput{Name: ptr(strings.Repeat("n", 513))}, code: codeValidation},
		"a value without a token":              {in: secretsmanager.CreateSecretInput{Name: ptr("s"), SecretString: ptr("a")}, code: codeInvalidRequest, text: "You must provide a ClientRequestToken value. We recommend a UUID-type value."},
		"a token of 31 characters":             {in: secretsmanager.CreateSecretInput{Name: ptr("s"), SecretString: ptr("a"), ClientRequestToken: ptr(strings.Repeat("t", 31))}, code: codeInvalidParameter},
		"a token of 65 characters":             {in: secretsmanager.CreateSecretInput{Name: ptr("s"), SecretString: ptr("a"), ClientRequestToken: ptr(strings.Repeat("t", 65))}, code: codeInvalidParameter},
		"text and bytes at once":               {in: secretsmanager.CreateSecretInput{Name: ptr("s"), SecretString: ptr("a"), SecretBinary: []byte("b"), ClientRequestToken: ptr(token("1"))}, code: codeInvalidParameter},
		"a text of 65,537 bytes":               {in: secretsmanager.CreateSecretInput{Name: ptr("s"), SecretString: &long, ClientRequestToken: ptr(token("1"))}, code: codeValidation},
		"a blob of 65,537 bytes":               {in: secretsmanager.CreateSecretInput{Name: ptr("s"), SecretBinary: []byte(long), ClientRequestToken: ptr(token("1"))}, code: codeValidation},
		"a description of 2,049":               {in: secretsmanager.CreateSecretInput{Name: ptr("s"), Description: ptr(strings.Repeat("d", 2049))}, code: codeValidation},
		"a tag without a key":                  {in: secretsmanager.CreateSecretInput{Name: ptr("s"), Tags: []types.Tag{{Value: ptr("v")}}}, code: codeValidation},
		"a tag key of 129 characters":          {in: secretsmanager.CreateSecretInput{Name: ptr("s"), Tags: []types.Tag{{Key: ptr(strings.Repeat("k", 129))}}}, code: codeValidation},
		"a tag key that belongs to AWS":        {in: secretsmanager.CreateSecretInput{Name: ptr("s"), Tags: []types.Tag{{Key: ptr("aws:x")}}}, code: codeInvalidParameter},
		"51 tags":                              {in: secretsmanager.CreateSecretInput{Name: ptr("s"), Tags: manyTags(51)}, code: codeInvalidParameter},
		"a partner's type of secret":           {in: secretsmanager.CreateSecretInput{Name: ptr("s"), Type: ptr("Partner")}, code: codeInvalidParameter},
		"replicas, for which it has no region": {in: secretsmanager.CreateSecretInput{Name: ptr("s"), AddReplicaRegions: []types.ReplicaRegionType{{Region: ptr("eu-west-1")}}}, code: codeInvalidParameter},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t)
			_, err := b.createSecret(b.ctx, &c.in)
			wantError(t, err, c.code, c.text)
			if n := len(b.byName) + len(b.byARN); n != 0 {
				t.Errorf("a refused request left %d entries", n)
			}
			if err != nil && strings.Contains(err.Error(), long[:64]) {
				t.Error("the error shows the value")
			}
		})
	}
}

func TestCreateSecretAcceptsItsLimits(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	must(b.createSecret(b.ctx, &secretsmanager.CreateSecretInput{
		Name: ptr(strings.Repeat("n", 512)), Description: ptr(strings.Repeat("d", 2048)), Tags: manyTags(50),
		SecretString: ptr(strings.Repeat("x", maxValueBytes)), ClientRequestToken: ptr(strings.Repeat("t", 64)),
	}))
	must(b.createSecret(b.ctx, &secretsmanager.CreateSecretInput{
		Name: ptr("Valid/_+=.@-Name"), SecretBinary: make([]byte, maxValueBytes), ClientRequestToken: ptr(strings.Repeat("t", 32)),
	}))
}

func TestCreateSecretWithATakenName(t *testing.T) {
	t.Parallel()
	again := func(tok, val string) *secretsmanager.CreateSecretInput {
		return &secretsmanager.CreateSecretInput{Name: ptr("s"), SecretString: &val, ClientRequestToken: ptr(token(tok))}
	}
	cases := map[string]struct {
		in         *secretsmanager.CreateSecretInput
		after      func(b *fixture)
		code, text string // none: the same answer as the first time
	}{
		"by another request":                   {in: again("2", "a"), code: codeExists, text: "The operation failed because the secret s already exists."},
		"by the same request, sent again":      {in: again("s", "a")},
		"by the same token with another value": {in: again("s", "b"), code: codeExists},
		"by the same token without the value":  {in: &secretsmanager.CreateSecretInput{Name: ptr("s"), ClientRequestToken: ptr(token("s"))}, code: codeExists},
		"by a secret in its recovery window": {
			in: again("2", "a"), code: codeInvalidRequest, text: "You can't create this secret because a secret with this name is already scheduled for deletion.",
			after: func(b *fixture) { must(b.deleteSecret(b.ctx, &secretsmanager.DeleteSecretInput{SecretId: ptr("s")})) },
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t)
			first := b.create("s", "a")
			if c.after != nil {
				c.after(b)
			}
			out, err := b.createSecret(b.ctx, c.in)
			if c.code != "" {
				wantError(t, err, c.code, c.text)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(first, out, ignoreSDK); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func manyTags(n int) []types.Tag {
	var tags []types.Tag
	for i := range n {
		tags = append(tags, types.Tag{Key: ptr("k" + string(rune('A'+i))), Value: ptr("v")})
	}
	return tags
}
