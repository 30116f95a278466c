package secrets

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/google/go-cmp/cmp"
)

// names returns the names of the listed secrets, page by page.
func (b *fixture) names(in secretsmanager.ListSecretsInput) []string {
	b.t.Helper()
	names := []string{}
	for {
		out := must(b.listSecrets(b.ctx, &in))
		for _, s := range out.SecretList {
			names = append(names, *s.Name)
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return names
		}
	}
}

func filter(key string, values ...string) types.Filter {
	return types.Filter{Key: types.FilterNameStringType(key), Values: values}
}

func TestListSecretsFilters(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	for _, s := range []struct{ name, description, key, value string }{
		{"testing1/one", "a secret", "env", "prod"},
		{"/testing2/two", "an secret", "Env", "test"},
		{"testing3/three", "asecret", "", ""},
		{"/testing4/four", "thesecret", "team", "Data Base"},
	} {
		in := &secretsmanager.CreateSecretInput{Name: &s.name, Description: &s.description}
		if s.key != "" {
			in.Tags = []types.Tag{{Key: &s.key, Value: &s.value}}
		}
		must(b.createSecret(b.ctx, in))
	}
	one, two, three, four := "testing1/one", "/testing2/two", "testing3/three", "/testing4/four"
	cases := map[string]struct {
		filters []types.Filter
		want    []string
	}{
		"no filter":                                  {nil, []string{one, two, three, four}},
		"name by prefix":                             {[]types.Filter{filter("name", "/")}, []string{two, four}},
		"name without a prefix":                      {[]types.Filter{filter("name", "!/")}, []string{one, three}},
		"name is not broken into words":              {[]types.Filter{filter("name", "testing1 one")}, nil},
		"name in its own case":                       {[]types.Filter{filter("name", "Testing")}, nil},
		"one of several names":                       {[]types.Filter{filter("name", "testing1", "testing3")}, []string{one, three}},
		"a name or none of some others":              {[]types.Filter{filter("name", "testing3", "!testing")}, []string{two, three, four}},
		"a name and none of some others":             {[]types.Filter{filter("name", "testing"), filter("name", "!testing3")}, []string{one}},
		"description by the beginning of a word":     {[]types.Filter{filter("description", "a")}, []string{one, two, three}},
		"description in any case":                    {[]types.Filter{filter("description", "A SEC")}, []string{one, two}},
		"description by words":                       {[]types.Filter{filter("description", "a secret")}, []string{one, two}},
		"description without a word":                 {[]types.Filter{filter("description", "!a")}, []string{four}},
		"description without a word that nobody has": {[]types.Filter{filter("description", "!c")}, []string{one, two, three, four}},
		"tag key":                                      {[]types.Filter{filter("tag-key", "env")}, []string{one}},
		"tag key negated":                              {[]types.Filter{filter("tag-key", "!e")}, []string{two, three, four}},
		"tag value":                                    {[]types.Filter{filter("tag-value", "pro")}, []string{one}},
		"primary region":                               {[]types.Filter{filter("primary-region", "us-")}, []string{one, two, three, four}},
		"another primary region":                       {[]types.Filter{filter("primary-region", "eu")}, nil},
		"an owning service":                            {[]types.Filter{filter("owning-service", "rds")}, nil},
		"no owning service":                            {[]types.Filter{filter("owning-service", "!rds")}, []string{one, two, three, four}},
		"all finds a part of a name":                   {[]types.Filter{filter("all", "two")}, []string{two}},
		"all finds a tag's value in any case":          {[]types.Filter{filter("all", "base data")}, []string{four}},
		"all finds the beginning of words only":        {[]types.Filter{filter("all", "ecret")}, nil},
		"several filters hold together":                {[]types.Filter{filter("description", "a"), filter("name", "/")}, []string{two}},
		"the same filter twice holds together as well": {[]types.Filter{filter("description", "a"), filter("description", "s")}, []string{one, two}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := b.names(secretsmanager.ListSecretsInput{Filters: c.filters})
			if strings.Join(got, " ") != strings.Join(c.want, " ") {
				t.Errorf("found %v, want %v", got, c.want)
			}
		})
	}
}

func TestListSecretsRejectsInvalidInput(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	cases := map[string]struct {
		in   secretsmanager.ListSecretsInput
		code string
	}{
		"an unknown key":           {secretsmanager.ListSecretsInput{Filters: []types.Filter{filter("colour", "blue")}}, codeValidation},
		"a filter without key":     {secretsmanager.ListSecretsInput{Filters: []types.Filter{{Values: []string{"x"}}}}, codeInvalidParameter},
		"a filter without values":  {secretsmanager.ListSecretsInput{Filters: []types.Filter{filter("name")}}, codeInvalidParameter},
		"eleven filters":           {secretsmanager.ListSecretsInput{Filters: make([]types.Filter, 11)}, codeValidation},
		"a value it cannot search": {secretsmanager.ListSecretsInput{Filters: []types.Filter{filter("name", "a*")}}, codeValidation},
		"a page of 101":            {secretsmanager.ListSecretsInput{MaxResults: ptr[int32](101)}, codeValidation},
		"a page of none":           {secretsmanager.ListSecretsInput{MaxResults: ptr[int32](0)}, codeValidation},
		"a made-up token":          {secretsmanager.ListSecretsInput{NextToken: ptr("made up")}, codeInvalidNextToken},
		"an unknown order":         {secretsmanager.ListSecretsInput{SortOrder: "sideways"}, codeValidation},
		"an unknown sort key":      {secretsmanager.ListSecretsInput{SortBy: "size"}, codeValidation},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := b.listSecrets(b.ctx, &c.in)
			wantError(t, err, c.code, "")
		})
	}
}

