package secrets

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestTags(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("s", "a")
	tag := func(k, v string) types.Tag { return types.Tag{Key: &k, Value: &v} }
	set := func(tags ...types.Tag) {
		must(b.tagResource(b.ctx, &secretsmanager.TagResourceInput{SecretId: ptr("s"), Tags: tags}))
	}
	want := func(tags ...types.Tag) {
		t.Helper()
		if diff := cmp.Diff(tags, b.describe("s").Tags, ignoreSDK, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	}
	set(tag("one", "1"))
	set(tag("two", "2"), tag("One", "capital"))
	want(tag("one", "1"), tag("two", "2"), tag("One", "capital"))
	set(tag("one", "new"))
	want(tag("one", "new"), tag("two", "2"), tag("One", "capital"))
	must(b.untagResource(b.ctx, &secretsmanager.UntagResourceInput{SecretId: ptr("s"), TagKeys: []string{"one", "no such"}}))
	want(tag("two", "2"), tag("One", "capital"))
	must(b.untagResource(b.ctx, &secretsmanager.UntagResourceInput{SecretId: ptr("s"), TagKeys: []string{"two", "One"}}))
	if tags := b.describe("s").Tags; tags == nil || len(tags) != 0 {
		t.Errorf("after the last tag went, tags are %#v", tags)
	}
	changed := b.describe("s").LastChangedDate
	b.advance(time.Minute)
	must(b.untagResource(b.ctx, &secretsmanager.UntagResourceInput{SecretId: ptr("s"), TagKeys: []string{"no such"}}))
	if again := b.describe("s").LastChangedDate; !again.Equal(*changed) {
		t.Error("removing a tag that was not there changed the secret")
	}
	set(manyTags(maxTags)...)
	_, err := b.tagResource(b.ctx, &secretsmanager.TagResourceInput{SecretId: ptr("s"), Tags: []types.Tag{tag("one more", "")}})
	wantError(t, err, codeInvalidParameter, "")
	want(manyTags(maxTags)...)
}
