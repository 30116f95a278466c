package aws

import (
	"crypto/sha1" //nolint:gosec // how the AWS CLI names its cached tokens
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"keyturn/steps"
)

func sha1Of(text string) [sha1.Size]byte { return sha1.Sum([]byte(text)) } //nolint:gosec // as above

// ssoConfig has every way in which a sign-in to IAM Identity Center is named.
const ssoConfig = `[default]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Engineer
[profile dev]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Engineer
[profile my team]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Engineer
[profile deploy]
role_arn = arn:aws:iam::111111111111:role/deploy
source_profile = dev
[profile shared]
role_arn = arn:aws:iam::111111111111:role/shared
source_profile = default
[profile legacy]
sso_region = us-east-1
sso_start_url = https://example.awsapps.com/start
sso_account_id = 111111111111
sso_role_name = Engineer
[profile console]
login_session = arn:aws:iam::111111111111:user/me
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://example.awsapps.com/start
`

func TestCredentialsComeFromTheDefaultChain(t *testing.T) {
	const process = "#!/bin/sh\necho '{\"Version\":1,\"AccessKeyId\":\"AKIAPROCESS\",\"SecretAccessKey\":\"s\"}'\n"
	for name, tt := range map[string]struct {
		profile, config, credentials string
		variables                    map[string]string
		files                        map[string]string
		want                         string // the access key
	}{
		"the environment": {
			variables: map[string]string{"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s"}, want: "AKIAENV",
		},
		"a profile before the environment": {
			profile: "p", credentials: "[p]\naws_access_key_id = AKIAFILE\naws_secret_access_key = s\n",
			variables: map[string]string{"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s"}, want: "AKIAFILE",
		},
		"a credential process": {
			profile: "p", config: "[profile p]\ncredential_process = \"HOME/get\"\n", files: map[string]string{"get": process}, want: "AKIAPROCESS",
		},
		"web identity": {
			variables: map[string]string{"AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/token", "AWS_ROLE_ARN": "arn:aws:iam::111111111111:role/w"},
			files:     map[string]string{"token": "a.b.c"}, want: "AKIAWEB",
		},
		"IAM Identity Center": {profile: "dev", config: ssoConfig, want: "AKIASSO"},
		"a role of somebody signed in to IAM Identity Center": {profile: "deploy", config: ssoConfig, want: "AKIAROLE"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newFakeAccounts(t)
			for _, key := range []string{"AKIAENV", "AKIAFILE", "AKIAPROCESS", "AKIAWEB", "AKIASSO", "AKIAROLE"} {
				fake.addKey(key, "111111111111")
			}
			home := fake.setHome(t, "", tt.credentials, tt.variables)
			writeFile(t, filepath.Join(home, ".aws", "config"), strings.ReplaceAll(tt.config, "HOME", home))
			for file, content := range tt.files {
				writeFile(t, filepath.Join(home, file), content)
			}
			signInToSSO(t, home, "corp", "signed-in", time.Now().Add(time.Hour))
			account, err := openProfile(t, tt.profile, nil).Account(t.Context())
			if err != nil || account.Caller != "arn:aws:iam::111111111111:user/"+tt.want {
				t.Errorf("%+v, %v", account, err)
			}
		})
	}
}

