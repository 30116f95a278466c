package cli

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"pgregory.net/rapid"
)

// FuzzLineNeverShowsASecret renders arbitrary secret strings: none of a password,
// of a key that is not harmless, or of a text that is no database secret may
// be part of the line.
func FuzzLineNeverShowsASecret(f *testing.F) {
	f.Add(`{"username":"u","password":"%s"}`)
	f.Add(`{"password":"%s","password":"%s"}`)
	f.Add(`{"password":{"password":"%s"}}`)
	f.Add(`["password","%s"]`)
	f.Add(`{"PASSWORD":"%s"} %s`)
	f.Add(`%s`)
	const canary = "C4n4ry"
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, canary) {
			t.Skip()
		}
		secret := strings.ReplaceAll(text, "%s", canary)
		line := Call{Service: "secretsmanager", Operation: "PutSecretValue", Input: &secretsmanager.PutSecretValueInput{
			SecretId: awssdk.String("s"), SecretString: &secret,
		}}.Line()
		var known map[string]any
		if json.Unmarshal([]byte(secret), &known) == nil && isInPublicKeys(known, canary) {
			t.Skip() // the canary is in a user name or the like
		}
		if strings.Contains(line, canary) {
			t.Errorf("%s shows in %s", secret, line)
		}
	})
}

func isInPublicKeys(secret map[string]any, canary string) bool {
	for key, value := range secret {
		if text, _ := json.Marshal(value); key != "password" && strings.Contains(key+string(text), canary) {
			return true
		}
	}
	return false
}

// TestQuotedTextIsReadBackByBash quotes random texts and lets bash read them back.
func TestQuotedTextIsReadBackByBash(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	texts := rapid.SliceOfN(rapid.StringMatching(`[ -~\n\t€]{0,40}`), 50, 50)
	rapid.Check(t, func(t *rapid.T) {
		var script, want strings.Builder
		for _, text := range texts.Draw(t, "texts") {
			script.WriteString(`printf '%s\0' ` + Quote(text) + "\n")
			want.WriteString(text + "\x00")
		}
		got, err := exec.Command(bash, "-c", script.String()).Output()
		if err != nil || string(got) != want.String() {
			t.Fatalf("%v: got %q, want %q", err, got, want.String())
		}
	})
}
