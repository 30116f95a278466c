package rotation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"keyturn/steps"
	"keyturn/steps/schedule"
)

type fakeSecret struct {
	steps.SecretDescription
	values map[string]steps.Password
}

func (s *fakeSecret) move(label, to string) {
	for id, labels := range s.Versions {
		s.Versions[id] = slices.DeleteFunc(slices.Clone(labels), func(l string) bool { return l == label })
	}
	s.Versions[to] = append(s.Versions[to], label)
}

type fakeSecrets struct{ w *world }

const madeUp = "aB3$made-up-by-secrets-manager-x"

func (f fakeSecrets) RandomPassword(context.Context, steps.PasswordRules) (steps.Password, error) {
	return steps.NewPassword(madeUp), f.w.refuse["secretsmanager GetRandomPassword"]
}

func (f fakeSecrets) CreateSecret(_ context.Context, name, _ string, v steps.Password, token string, tags []steps.Tag) (string, string, error) {
	if err := f.w.change("secretsmanager CreateSecret"); err != nil {
		return "", "", err
	}
	arn := "arn:aws:secretsmanager:eu-west-1:123456789012:secret:" + name + "-a1B2c3"
	f.w.secret = &fakeSecret{
		SecretDescription: steps.SecretDescription{ARN: arn, Name: name, Tags: tags, Versions: map[string][]string{token: {steps.LabelCurrent}}},
		values:            map[string]steps.Password{token: v},
	}
	return arn, token, f.w.lose["secretsmanager CreateSecret"]
}

func (f fakeSecrets) PutSecretValue(_ context.Context, _ string, v steps.Password, token string) (string, error) {
	if err := f.w.change("secretsmanager PutSecretValue"); err != nil {
		return "", err
	}
	f.w.secret.values[token] = v
	f.w.secret.move(steps.LabelPrevious, versionWithLabel(f.w.secret.SecretDescription, steps.LabelCurrent))
	f.w.secret.move(steps.LabelCurrent, token)
	return token, nil
}

func (f fakeSecrets) DescribeSecret(context.Context, string) (steps.SecretDescription, error) {
	if f.w.secret == nil {
		return steps.SecretDescription{}, &steps.ServiceError{Service: "secretsmanager", Operation: "DescribeSecret", Kind: steps.ErrNotFound}
	}
	return f.w.secret.SecretDescription, f.w.refuse["secretsmanager DescribeSecret"]
}

func (f fakeSecrets) SecretsPage(context.Context, string, string) ([]steps.SecretDescription, string, error) {
	if f.w.secret == nil {
		return nil, "", nil
	}
	return []steps.SecretDescription{f.w.secret.SecretDescription}, "", nil
}

func (f fakeSecrets) SecretValue(_ context.Context, _, version, label string) (steps.SecretValue, error) {
	s := f.w.secret
	if version == "" {
		version = versionWithLabel(s.SecretDescription, label)
	}
	value, ok := s.values[version]
	if !ok {
		return steps.SecretValue{}, &steps.ServiceError{Service: "secretsmanager", Operation: "GetSecretValue", Kind: steps.ErrNotFound}
	}
	return steps.SecretValue{ARN: s.ARN, Name: s.Name, VersionID: version, Labels: s.Versions[version], JSON: value}, nil
}

func (f fakeSecrets) RotateSecret(_ context.Context, request steps.RotationRequest) error {
	if err := f.w.change("secretsmanager RotateSecret"); err != nil {
		return err
	}
	return f.rotate(request)
}

func (f fakeSecrets) rotate(request steps.RotationRequest) error {
	function, token := request.FunctionARN, request.Token
	s := f.w.secret
	s.RotationEnabled, s.FunctionARN, s.Rotation = true, function, request.Rules
	s.NextRotation = f.w.nextRotation(request.Rules)
	if pending := unfinishedVersion(s.SecretDescription); pending != "" && pending != token {
		return &steps.ServiceError{Service: "secretsmanager", Operation: "RotateSecret", Kind: steps.ErrRotationUnfinished}
	}
	if request.TestOnly {
		f.w.say("[INFO]\tx\ty\ttestSecret: Successfully signed into MySQL DB with AWSPENDING secret in a.")
		return nil
	}
	s.move(steps.LabelPending, token)
	f.w.rotation(f.w)
	return nil
}

func (w *world) nextRotation(rules schedule.Rules) time.Time {
	parsed, err := schedule.Parse(rules)
	if err != nil {
		panic(err)
	}
	return parsed.Next(w.clock.Now()).Closes
}

func (w *world) say(lines ...string) {
	group := logGroup(w.secret.FunctionARN[strings.LastIndexByte(w.secret.FunctionARN, ':')+1:])
	for _, line := range lines {
		w.logs[group] = append(w.logs[group], steps.LogLine{At: w.clock.Now(), Text: line})
	}
}

// rotateWell does what AWS's function does when all goes well.
func (w *world) rotateWell() {
	s := w.secret
	token, current := versionWithLabel(s.SecretDescription, steps.LabelPending), versionWithLabel(s.SecretDescription, steps.LabelCurrent)
	if _, made := s.values[token]; !made {
		text := strings.Replace(s.values[current].Reveal(), `"password":"`, `"password":"rotated-`, 1)
		s.values[token] = steps.NewPassword(text)
	}
	credentials, err := parseCredentials(s.values[token])
	if err != nil {
		panic(fmt.Sprint("the fake function cannot read its secret: ", err))
	}
	w.database.password = credentials.Password
	s.move(steps.LabelPrevious, current)
	s.move(steps.LabelCurrent, token)
	w.say("[INFO]\tx\ty\tcreateSecret: Successfully put secret for ARN a and version v.",
		"[INFO]\tx\ty\tsetSecret: Successfully set password for user adminuser in MySQL DB for secret arn a.",
		"[INFO]\tx\ty\ttestSecret: Successfully signed into MySQL DB with AWSPENDING secret in a.",
		"[INFO]\tx\ty\tfinishSecret: Successfully set AWSCURRENT stage to version v for secret a.")
}

// rotateToSet makes the new password and fails to bring it into the database.
func (w *world) rotateToSet() {
	s := w.secret
	current := versionWithLabel(s.SecretDescription, steps.LabelCurrent)
	text := strings.Replace(s.values[current].Reveal(), `"password":"`, `"password":"rotated-`, 1)
	s.values[versionWithLabel(s.SecretDescription, steps.LabelPending)] = steps.NewPassword(text)
	w.say("[INFO]\tx\ty\tcreateSecret: Successfully put secret for ARN a and version v.",
		"[ERROR]\tx\ty\tsetSecret: Unable to log into database with previous, current, or pending secret of secret arn a",
		"[ERROR] ValueError: Unable to log into database with previous, current, or pending secret of secret arn a\nTraceback")
}

func (f fakeSecrets) CancelRotation(context.Context, string) error {
	f.w.secret.RotationEnabled = false
	return f.w.change("secretsmanager CancelRotateSecret")
}

func (f fakeSecrets) DeleteSecret(_ context.Context, _ string, days int64) (time.Time, error) {
	if err := f.w.change("secretsmanager DeleteSecret"); err != nil {
		return time.Time{}, err
	}
	f.w.secret.DeletedAt = f.w.clock.Now().Add(time.Duration(days) * 24 * time.Hour)
	return f.w.secret.DeletedAt, nil
}

func (f fakeSecrets) RestoreSecret(context.Context, string) error {
	f.w.secret.DeletedAt = time.Time{}
	return f.w.change("secretsmanager RestoreSecret")
}
