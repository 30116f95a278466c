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

type fakeSecrets struct{ fake *fakeAWS }

const generatedPassword = "aB3$made-up-by-secrets-manager-x"

func (f fakeSecrets) RandomPassword(context.Context, steps.PasswordRules) (steps.Password, error) {
	return steps.NewPassword(generatedPassword), f.fake.failWith["secretsmanager GetRandomPassword"]
}

func (f fakeSecrets) CreateSecret(_ context.Context, name, _ string, v steps.Password, token string, tags []steps.Tag) (string, string, error) {
	if err := f.fake.change("secretsmanager CreateSecret"); err != nil {
		return "", "", err
	}
	arn := "arn:aws:secretsmanager:eu-west-1:123456789012:secret:" + name + "-a1B2c3"
	f.fake.secret = &fakeSecret{
		SecretDescription: steps.SecretDescription{ARN: arn, Name: name, Tags: tags, Versions: map[string][]string{token: {steps.LabelCurrent}}},
		values:            map[string]steps.Password{token: v},
	}
	return arn, token, f.fake.loseAnswer["secretsmanager CreateSecret"]
}

func (f fakeSecrets) PutSecretValue(_ context.Context, _ string, v steps.Password, token string) (string, error) {
	if err := f.fake.change("secretsmanager PutSecretValue"); err != nil {
		return "", err
	}
	f.fake.secret.values[token] = v
	f.fake.secret.move(steps.LabelPrevious, versionWithLabel(f.fake.secret.SecretDescription, steps.LabelCurrent))
	f.fake.secret.move(steps.LabelCurrent, token)
	return token, nil
}

func (f fakeSecrets) DescribeSecret(context.Context, string) (steps.SecretDescription, error) {
	if f.fake.secret == nil {
		return steps.SecretDescription{}, &steps.ServiceError{Service: "secretsmanager", Operation: "DescribeSecret", Kind: steps.ErrNotFound}
	}
	return f.fake.secret.SecretDescription, f.fake.failWith["secretsmanager DescribeSecret"]
}

func (f fakeSecrets) SecretsPage(context.Context, string, string) ([]steps.SecretDescription, string, error) {
	if f.fake.secret == nil {
		return nil, "", nil
	}
	return []steps.SecretDescription{f.fake.secret.SecretDescription}, "", nil
}

func (f fakeSecrets) SecretValue(_ context.Context, _, version, label string) (steps.SecretValue, error) {
	s := f.fake.secret
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
	if err := f.fake.change("secretsmanager RotateSecret"); err != nil {
		return err
	}
	return f.rotate(request)
}

func (f fakeSecrets) rotate(request steps.RotationRequest) error {
	function, token := request.FunctionARN, request.Token
	s := f.fake.secret
	s.RotationEnabled, s.FunctionARN, s.Rotation = true, function, request.Rules
	s.NextRotation = f.fake.nextRotation(request.Rules)
	if pending := unfinishedVersion(s.SecretDescription); pending != "" && pending != token {
		return &steps.ServiceError{Service: "secretsmanager", Operation: "RotateSecret", Kind: steps.ErrRotationUnfinished}
	}
	if request.TestOnly {
		f.fake.writeLog("[INFO]\tx\ty\ttestSecret: Successfully signed into MySQL DB with AWSPENDING secret in a.")
		return nil
	}
	s.move(steps.LabelPending, token)
	f.fake.rotation(f.fake)
	return nil
}

func (fake *fakeAWS) nextRotation(rules schedule.Rules) time.Time {
	parsed, err := schedule.Parse(rules)
	if err != nil {
		panic(err)
	}
	return parsed.Next(fake.clock.Now()).Closes
}

func (fake *fakeAWS) writeLog(lines ...string) {
	group := logGroup(fake.secret.FunctionARN[strings.LastIndexByte(fake.secret.FunctionARN, ':')+1:])
	for _, line := range lines {
		fake.logs[group] = append(fake.logs[group], steps.LogLine{At: fake.clock.Now(), Text: line})
	}
}

// rotateSuccessfully does what AWS's function does when all goes well.
func (fake *fakeAWS) rotateSuccessfully() {
	s := fake.secret
	token, current := versionWithLabel(s.SecretDescription, steps.LabelPending), versionWithLabel(s.SecretDescription, steps.LabelCurrent)
	if _, made := s.values[token]; !made {
		text := strings.Replace(s.values[current].Reveal(), `"password":"`, `"password":"rotated-`, 1)
		s.values[token] = steps.NewPassword(text)
	}
	credentials, err := parseCredentials(s.values[token])
	if err != nil {
		panic(fmt.Sprint("the fake function cannot read its secret: ", err))
	}
	fake.database.password = credentials.Password
	s.move(steps.LabelPrevious, current)
	s.move(steps.LabelCurrent, token)
	fake.writeLog("[INFO]\tx\ty\tcreateSecret: Successfully put secret for ARN a and version v.",
		"[INFO]\tx\ty\tsetSecret: Successfully set password for user adminuser in MySQL DB for secret arn a.",
		"[INFO]\tx\ty\ttestSecret: Successfully signed into MySQL DB with AWSPENDING secret in a.",
		"[INFO]\tx\ty\tfinishSecret: Successfully set AWSCURRENT stage to version v for secret a.")
}

// failInSetSecret makes the new password and fails to bring it into the database.
func (fake *fakeAWS) failInSetSecret() {
	s := fake.secret
	current := versionWithLabel(s.SecretDescription, steps.LabelCurrent)
	text := strings.Replace(s.values[current].Reveal(), `"password":"`, `"password":"rotated-`, 1)
	s.values[versionWithLabel(s.SecretDescription, steps.LabelPending)] = steps.NewPassword(text)
	fake.writeLog("[INFO]\tx\ty\tcreateSecret: Successfully put secret for ARN a and version v.",
		"[ERROR]\tx\ty\tsetSecret: Unable to log into database with previous, current, or pending secret of secret arn a",
		"[ERROR] ValueError: Unable to log into database with previous, current, or pending secret of secret arn a\nTraceback")
}

func (f fakeSecrets) CancelRotation(context.Context, string) error {
	f.fake.secret.RotationEnabled = false
	return f.fake.change("secretsmanager CancelRotateSecret")
}

func (f fakeSecrets) DeleteSecret(_ context.Context, _ string, days int64) (time.Time, error) {
	if err := f.fake.change("secretsmanager DeleteSecret"); err != nil {
		return time.Time{}, err
	}
	f.fake.secret.DeletedAt = f.fake.clock.Now().Add(time.Duration(days) * 24 * time.Hour)
	return f.fake.secret.DeletedAt, nil
}

func (f fakeSecrets) RestoreSecret(context.Context, string) error {
	f.fake.secret.DeletedAt = time.Time{}
	return f.fake.change("secretsmanager RestoreSecret")
}
