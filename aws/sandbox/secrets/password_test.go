package secrets

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"pgregory.net/rapid"
)

func TestGetRandomPasswordByDefault(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	seen := map[string]bool{}
	for range 50 {
		p := *must(b.getRandomPassword(b.ctx, &secretsmanager.GetRandomPasswordInput{})).RandomPassword
		if len(p) != 32 || strings.Contains(p, " ") || seen[p] {
			t.Errorf("password %q", p)
		}
		for _, kind := range []string{lowercase, uppercase, numbers, punctuation} {
			if !strings.ContainsAny(p, kind) {
				t.Errorf("%q has none of %s", p, kind)
			}
		}
		seen[p] = true
	}
}

func TestGetRandomPasswordRejectsInvalidInput(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	const short = "Password length is too short based on the required types."
	cases := map[string]struct {
		in         secretsmanager.GetRandomPasswordInput
		code, text string
	}{
		"3 characters for 4 types":         {secretsmanager.GetRandomPasswordInput{PasswordLength: ptr[int64](3)}, codeInvalidParameter, short},
		"4 characters for 5 types":         {secretsmanager.GetRandomPasswordInput{PasswordLength: ptr[int64](4), IncludeSpace: ptr(true)}, codeInvalidParameter, short},
		"4,097 characters":                 {secretsmanager.GetRandomPasswordInput{PasswordLength: ptr[int64](4097)}, codeValidation, "1 validation error detected: Value '4097' at 'passwordLength' failed to satisfy constraint: Member must have value less than or equal to 4096"},
		"no characters":                    {secretsmanager.GetRandomPasswordInput{PasswordLength: ptr[int64](0)}, codeValidation, ""},
		"no character left":                {secretsmanager.GetRandomPasswordInput{ExcludeLowercase: ptr(true), ExcludeUppercase: ptr(true), ExcludeNumbers: ptr(true), ExcludePunctuation: ptr(true)}, codeInvalidParameter, ""},
		"no number left of those required": {secretsmanager.GetRandomPasswordInput{ExcludeCharacters: ptr(numbers)}, codeInvalidParameter, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := b.getRandomPassword(b.ctx, &c.in)
			wantError(t, err, c.code, c.text)
		})
	}
}

// TestRandomPasswordsFollowTheRules makes random requests and checks each password
// against its request.
func TestRandomPasswordsFollowTheRules(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	rapid.Check(t, func(rt *rapid.T) {
		flag := func(name string) *bool { return ptr(rapid.Bool().Draw(rt, name)) }
		in := &secretsmanager.GetRandomPasswordInput{
			PasswordLength:   ptr(rapid.Int64Range(1, 200).Draw(rt, "length")),
			ExcludeLowercase: flag("no lower"), ExcludeUppercase: flag("no upper"), ExcludeNumbers: flag("no numbers"),
			ExcludePunctuation: flag("no punctuation"), IncludeSpace: flag("space"), RequireEachIncludedType: flag("each"),
			ExcludeCharacters: ptr(rapid.StringOfN(rapid.RuneFrom([]rune(`/@"'\abcXYZ012 ~`)), 0, 10, -1).Draw(rt, "excluded")),
		}
		out, err := b.getRandomPassword(b.ctx, in)
		if err != nil {
			wantError(t, err, codeInvalidParameter, "")
			return
		}
		p := *out.RandomPassword
		if int64(len(p)) != *in.PasswordLength {
			rt.Fatalf("%q has %d characters, want %d", p, len(p), *in.PasswordLength)
		}
		if strings.ContainsAny(p, *in.ExcludeCharacters) {
			rt.Fatalf("%q has one of %q", p, *in.ExcludeCharacters)
		}
		for kind, allowed := range map[string]bool{
			lowercase: !*in.ExcludeLowercase, uppercase: !*in.ExcludeUppercase, numbers: !*in.ExcludeNumbers,
			punctuation: !*in.ExcludePunctuation, " ": *in.IncludeSpace,
		} {
			has := strings.ContainsAny(p, kind)
			if has && !allowed || !has && allowed && *in.RequireEachIncludedType {
				rt.Fatalf("%q and characters %q: allowed %t, has %t", p, kind, allowed, has)
			}
		}
	})
}
