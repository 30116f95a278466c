package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"

	"keyturn/steps"
)

// ReadConfiguration lists the profiles of the machine's AWS configuration. The
// SDK can load a profile by name but lists none, so the names and what is shown
// beside them are parsed here, by the rules of its config/internal/ini. Open
// uses only what the SDK reads.
func ReadConfiguration(context.Context) (steps.Configuration, error) {
	env, err := config.NewEnvConfig()
	if err != nil {
		return steps.Configuration{}, badConfiguration(err)
	}
	found := steps.Configuration{Profile: env.SharedConfigProfile, Region: env.Region, Keys: env.Credentials.HasKeys()}
	known := map[string]settings{}
	for _, file := range []struct {
		path   string
		nameOf func(section string) (string, bool)
	}{
		{cmp.Or(env.SharedConfigFile, config.DefaultSharedConfigFilename()), profileInConfigFile},
		{cmp.Or(env.SharedCredentialsFile, config.DefaultSharedCredentialsFilename()), profileInCredentialsFile},
	} {
		text, err := os.ReadFile(file.path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return found, badConfiguration(err)
		}
		for section, values := range parseSections(string(text)) {
			name, ok := file.nameOf(section)
			if !ok {
				continue
			}
			if known[name] == nil {
				known[name] = settings{}
			}
			for key, value := range values {
				known[name][key] = value
			}
		}
	}
	for name, values := range known {
		found.Profiles = append(found.Profiles, steps.Profile{Name: name, Region: values["region"], About: values.about()})
	}
	slices.SortFunc(found.Profiles, func(a, b steps.Profile) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a.Name, b.Name))
	})
	return found, nil
}

// rank puts the default profile first.
func rank(p steps.Profile) int {
	if p.Name == config.DefaultSharedConfigProfile {
		return 0
	}
	return 1
}

// profileInConfigFile returns the profile's name of a section of the config
// file; false for a section that is no profile.
func profileInConfigFile(section string) (string, bool) {
	if strings.EqualFold(section, config.DefaultSharedConfigProfile) {
		return config.DefaultSharedConfigProfile, true
	}
	name, ok := strings.CutPrefix(section, "profile ")
	return strings.TrimSpace(name), ok
}

// profileInCredentialsFile does the same for the credentials file.
func profileInCredentialsFile(section string) (string, bool) {
	return section, !strings.HasPrefix(section, "profile ")
}

// settings are the values of one section, by lower-case key.
type settings map[string]string

// parseSections reads the sections of a file. Indented lines, which are nested
// settings, are left out.
func parseSections(text string) map[string]settings {
	sections := map[string]settings{}
	current := ""
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || strings.ContainsRune("#;", rune(trimmed[0])):
		case trimmed[0] == '[':
			name, _, closed := strings.Cut(trimmed[1:], "]")
			if !closed {
				continue
			}
			current = strings.Join(strings.Fields(name), " ")
			if sections[current] == nil {
				sections[current] = settings{}
			}
		case current != "" && line[0] != ' ' && line[0] != '\t':
			if key, value, ok := strings.Cut(trimmed, "="); ok {
				value, _, _ = strings.Cut(value, " #")
				sections[current][strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
			}
		}
	}
	return sections
}

// about says where a profile's credentials come from, never what they are.
func (s settings) about() string {
	role := func(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
	switch {
	case s["role_arn"] != "" && s["mfa_serial"] != "":
		return "role " + role(s["role_arn"]) + ", with MFA"
	case s["role_arn"] != "":
		return "role " + role(s["role_arn"])
	case s["sso_account_id"] != "":
		return fmt.Sprintf("IAM Identity Center, account %s, role %s", s["sso_account_id"], s["sso_role_name"])
	case s["login_session"] != "":
		return "signed in with aws login"
	case s["credential_process"] != "":
		return "credential_process"
	case s["aws_access_key_id"] != "":
		return "access key"
	}
	return ""
}
