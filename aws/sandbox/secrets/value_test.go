package secrets

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/google/go-cmp/cmp"
)

func TestGetSecretValue(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		id, stage  string // version and label asked for
		want       string
		code, text string
	}{
		"without a version: the current one":      {want: "c"},
		"by a label":                              {stage: previous, want: "b"},
		"by an id":                                {id: "3", want: "c"},
		"by the id of a deprecated version":       {id: "s", want: "a"},
		"by an id and its label":                  {id: "2", stage: previous, want: "b"},
		"by a label nobody has":                   {stage: "blue", code: codeNotFound, text: "Secrets Manager can't find the specified secret value for staging label: blue"},
		"by an id that does not exist":            {id: "9", code: codeNotFound, text: "Secrets Manager can't find the specified secret value for VersionId: " + token("9")},
		"by an id and the label of another":       {id: "2", stage: current, code: codeInvalidRequest, text: "You provided a VersionStage that is not associated to the provided VersionId."},
		"by the label of a version without value": {stage: pending, code: codeNotFound, text: "Secrets Manager can't find the specified secret value for staging label: AWSPENDING"},
		"by the id of a version without value":    {id: "4", code: codeNotFound, text: "Secrets Manager can't find the specified secret value for VersionId: " + token("4")},
		"by id and label of one without value":    {id: "4", stage: pending, code: codeNotFound},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t)
			b.create("s", "a")
			b.put("s", "2", "b")
			b.put("s", "3", "c")
			must(b.rotateSecret(b.ctx, &secretsmanager.RotateSecretInput{SecretId: ptr("s"), ClientRequestToken: ptr(token("4")), RotationLambdaARN: ptr(functionARN)}))
			in := &secretsmanager.GetSecretValueInput{SecretId: ptr("s")}
			if c.id != "" {
				in.VersionId = ptr(token(c.id))
			}
			if c.stage != "" {
				in.VersionStage = &c.stage
			}
			out, err := b.getSecretValue(b.ctx, in)
			if c.code != "" {
				wantError(t, err, c.code, c.text)
				return
			}
			if err != nil || *out.SecretString != c.want {
				t.Errorf("value is %v (%v), want %q", out, err, c.want)
			}
		})
	}
}

func TestBinaryValueRoundTrip(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	blob := []byte{0, 1, 0xff, '"'}
	must(b.createSecret(b.ctx, &secretsmanager.CreateSecretInput{Name: ptr("s"), SecretBinary: blob, ClientRequestToken: ptr(token("1"))}))
	out := must(b.getSecretValue(b.ctx, &secretsmanager.GetSecretValueInput{SecretId: ptr("s")}))
	if !cmp.Equal(out.SecretBinary, blob) || out.SecretString != nil {
		t.Errorf("value is %v and %v", out.SecretBinary, out.SecretString)
	}
	_, err := b.putSecretValue(b.ctx, &secretsmanager.PutSecretValueInput{SecretId: ptr("s"), SecretString: ptr(string(blob)), ClientRequestToken: ptr(token("1"))})
	wantError(t, err, codeExists, "")
}

func TestGetSecretValueSetsTheAccessDate(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("s", "a")
	if d := b.describe("s"); d.LastAccessedDate != nil {
		t.Errorf("LastAccessedDate is %s before any access", d.LastAccessedDate)
	}
	must(b.getSecretValue(b.ctx, &secretsmanager.GetSecretValueInput{SecretId: ptr("s")}))
	today := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	if d := b.describe("s"); d.LastAccessedDate == nil || !d.LastAccessedDate.Equal(today) {
		t.Errorf("LastAccessedDate is %v, want %s", d.LastAccessedDate, today)
	}
	list := must(b.listSecretVersionIDs(b.ctx, &secretsmanager.ListSecretVersionIdsInput{SecretId: ptr("s")}))
	if at := list.Versions[0].LastAccessedDate; at == nil || !at.Equal(today) {
		t.Errorf("the version's LastAccessedDate is %v", at)
	}
}