func TestListSecretsInOrderAndByPages(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	for _, name := range []string{"b", "c", "a"} {
		b.create(name, "x")
		b.advance(24 * time.Hour)
	}
	must(b.getSecretValue(b.ctx, &secretsmanager.GetSecretValueInput{SecretId: ptr("c")}))
	b.put("b", "2", "y")
	b.create("gone", "x")
	must(b.deleteSecret(b.ctx, &secretsmanager.DeleteSecretInput{SecretId: ptr("gone")}))
	one := ptr[int32](1)
	cases := map[string]struct {
		in   secretsmanager.ListSecretsInput
		want string
	}{
		"as created":                      {secretsmanager.ListSecretsInput{}, "b c a"},
		"as created, a page each":         {secretsmanager.ListSecretsInput{MaxResults: one}, "b c a"},
		"newest first":                    {secretsmanager.ListSecretsInput{SortOrder: types.SortOrderTypeDesc, MaxResults: one}, "a c b"},
		"by name":                         {secretsmanager.ListSecretsInput{SortBy: types.SortByTypeName}, "a b c"},
		"by name, last first":             {secretsmanager.ListSecretsInput{SortBy: types.SortByTypeName, SortOrder: types.SortOrderTypeDesc}, "c b a"},
		"by last access":                  {secretsmanager.ListSecretsInput{SortBy: types.SortByTypeLastAccessedDate}, "b a c"},
		"by last change":                  {secretsmanager.ListSecretsInput{SortBy: types.SortByTypeLastChangedDate}, "c a b"},
		"with those planned for deletion": {secretsmanager.ListSecretsInput{IncludePlannedDeletion: ptr(true)}, "b c a gone"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(b.names(c.in), " "); got != c.want {
				t.Errorf("listed %s, want %s", got, c.want)
			}
		})
	}
}

func TestListSecretsAgreesWithDescribeSecret(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.useWorkingFunction()
	b.create("s", "a")
	must(b.rotateSecret(b.ctx, &secretsmanager.RotateSecretInput{
		SecretId: ptr("s"), ClientRequestToken: ptr(token("2")), RotationLambdaARN: ptr(functionARN),
		RotationRules: &types.RotationRulesType{AutomaticallyAfterDays: ptr[int64](30)},
	}))
	b.waitForRotation("s")
	d, e := b.describe("s"), must(b.listSecrets(b.ctx, &secretsmanager.ListSecretsInput{})).SecretList[0]
	got := &secretsmanager.DescribeSecretOutput{
		ARN: e.ARN, Name: e.Name, CreatedDate: e.CreatedDate, LastChangedDate: e.LastChangedDate, LastAccessedDate: e.LastAccessedDate,
		LastRotatedDate: e.LastRotatedDate, NextRotationDate: e.NextRotationDate, RotationEnabled: e.RotationEnabled,
		RotationLambdaARN: e.RotationLambdaARN, RotationRules: e.RotationRules, VersionIdsToStages: e.SecretVersionsToStages,
	}
	if diff := cmp.Diff(d, got, ignoreSDK); diff != "" {
		t.Error(diff)
	}
}

func TestBatchGetSecretValue(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("a1", "one")
	b.create("a2", "two")
	b.create("b", "three")
	out := must(b.batchGetSecretValue(b.ctx, &secretsmanager.BatchGetSecretValueInput{SecretIdList: []string{"a1", "none"}}))
	if len(out.SecretValues) != 1 || *out.SecretValues[0].SecretString != "one" {
		t.Errorf("values are %v", out.SecretValues)
	}
	if len(out.Errors) != 1 || *out.Errors[0].ErrorCode != codeNotFound || *out.Errors[0].SecretId != "none" {
		t.Errorf("errors are %v", out.Errors)
	}
	out = must(b.batchGetSecretValue(b.ctx, &secretsmanager.BatchGetSecretValueInput{Filters: []types.Filter{filter("name", "a")}, MaxResults: ptr[int32](1)}))
	if len(out.SecretValues) != 1 || out.NextToken == nil {
		t.Errorf("the first page is %+v", out)
	}
	for text, in := range map[string]secretsmanager.BatchGetSecretValueInput{
		"Either 'SecretIdList' or 'Filters' must be provided, but not both.":                       {},
		"'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.": {SecretIdList: []string{"a1"}, MaxResults: ptr[int32](1)},
	} {
		_, err := b.batchGetSecretValue(b.ctx, &in)
		wantError(t, err, codeInvalidParameter, text)
	}
}
