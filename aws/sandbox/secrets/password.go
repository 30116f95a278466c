package secrets

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"keyturn/aws/sandbox/wire"
)

// The character types and limits of GetRandomPassword, from its reference.
const (
	lowercase   = "abcdefghijklmnopqrstuvwxyz"
	uppercase   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	numbers     = "0123456789"
	punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

	defaultPasswordLength = 32
	maxPasswordLength     = 4096
	maxExcludeCharacters  = 4096
)

// getRandomPassword draws every character uniformly from the allowed ones. By
// default the password has at least one of each included type.
func (s *Service) getRandomPassword(ctx context.Context, in *secretsmanager.GetRandomPasswordInput) (*secretsmanager.GetRandomPasswordOutput, error) {
	if err := s.authorize(ctx, "GetRandomPassword", "*", nil); err != nil {
		return nil, err
	}
	length := int64(defaultPasswordLength)
	if in.PasswordLength != nil {
		length = *in.PasswordLength
	}
	switch {
	case length < 1:
		return nil, errConstraint(strconv.FormatInt(length, 10), "passwordLength", "have value greater than or equal to 1")
	case length > maxPasswordLength:
		return nil, errConstraint(strconv.FormatInt(length, 10), "passwordLength", "have value less than or equal to 4096")
	case in.ExcludeCharacters != nil && utf8.RuneCountInString(*in.ExcludeCharacters) > maxExcludeCharacters:
		return nil, errConstraint("", "excludeCharacters", "have length less than or equal to 4096")
	}
	types := includedTypes(in)
	all := strings.Join(types, "")
	if all == "" {
		return nil, wire.Errorf(codeInvalidParameter, "The password can't be generated because every character is excluded.")
	}
	required := types
	if in.RequireEachIncludedType != nil && !*in.RequireEachIncludedType {
		required = nil
	}
	for _, t := range required {
		if t == "" {
			return nil, wire.Errorf(codeInvalidParameter, "The password can't include each required type because every character of one of them is excluded.")
		}
	}
	if int(length) < len(required) {
		return nil, wire.Errorf(codeInvalidParameter, "Password length is too short based on the required types.")
	}
	password := randomPassword(int(length), all, required)
	return &secretsmanager.GetRandomPasswordOutput{RandomPassword: &password}, nil
}

// includedTypes lists the character types of the request, each without the
// excluded characters.
func includedTypes(in *secretsmanager.GetRandomPasswordInput) []string {
	excluded := deref(in.ExcludeCharacters)
	var types []string
	for _, t := range []struct {
		characters string
		include    bool
	}{
		{lowercase, !isTrue(in.ExcludeLowercase)},
		{uppercase, !isTrue(in.ExcludeUppercase)},
		{numbers, !isTrue(in.ExcludeNumbers)},
		{punctuation, !isTrue(in.ExcludePunctuation)},
		{" ", isTrue(in.IncludeSpace)},
	} {
		if !t.include {
			continue
		}
		types = append(types, strings.Map(func(r rune) rune {
			if strings.ContainsRune(excluded, r) {
				return -1
			}
			return r
		}, t.characters))
	}
	return types
}

// randomPassword draws one character of each required type and the rest from
// all, then shuffles.
func randomPassword(length int, all string, required []string) string {
	password := make([]byte, 0, length)
	for _, t := range required {
		password = append(password, t[randomBelow(len(t))])
	}
	for len(password) < length {
		password = append(password, all[randomBelow(len(all))])
	}
	for i := len(password) - 1; i > 0; i-- {
		j := randomBelow(i + 1)
		password[i], password[j] = password[j], password[i]
	}
	return string(password)
}

func isTrue(b *bool) bool { return b != nil && *b }
