package line

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"keyturn/steps"
)

var errExpired = &steps.ServiceError{
	Service: "sts", Operation: "GetCallerIdentity", Kind: steps.ErrCredentialsExpired, Message: "the SSO session has expired",
	SignIn: "aws sso login --profile dev",
}

func TestOpenAccountRetriesAfterSignIn(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answers string
		err     error // what the first attempt fails with
		opens   int
		want    error
	}{
		"after the sign-in":        {"\n", errExpired, 2, nil},
		"not if one would stop":    {"q\n", errExpired, 1, steps.ErrCredentialsExpired},
		"not if input ends":        {"", errExpired, 1, steps.ErrCredentialsExpired},
		"not where it cannot help": {"\n", &steps.ServiceError{Kind: steps.ErrFixedCredentialsExpired}, 1, steps.ErrFixedCredentialsExpired},
		"not for another error":    {"\n", &steps.ServiceError{Kind: steps.ErrNoProfile}, 1, steps.ErrNoProfile},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			opens := 0
			o := Options{Open: func(context.Context, steps.AccountChoice, func(steps.Event)) (*steps.Account, error) {
				opens++
				if opens == 1 {
					return nil, tt.err
				}
				return &steps.Account{}, nil
			}}
			_, err := o.openAccount(t.Context(), steps.NewRelay(func(steps.Event) {}), NewPrompter(strings.NewReader(tt.answers), &out))
			if !errors.Is(err, tt.want) || opens != tt.opens {
				t.Errorf("opened %d times, %v", opens, err)
			}
			if tt.opens == 2 && !strings.Contains(out.String(), "`aws sso login --profile dev`") {
				t.Errorf("no line to sign in with:\n%s", out.String())
			}
		})
	}
}

func TestOpenAccountPromptsForMFACode(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	var got string
	o := Options{Open: func(_ context.Context, choice steps.AccountChoice, _ func(steps.Event)) (*steps.Account, error) {
		var err error
		got, err = choice.AskMFACode("arn:aws:iam::111111111111:mfa/me")
		return &steps.Account{}, err
	}}
	_, err := o.openAccount(t.Context(), steps.NewRelay(func(steps.Event) {}), NewPrompter(strings.NewReader("123456\n"), &out))
	if err != nil || got != "123456" || !strings.Contains(out.String(), "arn:aws:iam::111111111111:mfa/me") {
		t.Errorf("got %q, %v:\n%s", got, err, out.String())
	}
}

func TestOpenAccountWithoutPrompterAsksNothing(t *testing.T) {
	t.Parallel()
	o := Options{Open: func(_ context.Context, choice steps.AccountChoice, _ func(steps.Event)) (*steps.Account, error) {
		if choice.AskMFACode != nil {
			return nil, errors.New("somebody is asked")
		}
		return nil, errExpired
	}}
	if _, err := o.openAccount(t.Context(), steps.NewRelay(func(steps.Event) {}), nil); !errors.Is(err, steps.ErrCredentialsExpired) {
		t.Error(err)
	}
}
