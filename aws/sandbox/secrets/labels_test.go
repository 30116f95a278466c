package secrets

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/google/go-cmp/cmp"
)

// TestLabels replays moves of staging labels that were recorded from the service.
func TestLabels(t *testing.T) {
	t.Parallel()
	type labels = map[string][]string
	cases := map[string]struct {
		do   func(b *fixture)
		want labels
	}{
		"the first value is current": {
			do:   func(*fixture) {},
			want: labels{"s": {current}},
		},
		"a new value becomes current and the old one previous": {
			do:   func(b *fixture) { b.put("s", "2", "b") },
			want: labels{"s": {previous}, "2": {current}},
		},
		"with a third value the first loses its label": {
			do:   func(b *fixture) { b.put("s", "2", "b"); b.put("s", "3", "c") },
			want: labels{"2": {previous}, "3": {current}},
		},
		"a value put with other labels does not touch the current one": {
			do:   func(b *fixture) { b.put("s", "2", "b", "two", "one", "three") },
			want: labels{"s": {current}, "2": {"one", "three", "two"}},
		},
		"labels move to the version they are put on": {
			do: func(b *fixture) {
				b.put("s", "2", "b", "one", "two", "three")
				b.put("s", "3", "c", "one", "two", "four")
			},
			want: labels{"s": {current}, "2": {"three"}, "3": {"four", "one", "two"}},
		},
		"a pending value becomes current and stays pending": {
			do: func(b *fixture) {
				b.put("s", "2", "b", pending)
				b.stage(current, "s", "2")
			},
			want: labels{"s": {previous}, "2": {current, pending}},
		},
		"a later value takes both labels off a finished rotation": {
			do: func(b *fixture) {
				b.put("s", "2", "b", pending)
				b.stage(current, "s", "2")
				b.put("s", "3", "c")
			},
			want: labels{"2": {previous}, "3": {current}},
		},
		"custom labels stay when AWSCURRENT moves on": {
			do: func(b *fixture) {
				b.put("s", "2", "b", pending, "AWSSOMETHING", "PUT1")
				b.stage(current, "s", "2")
				b.put("s", "3", "c", pending, "PUT2")
				b.stage(current, "2", "3")
			},
			want: labels{"2": {previous, "AWSSOMETHING", "PUT1"}, "3": {current, pending, "PUT2"}},
		},
		"a version that loses AWSPREVIOUS keeps its own labels": {
			do: func(b *fixture) {
				b.put("s", "2", "b", current, "PUT0")
				b.put("s", "3", "c", pending, "PUT1")
				b.stage(current, "2", "3")
				b.put("s", "4", "d", pending, "PUT2")
				b.stage(current, "3", "4")
			},
			want: labels{"2": {"PUT0"}, "3": {previous, "PUT1"}, "4": {current, pending, "PUT2"}},
		},
		"going back swaps current and previous": {
			do: func(b *fixture) {
				b.put("s", "2", "b")
				b.stage(current, "2", "s")
			},
			want: labels{"s": {current}, "2": {previous}},
		},
		"a label is removed when it goes nowhere": {
			do: func(b *fixture) {
				b.put("s", "2", "b", pending)
				b.stage(pending, "2", "")
			},
			want: labels{"s": {current}},
		},
		"a free label is attached without naming a version to take it from": {
			do:   func(b *fixture) { b.stage("blue", "", "s") },
			want: labels{"s": {current, "blue"}},
		},
		"attaching a label where it is changes nothing": {
			do:   func(b *fixture) { b.stage(current, "", "s") },
			want: labels{"s": {current}},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t)
			b.create("s", "a")
			c.do(b)
			if diff := cmp.Diff(c.want, b.labels()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFirstVersionIsAlwaysCurrent(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	must(b.createSecret(b.ctx, &secretsmanager.CreateSecretInput{Name: ptr("s")}))
	b.put("s", "1", "a", "blue")
	if diff := cmp.Diff(map[string][]string{"1": {current, "blue"}}, b.labels()); diff != "" {
		t.Error(diff)
	}
}

func (b *fixture) stage(label, from, to string) {
	b.t.Helper()
	must(b.updateSecretVersionStage(b.ctx, stageInput(label, from, to)))
}

func stageInput(label, from, to string) *secretsmanager.UpdateSecretVersionStageInput {
	in := &secretsmanager.UpdateSecretVersionStageInput{SecretId: ptr("s"), VersionStage: &label}
	if from != "" {
		in.RemoveFromVersionId = ptr(token(from))
	}
	if to != "" {
		in.MoveToVersionId = ptr(token(to))
	}
	return in
}

func TestInvalidLabelMovesAreRejected(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		label, from, to string
		code, text      string
	}{
		"AWSCURRENT without naming who has it": {
			label: current, to: "2", code: codeInvalidParameter,
			text: "The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version " + token("s") + ", so you must explicitly reference that version in RemoveFromVersionId.",
		},
		"a label from a version that does not have it": {label: current, from: "2", to: "2", code: codeInvalidParameter},
		"AWSCURRENT to nowhere": {
			label: current, from: "s", code: codeInvalidParameter,
			text: "You can only move staging label AWSCURRENT to a different secret version. It can’t be completely removed.",
		},
		"a label neither from nor to anywhere": {label: pending, code: codeInvalidParameter},
		"to a version that does not exist":     {label: "blue", to: "9", code: codeNotFound},
		"an empty label":                       {label: "", to: "2", code: codeValidation},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t)
			b.create("s", "a")
			b.put("s", "2", "b", pending)
			before := b.labels()
			_, err := b.updateSecretVersionStage(b.ctx, stageInput(c.label, c.from, c.to))
			wantError(t, err, c.code, c.text)
			if diff := cmp.Diff(before, b.labels()); diff != "" {
				t.Errorf("a refused move changed the labels:\n%s", diff)
			}
		})
	}
}

