package secrets

import (
	"slices"
	"time"

	"keyturn/aws/sandbox/wire"
)

// The staging labels of AWS.
const (
	current  = "AWSCURRENT"
	pending  = "AWSPENDING"
	previous = "AWSPREVIOUS"
)

// Quotas of the user guide ("Secrets Manager quotas"). It says "about 100"
// versions; the sandbox allows that many with labels and that many without. AWS
// also keeps versions younger than a day, which a sandbox does not need.
const (
	maxLabelsOfVersion = 20
	maxVersions        = 100
)

// moveLabel moves a label to a version. When AWSCURRENT moves, AWSPREVIOUS moves to
// the version that had it.
func (s *secret) moveLabel(label, to string) {
	from := s.labels[label]
	if from == to {
		return
	}
	s.labels[label] = to
	if label == current && from != "" {
		s.labels[previous] = from
	}
}

// attachLabels attaches labels to a new version. A version that loses AWSCURRENT
// to a new value also loses AWSPENDING: a finished rotation leaves both on one
// version, and a later value does not make that rotation unfinished (recorded
// from the service). Then it drops the surplus of versions without labels.
func (s *secret) attachLabels(id string, stages []string) {
	defer s.dropDeprecated()
	was := s.labels[current]
	for _, label := range stages {
		if label != current {
			s.moveLabel(label, id)
		}
	}
	if !slices.Contains(stages, current) {
		return
	}
	s.moveLabel(current, id)
	if was != "" && was != id && s.labels[pending] == was {
		delete(s.labels, pending)
	}
}

// checkLabelCount returns an error if a version would have too many labels.
func (s *secret) checkLabelCount(id string, stages []string) error {
	all := append(s.labelsOf(id), stages...)
	slices.Sort(all)
	if n := len(slices.Compact(all)); n > maxLabelsOfVersion {
		return wire.Errorf(codeLimitExceeded, "A secret version can have at most %d staging labels attached.", maxLabelsOfVersion)
	}
	return nil
}

// addVersion adds a version, unless the quota of labelled versions is reached.
func (s *secret) addVersion(id string, v value, now time.Time) error {
	if len(s.versions)-s.countDeprecated() >= maxVersions {
		return wire.Errorf(codeLimitExceeded, "A secret can have at most %d versions with staging labels attached.", maxVersions)
	}
	s.versions = append(s.versions, &version{id: id, created: now, value: v, kmsKeyID: s.kmsKeyID})
	return nil
}

// dropDeprecated drops the oldest deprecated versions beyond the quota.
func (s *secret) dropDeprecated() {
	for n := s.countDeprecated(); n > maxVersions; n-- {
		i := slices.IndexFunc(s.versions, func(v *version) bool { return s.isDeprecated(v.id) })
		s.versions = slices.Delete(s.versions, i, i+1)
	}
}

func (s *secret) countDeprecated() int {
	n := 0
	for _, v := range s.versions {
		if s.isDeprecated(v.id) {
			n++
		}
	}
	return n
}

// rotationUnfinished returns the version of an unfinished rotation: AWSPENDING is
// on it and AWSCURRENT is not.
func (s *secret) rotationUnfinished() (token string, ok bool) {
	token, ok = s.labels[pending]
	return token, ok && token != s.labels[current]
}