func TestPutSecretValueByToken(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("s", "a")
	first := b.put("s", "2", "b", "blue")
	b.advance(time.Hour)
	changed := b.describe("s").LastChangedDate
	if diff := cmp.Diff(first, b.put("s", "2", "b", "blue"), ignoreSDK); diff != "" {
		t.Errorf("the same request again:\n%s", diff)
	}
	if again := b.describe("s").LastChangedDate; !again.Equal(*changed) {
		t.Error("the same request again changed the secret")
	}
	_, err := b.putSecretValue(b.ctx, &secretsmanager.PutSecretValueInput{SecretId: ptr("s"), SecretString: ptr("c"), ClientRequestToken: ptr(token("2"))})
	wantError(t, err, codeExists, "You can't use ClientRequestToken "+token("2")+" because that value is already in use for a version of secret "+*b.describe("s").ARN+".")
	_, err = b.putSecretValue(b.ctx, &secretsmanager.PutSecretValueInput{SecretId: ptr("s"), ClientRequestToken: ptr(token("3"))})
	wantError(t, err, codeInvalidRequest, "You must provide either SecretString or SecretBinary.")
	_, err = b.putSecretValue(b.ctx, &secretsmanager.PutSecretValueInput{SecretId: ptr("none"), ClientRequestToken: ptr(token("3"))})
	wantError(t, err, codeInvalidRequest, "You must provide either SecretString or SecretBinary.")
	_, err = b.putSecretValue(b.ctx, &secretsmanager.PutSecretValueInput{SecretId: ptr("s"), SecretString: ptr("c")})
	wantError(t, err, codeInvalidRequest, "You must provide a ClientRequestToken value. We recommend a UUID-type value.")
}

func TestUpdateSecret(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("s", "a")
	b.advance(time.Minute)
	out := must(b.updateSecret(b.ctx, &secretsmanager.UpdateSecretInput{SecretId: ptr("s"), Description: ptr("new"), KmsKeyId: ptr("alias/mine")}))
	if out.VersionId != nil {
		t.Error("a change without a value made a version")
	}
	d := b.describe("s")
	if *d.Description != "new" || *d.KmsKeyId != "alias/mine" || !d.LastChangedDate.Equal(b.now) {
		t.Errorf("the secret is %+v", d)
	}
	list := must(b.listSecretVersionIDs(b.ctx, &secretsmanager.ListSecretVersionIdsInput{SecretId: ptr("s")}))
	if !cmp.Equal(list.Versions[0].KmsKeyIds, []string{"alias/mine"}) {
		t.Errorf("KmsKeyIds are %v", list.Versions[0].KmsKeyIds)
	}
	out = must(b.updateSecret(b.ctx, &secretsmanager.UpdateSecretInput{SecretId: ptr("s"), SecretString: ptr("b"), KmsKeyId: ptr(""), ClientRequestToken: ptr(token("2"))}))
	if *out.VersionId != token("2") || b.describe("s").KmsKeyId != nil {
		t.Errorf("the answer is %+v", out)
	}
	if diff := cmp.Diff(map[string][]string{"s": {previous}, "2": {current}}, b.labels()); diff != "" {
		t.Error(diff)
	}
	out = must(b.updateSecret(b.ctx, &secretsmanager.UpdateSecretInput{SecretId: ptr("s"), SecretString: ptr("b"), ClientRequestToken: ptr(token("2"))}))
	if *out.VersionId != token("2") {
		t.Errorf("the same request again answers %+v", out)
	}
	if diff := cmp.Diff(map[string][]string{"s": {previous}, "2": {current}}, b.labels()); diff != "" {
		t.Errorf("after the same request again:\n%s", diff)
	}
	_, err := b.updateSecret(b.ctx, &secretsmanager.UpdateSecretInput{SecretId: ptr("s"), SecretString: ptr("c"), ClientRequestToken: ptr(token("2"))})
	wantError(t, err, codeExists, "You can't use ClientRequestToken "+token("2")+" because that value is already in use for a version of secret "+*out.ARN+".")
	_, err = b.updateSecret(b.ctx, &secretsmanager.UpdateSecretInput{SecretId: ptr("s"), SecretString: ptr("c")})
	wantError(t, err, codeInvalidRequest, "")
}

