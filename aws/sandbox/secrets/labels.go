package secrets

import (
	"slices"
	"time"

	"keyturn/aws/sandbox/wire"
)

// The staging labels with a meaning of their own.
const (
	current  = "AWSCURRENT"
	pending  = "AWSPENDING"
	previous = "AWSPREVIOUS"
)

// Quotas of the user guide ("Secrets Manager quotas"). Versions are "about
// 100": here as many with labels, and as many without. AWS also spares a day's
// worth of the latter, which a sandbox does not need.
const (
	maxLabelsOfVersion = 20
	maxVersions        = 100
)

// moveLabel attaches a label to a version, taking it off the one that has it.
// Wherever AWSCURRENT leaves from, AWSPREVIOUS goes to.
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

// attachLabels attaches labels to a new version. A version that loses AWSCURRENT to a
// new value also loses AWSPENDING: a finished rotation leaves both on one
// version, and a later value does not make that rotation unfinished (recorded
// from the service). What then has no label left may be forgotten.
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

// checkLabelCount reports an error if the labels would be more than a version can have.
func (s *secret) checkLabelCount(id string, stages []string) error {
	all := append(s.labelsOf(id), stages...)
	slices.Sort(all)
	if n := len(slices.Compact(all)); n > maxLabelsOfVersion {
		return wire.Errorf(codeLimitExceeded, "A secret version can have at most %d staging labels attached.", maxLabelsOfVersion)
	}
	return nil
}

// addVersion makes a version, unless so many carry labels already.
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

// rotationUnfinished returns the version of a rotation that has not finished:
// AWSPENDING is on another version than AWSCURRENT.
func (s *secret) rotationUnfinished() (token string, ok bool) {
	token, ok = s.labels[pending]
	return token, ok && token != s.labels[current]
}
