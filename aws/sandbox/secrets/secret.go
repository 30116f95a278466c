package secrets

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

// secret is one secret. labels maps a staging label to a version's ID, so that no
// label can be on two versions.
type secret struct {
	arn         string
	name        string
	description string
	kmsKeyID    string // "" for aws/secretsmanager
	sequence    int64  // position in the order of creation
	createToken string

	created  time.Time
	changed  time.Time
	accessed time.Time // a date; zero if never read
	deletion time.Time // when it goes for good; zero unless scheduled

	tags     []types.Tag
	versions []*version // oldest first
	labels   map[string]string
	policy   policy
	rotation rotation
}

// version is one version of a secret. Its ID is the ClientRequestToken that
// created it. A version that RotateSecret staged has no value until the rotation
// function puts one.
type version struct {
	id       string
	created  time.Time
	accessed time.Time
	value    value
	kmsKeyID string // "" for aws/secretsmanager
}

// value is a version's value: a string or bytes, not both.
type value struct {
	text   *string
	binary []byte
}

func (v value) isZero() bool { return v.text == nil && v.binary == nil }

func (v value) equal(o value) bool {
	if (v.text == nil) != (o.text == nil) {
		return false
	}
	if v.text != nil {
		return *v.text == *o.text
	}
	return slices.Equal(v.binary, o.binary)
}

// scheduledForDeletion reports whether the secret is in its recovery window.
func (s *secret) scheduledForDeletion() bool { return !s.deletion.IsZero() }

// isDeleted reports whether the recovery window has ended.
func (s *secret) isDeleted(now time.Time) bool {
	return s.scheduledForDeletion() && !now.Before(s.deletion)
}

func (s *secret) version(id string) *version {
	i := slices.IndexFunc(s.versions, func(v *version) bool { return v.id == id })
	if i < 0 {
		return nil
	}
	return s.versions[i]
}

// labelsOf lists a version's labels in alphabetical order, as AWS does.
func (s *secret) labelsOf(id string) []string {
	var stages []string
	for label, on := range s.labels {
		if on == id {
			stages = append(stages, label)
		}
	}
	slices.Sort(stages)
	return stages
}

// versionsToStages maps the labelled versions to their labels. It returns nil if
// there are none.
func (s *secret) versionsToStages() map[string][]string {
	if len(s.labels) == 0 {
		return nil
	}
	stages := make(map[string][]string, len(s.labels))
	for label, id := range s.labels {
		stages[id] = append(stages[id], label)
	}
	for _, labels := range stages {
		slices.Sort(labels)
	}
	return stages
}

// isDeprecated reports whether a version has no label, so that it may be
// deleted.
func (s *secret) isDeprecated(id string) bool {
	for _, on := range s.labels {
		if on == id {
			return false
		}
	}
	return true
}

// kmsKeyIDs returns a version's key as ListSecretVersionIds shows it.
func (v *version) kmsKeyIDs() []string {
	if v.kmsKeyID == "" {
		return []string{"DefaultEncryptionKey"}
	}
	return []string{v.kmsKeyID}
}

// setKey sets the key of new versions and of those with a staging label of AWS.
// The others keep theirs.
func (s *secret) setKey(kmsKeyID string) {
	s.kmsKeyID = kmsKeyID
	for _, label := range []string{current, pending, previous} {
		if v := s.version(s.labels[label]); v != nil {
			v.kmsKeyID = kmsKeyID
		}
	}
}

// optionalTime returns nil for the zero time: AWS leaves out such members.
func optionalTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// optionalString returns nil for the empty string.
func optionalString(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
