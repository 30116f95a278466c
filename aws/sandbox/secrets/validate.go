package secrets

import (
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// Limits of the API reference.
const (
	maxName        = 512
	maxSecretID    = 2048
	maxDescription = 2048
	maxKMSKeyID    = 2048
	maxFunctionARN = 2048
	maxStage       = 256
	maxValueBytes  = 65536
	minToken       = 32
	maxToken       = 64
	maxTags        = 50
	maxTagKey      = 128
	maxTagValue    = 256
	maxPage        = 100
)

var (
	validName = steps.NewPattern(`^[A-Za-z0-9/_+=.@!-]+$`)
	validARN  = steps.NewPattern(`^arn:[a-z0-9-]+:secretsmanager:[a-z0-9-]*:[0-9]*:secret:[A-Za-z0-9/_+=.@!-]+$`)
)

func errInvalidName() *wire.Error {
	return wire.Errorf(codeValidation, "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!")
}

func checkName(name *string) error {
	switch {
	case name == nil:
		return wire.Errorf(codeValidation, "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null")
	case len(*name) > maxName:
		return errConstraint(*name, "name", "have length less than or equal to 512")
	case !validName.MatchString(*name):
		return errInvalidName()
	}
	return nil
}

func checkSecretID(id *string) error {
	switch {
	case id == nil:
		return wire.Errorf(codeValidation, "1 validation error detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null")
	case len(*id) > maxSecretID:
		return errConstraint(*id, "secretId", "have length less than or equal to 2048")
	case strings.HasPrefix(*id, "arn:") && validARN.MatchString(*id):
		return nil
	case !validName.MatchString(*id):
		return errInvalidName()
	}
	return nil
}

// checkVersionID checks a request's optional version ID.
func checkVersionID(id *string, member string) error {
	switch {
	case deref(id) == "":
		return nil
	case utf8.RuneCountInString(*id) < minToken:
		return errConstraint(*id, member, "have length greater than or equal to 32")
	case utf8.RuneCountInString(*id) > maxToken:
		return errConstraint(*id, member, "have length less than or equal to 64")
	}
	return nil
}

// checkToken checks a ClientRequestToken, which becomes a version's ID. In
// recordings of the service, a missing one has different error codes for different
// actions, and is reported before a missing secret.
func checkToken(token *string, missing string) error {
	if token == nil || *token == "" {
		return wire.Errorf(missing, "You must provide a ClientRequestToken value. We recommend a UUID-type value.")
	}
	if n := utf8.RuneCountInString(*token); n < minToken || n > maxToken {
		return wire.Errorf(codeInvalidParameter, "ClientRequestToken must be 32-64 characters long.")
	}
	return nil
}

// newValue returns the value in a request, or the zero value if it has none. An
// empty string or blob counts as none.
func newValue(text *string, binary []byte) (value, error) {
	hasText := text != nil && *text != ""
	switch {
	case hasText && len(binary) > 0:
		return value{}, wire.Errorf(codeInvalidParameter, "You can't specify both a binary secret value and a string secret value in the same secret.")
	case hasText && len(*text) > maxValueBytes:
		return value{}, errConstraint("", "secretString", "have length less than or equal to 65536")
	case len(binary) > maxValueBytes:
		return value{}, errConstraint("", "secretBinary", "have length less than or equal to 65536")
	case hasText:
		return value{text: text}, nil
	case len(binary) > 0:
		return value{binary: binary}, nil
	}
	return value{}, nil
}

func checkDescription(description *string) error {
	if description != nil && utf8.RuneCountInString(*description) > maxDescription {
		return errConstraint(*description, "description", "have length less than or equal to 2048")
	}
	return nil
}

// checkType rejects the types of AWS's partners: the sandbox has none.
func checkType(partner *string) error {
	if deref(partner) != "" {
		return wire.Errorf(codeInvalidParameter, "The secret type %s is not valid.", *partner)
	}
	return nil
}

// normalizeKey returns the key as it is stored. The default key, by any of its
// names, is stored as none.
func normalizeKey(id *string) (string, error) {
	switch {
	case id == nil || *id == "alias/aws/secretsmanager" || strings.HasSuffix(*id, ":alias/aws/secretsmanager"):
		return "", nil
	case len(*id) > maxKMSKeyID:
		return "", errConstraint(*id, "kmsKeyId", "have length less than or equal to 2048")
	}
	return *id, nil
}

func checkStage(stage, member string) error {
	switch {
	case stage == "":
		return errConstraint(stage, member, "have length greater than or equal to 1")
	case utf8.RuneCountInString(stage) > maxStage:
		return errConstraint(stage, member, "have length less than or equal to 256")
	}
	return nil
}

// checkStages checks the labels of a new version. The default is AWSCURRENT.
func checkStages(stages []string) error {
	switch {
	case stages != nil && len(stages) == 0:
		return errConstraint("", "versionStages", "have length greater than or equal to 1")
	case len(stages) > maxLabelsOfVersion:
		return errConstraint("", "versionStages", "have length less than or equal to 20")
	}
	for _, stage := range stages {
		if err := checkStage(stage, "versionStages"); err != nil {
			return err
		}
	}
	return nil
}

// withTags returns the tags with others set, in the order in which they were first
// given, or an error if one of those is not allowed.
func withTags(tags, set []types.Tag) ([]types.Tag, error) {
	tags = append([]types.Tag(nil), tags...)
	for _, t := range set {
		key, val := deref(t.Key), deref(t.Value)
		switch {
		case key == "":
			return nil, errConstraint(key, "tags", "have length greater than or equal to 1")
		case utf8.RuneCountInString(key) > maxTagKey:
			return nil, errConstraint(key, "tags", "have length less than or equal to 128")
		case utf8.RuneCountInString(val) > maxTagValue:
			return nil, errConstraint(val, "tags", "have length less than or equal to 256")
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			return nil, wire.Errorf(codeInvalidParameter, "Tag keys can't start with aws: because that prefix is reserved.")
		}
		tags = setTag(tags, key, val)
	}
	if len(tags) > maxTags {
		return nil, wire.Errorf(codeInvalidParameter, "You can attach up to %d tags to a secret.", maxTags)
	}
	return tags, nil
}

func setTag(tags []types.Tag, key, val string) []types.Tag {
	for i := range tags {
		if *tags[i].Key == key {
			tags[i].Value = &val
			return tags
		}
	}
	return append(tags, types.Tag{Key: &key, Value: &val})
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