func TestVersionHasAtMostTwentyLabels(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("s", "a")
	var nineteen []string
	for i := range maxLabelsOfVersion - 1 {
		nineteen = append(nineteen, string(rune('a'+i)))
	}
	b.put("s", "2", "b", nineteen...)
	b.stage("twentieth", "", "2")
	_, err := b.updateSecretVersionStage(b.ctx, stageInput("twenty-first", "", "2"))
	wantError(t, err, codeLimitExceeded, "")
	_, err = b.putSecretValue(b.ctx, &secretsmanager.PutSecretValueInput{
		SecretId: ptr("s"), SecretString: ptr("c"), ClientRequestToken: ptr(token("3")), VersionStages: append(nineteen, "x", "y"),
	})
	wantError(t, err, codeValidation, "")
}

func TestOldDeprecatedVersionsAreDropped(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("s", "a")
	b.put("s", "kept", "b", "kept")
	for i := range 2 * maxVersions {
		b.put("s", "n"+string(rune('a'+i/26))+string(rune('a'+i%26)), "c")
	}
	out := must(b.listSecretVersionIDs(b.ctx, &secretsmanager.ListSecretVersionIdsInput{SecretId: ptr("s"), IncludeDeprecated: ptr(true)}))
	all := out.Versions
	for out.NextToken != nil {
		out = must(b.listSecretVersionIDs(b.ctx, &secretsmanager.ListSecretVersionIdsInput{SecretId: ptr("s"), IncludeDeprecated: ptr(true), NextToken: out.NextToken}))
		all = append(all, out.Versions...)
	}
	if want := maxVersions + 3; len(all) != want {
		t.Errorf("%d versions are left, want %d", len(all), want)
	}
	if got := b.labels()["kept"]; !cmp.Equal(got, []string{"kept"}) {
		t.Errorf("the labelled version has labels %v", got)
	}
}