func TestUpdateSecretChangesTheKeyOfLabelledVersions(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("s", "a")
	b.put("s", "2", "b", "blue")
	b.put("s", "3", "c")
	b.put("s", "4", "d")
	b.put("s", "5", "e", pending)
	must(b.updateSecret(b.ctx, &secretsmanager.UpdateSecretInput{SecretId: ptr("s"), KmsKeyId: ptr("alias/mine")}))
	b.put("s", "6", "f", "green")
	got := map[string]string{}
	for _, v := range must(b.listSecretVersionIDs(b.ctx, &secretsmanager.ListSecretVersionIdsInput{SecretId: ptr("s"), IncludeDeprecated: ptr(true)})).Versions {
		got[(*v.VersionId)[len(tokenPrefix):]] = v.KmsKeyIds[0]
	}
	want := map[string]string{
		"s": "DefaultEncryptionKey", "2": "DefaultEncryptionKey", // without a label by now, and with one of its own
		"3": "alias/mine", "4": "alias/mine", "5": "alias/mine", "6": "alias/mine",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestIDAndLabelLengthLimits(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("s", "a")
	short, long := strings.Repeat("v", 31), strings.Repeat("v", 65)
	for name, call := range map[string]func() error{
		"a version to read, too short": func() error {
			_, err := b.getSecretValue(b.ctx, &secretsmanager.GetSecretValueInput{SecretId: ptr("s"), VersionId: &short})
			return err
		},
		"a version to read, too long": func() error {
			_, err := b.getSecretValue(b.ctx, &secretsmanager.GetSecretValueInput{SecretId: ptr("s"), VersionId: &long})
			return err
		},
		"a label to read by": func() error {
			_, err := b.getSecretValue(b.ctx, &secretsmanager.GetSecretValueInput{SecretId: ptr("s"), VersionStage: ptr(strings.Repeat("l", 257))})
			return err
		},
		"a version to label": func() error {
			_, err := b.updateSecretVersionStage(b.ctx, &secretsmanager.UpdateSecretVersionStageInput{SecretId: ptr("s"), VersionStage: ptr("x"), MoveToVersionId: &long})
			return err
		},
		"a version to take a label from": func() error {
			_, err := b.updateSecretVersionStage(b.ctx, &secretsmanager.UpdateSecretVersionStageInput{SecretId: ptr("s"), VersionStage: ptr("x"), RemoveFromVersionId: &short})
			return err
		},
	} {
		t.Log(name)
		wantError(t, call(), codeValidation, "")
	}
}

func TestListSecretVersionIds(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("s", "a")
	b.put("s", "2", "b")
	b.put("s", "3", "c")
	ids := func(in secretsmanager.ListSecretVersionIdsInput) (ids []string) {
		in.SecretId = ptr("s")
		for {
			out := must(b.listSecretVersionIDs(b.ctx, &in))
			for _, v := range out.Versions {
				ids = append(ids, (*v.VersionId)[len(tokenPrefix):])
				if !cmp.Equal(v.KmsKeyIds, []string{"DefaultEncryptionKey"}) {
					t.Errorf("KmsKeyIds are %v", v.KmsKeyIds)
				}
			}
			if in.NextToken = out.NextToken; in.NextToken == nil {
				return ids
			}
		}
	}
	if got := ids(secretsmanager.ListSecretVersionIdsInput{}); !cmp.Equal(got, []string{"2", "3"}) {
		t.Errorf("labelled versions: %v", got)
	}
	if got := ids(secretsmanager.ListSecretVersionIdsInput{IncludeDeprecated: ptr(true), MaxResults: ptr[int32](1)}); !cmp.Equal(got, []string{"s", "2", "3"}) {
		t.Errorf("all versions, a page each: %v", got)
	}
	_, err := b.listSecretVersionIDs(b.ctx, &secretsmanager.ListSecretVersionIdsInput{SecretId: ptr("s"), NextToken: ptr("nonsense!")})
	wantError(t, err, codeInvalidNextToken, "")
}