// openProfile opens a session as the machine's configuration says.
func openProfile(t *testing.T, profile string, ask func(string) (string, error)) *Session {
	t.Helper()
	session, err := Open(t.Context(), Options{Profile: profile, AskCode: ask, backoff: noBackoff})
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func TestExpiredSignInNamesTheExactCommand(t *testing.T) {
	for profile, want := range map[string]string{
		"":        "aws sso login --sso-session corp",
		"dev":     "aws sso login --profile dev",
		"my team": "aws sso login --profile 'my team'",
		"deploy":  "aws sso login --profile dev",
		"shared":  "aws sso login --profile default",
		"legacy":  "aws sso login --profile legacy",
		"console": "aws login --profile console",
	} {
		for state, prepare := range map[string]func(home string){
			"never signed in": func(string) {},
			"signed in until yesterday": func(home string) {
				for _, key := range []string{"corp", "https://example.awsapps.com/start"} {
					signInToSSO(t, home, key, "signed-in", time.Now().Add(-24*time.Hour))
				}
			},
			"signed out elsewhere": func(home string) {
				for _, key := range []string{"corp", "https://example.awsapps.com/start"} {
					signInToSSO(t, home, key, "signed-out", time.Now().Add(time.Hour))
				}
			},
		} {
			t.Run(profile+"/"+state, func(t *testing.T) {
				fake := newFakeAccounts(t)
				prepare(fake.setHome(t, ssoConfig, "", nil))
				_, err := openProfile(t, profile, nil).Account(t.Context())
				refused, ok := errors.AsType[*steps.ServiceError](err)
				if !ok || !errors.Is(err, steps.ErrCredentialsExpired) || refused.SignIn != want {
					t.Fatalf("%v, sign in with %q, want %q", err, refused.SignIn, want)
				}
				if d := steps.Diagnose(err); d.ID != "credentials-expired" || !strings.Contains(d.Fix, "`"+want+"`") {
					t.Errorf("%+v", d)
				}
			})
		}
	}
}

func TestNewSignInIsUsedByTheNextCall(t *testing.T) {
	fake := newFakeAccounts(t)
	fake.addKey("AKIASSO", "111111111111")
	home := fake.setHome(t, ssoConfig, "", nil)
	session := openProfile(t, "dev", nil)
	if _, err := session.Account(t.Context()); !errors.Is(err, steps.ErrCredentialsExpired) {
		t.Fatalf("before the sign-in: %v", err)
	}
	signInToSSO(t, home, "corp", "signed-in", time.Now().Add(time.Hour))
	if _, err := session.Account(t.Context()); err != nil {
		t.Errorf("after it: %v", err)
	}
}

const staticProfile = "[p]\naws_access_key_id = KEY\naws_secret_access_key = s\naws_session_token = t\n"

func TestExpiredCredentialsAreReloaded(t *testing.T) {
	fake := newFakeAccounts(t)
	fake.addKey("AKIAOLD", "111111111111")
	home := fake.setHome(t, "", strings.ReplaceAll(staticProfile, "KEY", "AKIAOLD"), nil)
	session := openProfile(t, "p", nil)
	if _, err := session.Account(t.Context()); err != nil {
		t.Fatal(err)
	}
	fake.expireKey("AKIAOLD")
	for name, call := range map[string]func() error{
		"sts": func() error { _, err := session.Services().Identity.Caller(t.Context()); return err },
		"ec2": func() error { _, err := session.Services().Network.DefaultVPC(t.Context()); return err },
	} {
		if err := call(); !errors.Is(err, steps.ErrCredentialsExpired) {
			t.Errorf("%s, before new ones are there: %v", name, err)
		}
	}
	fake.addKey("AKIANEW", "111111111111")
	writeFile(t, filepath.Join(home, ".aws", "credentials"), strings.ReplaceAll(staticProfile, "KEY", "AKIANEW"))
	caller, err := session.Services().Identity.Caller(t.Context())
	if err != nil || !strings.HasSuffix(caller.ARN, "AKIANEW") {
		t.Errorf("after it: %+v, %v", caller, err)
	}
	fake.expireKey("AKIANEW")
	fake.addKey("AKIANEWER", "111111111111")
	writeFile(t, filepath.Join(home, ".aws", "credentials"), strings.ReplaceAll(staticProfile, "KEY", "AKIANEWER"))
	if _, err := session.Services().Network.DefaultVPC(t.Context()); err != nil {
		t.Errorf("new ones that are there already are taken within the call: %v", err)
	}
}

func TestReloadedCredentialsOfAnotherAccountAreRejected(t *testing.T) {
	fake := newFakeAccounts(t)
	fake.addKey("AKIAOLD", "111111111111")
	home := fake.setHome(t, "", strings.ReplaceAll(staticProfile, "KEY", "AKIAOLD"), nil)
	session := openProfile(t, "p", nil)
	if _, err := session.Account(t.Context()); err != nil {
		t.Fatal(err)
	}
	fake.expireKey("AKIAOLD")
	fake.addKey("AKIAOTHER", "222222222222")
	writeFile(t, filepath.Join(home, ".aws", "credentials"), strings.ReplaceAll(staticProfile, "KEY", "AKIAOTHER"))
	_, err := session.Services().Network.DefaultVPC(t.Context())
	if d := steps.Diagnose(err); d.ID != "other-account" || !strings.Contains(d.Why, "222222222222") {
		t.Errorf("%v: %+v", err, d)
	}
	if asked := fake.calls("DescribeVpcs"); len(asked) != 1 {
		t.Errorf("%d calls reached EC2: the other account must not be touched", len(asked))
	}
}

func TestEnvironmentCredentialsAreNotReloaded(t *testing.T) {
	fake := newFakeAccounts(t)
	fake.setHome(t, ssoConfig, "", map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIAGONE", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
	})
	_, err := openProfile(t, "", nil).Account(t.Context())
	if d := steps.Diagnose(err); d.ID != "credentials-expired" || !strings.Contains(d.Fix, "AWS_SESSION_TOKEN") || strings.Contains(d.Fix, "sso login") {
		t.Errorf("%v: %+v", err, d)
	}
}

