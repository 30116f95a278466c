package aws

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyturn/steps"
)

func TestProfilesAreListedFromBothFiles(t *testing.T) {
	fake := newFakeAccounts(t)
	fake.setHome(t, `# mine
[profile  dev] ; work
Region = eu-central-1
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Engineer
[profile my team]
role_arn = arn:aws:iam::111111111111:role/path/admin
mfa_serial = arn:aws:iam::111111111111:mfa/me
source_profile = dev
s3 =
  region = nested
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://example.awsapps.com/start
[services local]
rds =
  endpoint_url = http://127.0.0.1:1
[ignored]
region = us-west-2
[profile tool]
credential_process = /opt/get  # with a word
[default]
region=us-west-1
`, `[dev]
region = eu-west-3
[keys]
aws_access_key_id = AKIASECRET
aws_secret_access_key = hunter2
[profile nonsense]
`, map[string]string{"AWS_REGION": "", "AWS_PROFILE": "dev"})
	_ = os.Unsetenv("AWS_REGION")
	got, err := ReadConfiguration(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := steps.Configuration{Profile: "dev", Profiles: []steps.Profile{
		{Name: "default", Region: "us-west-1"},
		{Name: "dev", Region: "eu-west-3", About: "IAM Identity Center, account 111111111111, role Engineer"},
		{Name: "keys", About: "access key"},
		{Name: "my team", About: "role admin, with MFA"},
		{Name: "tool", About: "credential_process"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, profile := range got.Profiles[:2] {
		if session := openProfile(t, profile.Name, nil); session.Region() != profile.Region {
			t.Errorf("%s: listed with %s, opened in %s", profile.Name, profile.Region, session.Region())
		}
	}
}

func TestMissingConfigurationFilesAreNoError(t *testing.T) {
	clearAWSEnvironment(t)
	got, err := ReadConfiguration(t.Context())
	if err != nil || len(got.Profiles) != 0 || got.Keys {
		t.Errorf("%+v, %v", got, err)
	}
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir()))
	if _, err := ReadConfiguration(t.Context()); err == nil {
		t.Error("a folder is read as a file")
	}
}

func TestRegionOfPrefersTheEnvironment(t *testing.T) {
	t.Parallel()
	profiles := []steps.Profile{{Name: "default", Region: "us-west-1"}, {Name: "dev", Region: "eu-central-1"}}
	for name, tt := range map[string]struct {
		c             steps.Configuration
		profile, want string
	}{
		"the profile's own":           {steps.Configuration{Profiles: profiles}, "dev", "eu-central-1"},
		"the default profile's":       {steps.Configuration{Profiles: profiles}, "", "us-west-1"},
		"the environment's profile's": {steps.Configuration{Profiles: profiles, Profile: "dev"}, "", "eu-central-1"},
		"the environment's":           {steps.Configuration{Profiles: profiles, Region: "sa-east-1"}, "dev", "sa-east-1"},
		"none":                        {steps.Configuration{}, "dev", ""},
	} {
		if got := tt.c.RegionOf(tt.profile); got != tt.want {
			t.Errorf("%s: got %q", name, got)
		}
	}
}
