package secrets

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// labelModel is a model of one secret's labels and values. It follows the API
// reference and uses nothing of the implementation.
type labelModel struct {
	b      *fixture
	on     map[string]string // label → version
	values map[string]string // version → value, "" while only staged
}

func (m *labelModel) moveCurrent(v string, bySetting bool) {
	old, had := m.on[current]
	m.on[current] = v
	if !had || old == v {
		return
	}
	m.on[previous] = old
	if bySetting && m.on[pending] == old {
		delete(m.on, pending)
	}
}

func (m *labelModel) put(t *rapid.T) {
	v := rapid.SampledFrom(modelVersions).Draw(t, "token")
	val := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "value")
	stages := rapid.SliceOfNDistinct(rapid.SampledFrom(modelLabels), 0, 3, rapid.ID[string]).Draw(t, "stages")
	_, err := m.b.putSecretValue(m.b.ctx, &secretsmanager.PutSecretValueInput{
		SecretId: ptr("s"), ClientRequestToken: ptr(token(v)), SecretString: &val, VersionStages: nilIfEmpty(stages),
	})
	switch old := m.values[v]; {
	case old == val:
		if err != nil {
			t.Fatalf("the same request again: %v", err)
		}
		return
	case old != "":
		if !isCode(err, codeExists) {
			t.Fatalf("the token of another value: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	m.values[v] = val
	for _, l := range stages {
		if l != current {
			m.on[l] = v
		}
	}
	if len(stages) == 0 || slices.Contains(stages, current) {
		m.moveCurrent(v, true)
	}
}

func (m *labelModel) move(t *rapid.T) {
	label := rapid.SampledFrom(modelLabels).Draw(t, "label")
	from := rapid.SampledFrom(append([]string{""}, modelVersions...)).Draw(t, "from")
	to := rapid.SampledFrom(append([]string{""}, modelVersions...)).Draw(t, "to")
	_, err := m.b.updateSecretVersionStage(m.b.ctx, stageInput(label, from, to))
	_, knowsFrom := m.values[from]
	_, knowsTo := m.values[to]
	holder := m.on[label]
	allowed := (from == "" || knowsFrom && from == holder) && (to == "" || knowsTo) &&
		(from != "" || to != "") && (to != "" || label != current) &&
		(from != "" || holder == "" || holder == to)
	if allowed != (err == nil) {
		t.Fatalf("move %s from %q to %q with holder %q: %v", label, from, to, holder, err)
	}
	switch {
	case !allowed:
	case to == "":
		delete(m.on, label)
	case label == current:
		m.moveCurrent(to, false)
	default:
		m.on[label] = to
	}
}

// rotate starts a rotation with a function that fails at once, so that it only
// stages the empty version.
func (m *labelModel) rotate(t *rapid.T) {
	v := rapid.SampledFrom(modelVersions).Draw(t, "token")
	_, err := m.b.rotateSecret(m.b.ctx, &secretsmanager.RotateSecretInput{
		SecretId: ptr("s"), ClientRequestToken: ptr(token(v)), RotationLambdaARN: ptr(functionARN),
	})
	m.b.waitForRotation("s")
	p, has := m.on[pending]
	unfinished := has && p != m.on[current]
	if unfinished && p != v {
		if !isCode(err, codeInvalidRequest) {
			t.Fatalf("rotate while %s is unfinished: %v", p, err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, known := m.values[v]; !known {
		m.values[v] = ""
		m.on[pending] = v
	}
}

func (m *labelModel) check(t *rapid.T) {
	want := map[string][]string{}
	for _, l := range slices.Sorted(maps.Keys(m.on)) {
		want[m.on[l]] = append(want[m.on[l]], l)
	}
	got := m.b.labels()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	seen := map[string]string{}
	for v, labels := range got {
		if len(labels) > maxLabelsOfVersion {
			t.Fatalf("%s has %d labels", v, len(labels))
		}
		for _, l := range labels {
			if other, twice := seen[l]; twice {
				t.Fatalf("%s is on %s and on %s", l, v, other)
			}
			seen[l] = v
		}
	}
	if seen[current] == "" {
		t.Fatal("no version is AWSCURRENT")
	}
	for v, val := range m.values {
		out, err := m.b.getSecretValue(m.b.ctx, &secretsmanager.GetSecretValueInput{SecretId: ptr("s"), VersionId: ptr(token(v))})
		if val == "" && !isCode(err, codeNotFound) || val != "" && (err != nil || *out.SecretString != val) {
			t.Fatalf("version %s holds %v (%v), want %q", v, out, err, val)
		}
	}
}

var (
	modelVersions = []string{"s", "v1", "v2", "v3", "v4"}
	modelLabels   = []string{current, pending, previous, "blue", "green"}
)

func nilIfEmpty(s []string) []string {
	if len(s) == 0 {
		return nil
	}
	return s
}

func TestLabelsAgreeWithAModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		b := newFixture(t)
		defer b.cloud.Close()
		b.fn.run = func(event) error { return fmt.Errorf("fails") }
		b.create("s", "first")
		m := &labelModel{b: b, on: map[string]string{current: "s"}, values: map[string]string{"s": "first"}}
		rt.Repeat(map[string]func(*rapid.T){
			"put": m.put, "move": m.move, "rotate": m.rotate, "": m.check,
		})
	})
}
