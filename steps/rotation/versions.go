package rotation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"keyturn/steps"
)

func hasLabel(secret steps.SecretDescription, version, label string) bool {
	return slices.Contains(secret.Versions[version], label)
}

// versionWithLabel returns the id of the version that carries a label, or "".
func versionWithLabel(secret steps.SecretDescription, label string) string {
	for id, labels := range secret.Versions {
		if slices.Contains(labels, label) {
			return id
		}
	}
	return ""
}

// unfinishedVersion returns the version of a rotation that stopped half-way, or "":
// AWSPENDING stands elsewhere than AWSCURRENT. On the same version both are
// normal after a rotation by AWS's MySQL function.
func unfinishedVersion(secret steps.SecretDescription) string {
	pending := versionWithLabel(secret, steps.LabelPending)
	if pending == versionWithLabel(secret, steps.LabelCurrent) {
		return ""
	}
	return pending
}

// rememberVersions keeps the picture of the labels, the version of this run's
// rotation last.
func (r run) rememberVersions(secret steps.SecretDescription) []steps.SecretVersion {
	newest := r.Receipt().Tokens[TokenRotation]
	var versions []steps.SecretVersion
	r.update(func(s *State) {
		for id, labels := range secret.Versions {
			if len(labels) > 0 {
				sorted := slices.Sorted(slices.Values(labels))
				versions = append(versions, steps.SecretVersion{ID: id, Labels: sorted, Fingerprint: s.fingerprints[id]})
			}
		}
		slices.SortFunc(versions, func(a, b steps.SecretVersion) int {
			return cmp.Or(cmp.Compare(last(a.ID == newest), last(b.ID == newest)), cmp.Compare(a.ID, b.ID))
		})
		s.Versions = versions
	})
	return versions
}

func last(is bool) int {
	if is {
		return 1
	}
	return 0
}

// fingerprintCurrent notes the password in force.
func (r run) fingerprintCurrent(ctx context.Context) error {
	value, credentials, err := r.readSecret(ctx, steps.LabelCurrent)
	if err != nil {
		return err
	}
	r.rememberPassword(value.VersionID, credentials.Password)
	return nil
}

// rememberPassword keeps a version's password: the new one if this run's rotation
// made the version, else the old one.
func (r run) rememberPassword(version string, password steps.Password) {
	tokens := r.Receipt().Tokens
	rotated := version == tokens[TokenRotation]
	if before := tokens[TokenVersionBefore]; tokens[TokenRotation] == "" && before != "" && !r.Setup().TestOnly {
		rotated = version != before // by CloudFormation, and not noted yet
	}
	r.update(func(s *State) {
		s.fingerprints[version] = password.Fingerprint()
		if rotated {
			s.NewPassword = password
		} else {
			s.OldPassword = password
		}
	})
}

// fingerprintVersion notes the fingerprint of a version as soon as it has a
// value: RotateSecret stages it without one.
func (r run) fingerprintVersion(ctx context.Context, version string) error {
	if r.state().fingerprints[version] != "" {
		return nil
	}
	value, err := r.Services().Secrets.SecretValue(ctx, r.state().SecretARN, version, "")
	if errors.Is(err, steps.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read a version of the secret: %w", err)
	}
	credentials, err := parseCredentials(value.JSON)
	if err != nil {
		return nil //nolint:nilerr // no fingerprint; the function's log tells what is wrong with it
	}
	r.update(func(s *State) { s.fingerprints[version] = credentials.Password.Fingerprint() })
	return nil
}

// versionFacts say which labels each version carries.
func versionFacts(versions []steps.SecretVersion) []steps.Fact {
	facts := make([]steps.Fact, 0, len(versions))
	for _, v := range versions {
		facts = append(facts, steps.Fact{Label: "Version " + steps.ShortVersion(v.ID), Value: strings.Join(v.Labels, ", ")})
	}
	return facts
}