const mfaConfig = `[profile admin]
role_arn = arn:aws:iam::111111111111:role/admin
mfa_serial = arn:aws:iam::111111111111:mfa/me
source_profile = keys
[profile keys]
aws_access_key_id = AKIAKEYS
aws_secret_access_key = s
`

func TestMFACodeIsAskedFor(t *testing.T) {
	for name, tt := range map[string]struct {
		ask  func(device string) (string, error)
		want error
		id   string
	}{
		"the right code": {func(device string) (string, error) {
			if device != "arn:aws:iam::111111111111:mfa/me" {
				return "", errors.New("asked for " + device)
			}
			return "123456", nil
		}, nil, ""},
		"a wrong code":            {func(string) (string, error) { return "000000", nil }, steps.ErrMFACodeRefused, "mfa-code-refused"},
		"nobody to ask":           {nil, steps.ErrMFACodeNeeded, "mfa-code-needed"},
		"somebody who types none": {func(string) (string, error) { return "", steps.ErrMFACodeNeeded }, steps.ErrMFACodeNeeded, "mfa-code-needed"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newFakeAccounts(t)
			fake.addKey("AKIAKEYS", "111111111111")
			fake.addKey("AKIAROLE", "111111111111")
			fake.setHome(t, mfaConfig, "", nil)
			_, err := openProfile(t, "admin", tt.ask).Account(t.Context())
			if !errors.Is(err, tt.want) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			if err != nil {
				if d := steps.Diagnose(err); d.ID != tt.id {
					t.Errorf("%+v", d)
				}
				return
			}
			role := fake.calls("AssumeRole")
			if len(role) != 1 || role[0].Get("RoleSessionName") != "keyturn" || role[0].Get("DurationSeconds") != "3600" {
				t.Errorf("assumed by %v", role)
			}
		})
	}
}

func TestCredentialProcessOutputIsNotQuoted(t *testing.T) {
	fake := newFakeAccounts(t)
	home := fake.setHome(t, "", "", nil)
	writeFile(t, filepath.Join(home, "get"), "#!/bin/sh\necho 'secret_key=hunter2'\n")
	writeFile(t, os.Getenv("AWS_CONFIG_FILE"), "[profile p]\ncredential_process = "+filepath.Join(home, "get")+"\n")
	_, err := openProfile(t, "p", nil).Account(t.Context())
	d := steps.Diagnose(err)
	if !errors.Is(err, steps.ErrNoCredentials) || strings.Contains(d.What+d.Why+d.Fix+d.Raw, "hunter2") || !strings.Contains(d.Why, "credential_process") {
		t.Errorf("%+v", d)
	}
}

func TestCallTimeoutPausesWhileCredentialsAreRetrieved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := withCallTimeout(t.Context())
		defer cancel()
		time.Sleep(callTimeout / 2)
		resume := pauseCallTimeout(ctx)
		time.Sleep(time.Hour)
		resume()
		time.Sleep(callTimeout/2 - time.Second)
		if ctx.Err() != nil {
			t.Fatal("the call ended although only its credentials took long")
		}
		time.Sleep(2 * time.Second)
		if ctx.Err() == nil {
			t.Error("the call goes on past its patience")
		}
	})
}
