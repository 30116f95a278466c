package secrets

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps/schedule"
)

// rotation is a secret's rotation configuration. The zero value has never been
// configured.
type rotation struct {
	enabled       bool
	functionARN   string
	schedule      *schedule.Schedule      // nil until it is configured
	lastSucceeded time.Time               // when a rotation last succeeded
	next          schedule.RotationWindow // of the next scheduled rotation
	notBefore     time.Time               // no scheduled rotation starts before: the window after the last one's
	attempt       int                     // number of the rotation last started
	running       bool
	version       string        // that the rotation last started is about
	ended         chan struct{} // closed when that rotation has ended
}

// valueChanged records a new value that no rotation set. It counts as a rotation
// for schedules in days since the last one.
func (r *rotation) valueChanged(now time.Time) {
	if r.enabled && r.schedule.Expression == "" {
		r.next = r.schedule.Next(now)
	}
}

func (r *rotation) describeEnabled() *bool {
	if r.functionARN == "" {
		return nil
	}
	return new(r.enabled)
}

func (r *rotation) describeRules() *types.RotationRulesType {
	if r.schedule == nil {
		return nil
	}
	return toRotationRules(r.schedule)
}

// describeLast and describeNext are nil while rotation is off.
func (r *rotation) describeLast() *time.Time {
	if !r.enabled {
		return nil
	}
	return optionalTime(r.lastSucceeded)
}

func (r *rotation) describeNext() *time.Time {
	if !r.enabled {
		return nil
	}
	return optionalTime(r.next.Closes)
}

// rotateSecret configures rotation and starts one in the background, with the
// token as the new version's ID. A second call with the same token starts nothing
// new.
func (s *Service) rotateSecret(ctx context.Context, in *secretsmanager.RotateSecretInput) (*secretsmanager.RotateSecretOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := checkToken(in.ClientRequestToken, codeInvalidParameter); err != nil {
		return nil, err
	}
	sec, err := s.findActiveSecret(ctx, "RotateSecret", in.SecretId)
	if err != nil {
		return nil, err
	}
	r, err := sec.rotation.withRequest(in)
	if err != nil {
		return nil, err
	}
	if !s.lambda.Invocable(r.functionARN) {
		return nil, wire.Errorf(codeAccessDenied, "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.")
	}

	token := *in.ClientRequestToken
	out := &secretsmanager.RotateSecretOutput{ARN: &sec.arn, Name: &sec.name, VersionId: &token}
	unfinished, ok := sec.rotationUnfinished()
	switch {
	case ok && unfinished != token:
		s.startRotation(sec, unfinished, allPhases)
		return nil, wire.Errorf(codeInvalidRequest, "A previous rotation isn't complete. That rotation will be reattempted.")
	case ok:
		s.setRotation(sec, r)
		s.startRotation(sec, token, allPhases)
		return out, nil
	case sec.version(token) != nil:
		return out, nil
	}
	phases := allPhases
	if in.RotateImmediately != nil && !*in.RotateImmediately {
		phases = []string{testSecret}
	}
	if err := s.stagePending(sec, token, len(phases) == 1); err != nil {
		return nil, err
	}
	s.setRotation(sec, r)
	s.startRotation(sec, token, phases)
	return out, nil
}

// withRequest returns the rotation with the request's changes.
func (r rotation) withRequest(in *secretsmanager.RotateSecretInput) (rotation, error) {
	if in.RotationLambdaARN != nil && *in.RotationLambdaARN != "" {
		r.functionARN = *in.RotationLambdaARN
	}
	if utf8.RuneCountInString(r.functionARN) > maxFunctionARN {
		return r, wire.Errorf(codeInvalidParameter, "RotationLambdaARN must <= 2048 characters long.")
	}
	if in.RotationRules != nil {
		parsed, err := parseSchedule(in.RotationRules)
		if err != nil {
			return r, err
		}
		r.schedule = parsed
	}
	if r.schedule == nil {
		r.schedule, _ = schedule.Parse(schedule.Rules{Days: defaultRotationDays})
	}
	if r.functionARN == "" {
		return r, wire.Errorf(codeInvalidRequest, "No Lambda rotation function ARN is associated with this secret.")
	}
	if !strings.HasPrefix(r.functionARN, "arn:") {
		return r, wire.Errorf(codeInvalidParameter, "The RotationLambdaARN value is not a valid ARN.")
	}
	r.enabled = true
	return r, nil
}

// setRotation sets the secret's rotation.
func (s *Service) setRotation(sec *secret, r rotation) {
	now := s.now()
	r.next, r.notBefore = r.schedule.Next(now), time.Time{}
	sec.rotation = r
	sec.changed = now
}

// stagePending adds a version labelled AWSPENDING without a value. A version that
// only tests the configuration has the current value instead, and is deleted
// after the test.
func (s *Service) stagePending(sec *secret, token string, test bool) error {
	v := value{}
	if now := sec.version(sec.labels[current]); test && now != nil {
		v = now.value
	}
	if err := sec.addVersion(token, v, s.now()); err != nil {
		return err
	}
	sec.moveLabel(pending, token)
	return nil
}

// cancelRotateSecret turns off rotation and stops a running one before its next
// phase. AWSPENDING stays on its version, which the answer names. For a secret
// that never had a function, the error has the API reference's text, which is
// RotateSecret's.
func (s *Service) cancelRotateSecret(ctx context.Context, in *secretsmanager.CancelRotateSecretInput) (*secretsmanager.CancelRotateSecretOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sec, err := s.findActiveSecret(ctx, "CancelRotateSecret", in.SecretId)
	if err != nil {
		return nil, err
	}
	if sec.rotation.functionARN == "" {
		return nil, wire.Errorf(codeInvalidRequest, "You tried to enable rotation on a secret that doesn't already have a Lambda function ARN configured and you didn't include such an ARN as a parameter in this call.")
	}
	out := &secretsmanager.CancelRotateSecretOutput{ARN: &sec.arn, Name: &sec.name}
	if token, ok := sec.rotationUnfinished(); ok {
		out.VersionId = &token
	}
	sec.rotation.enabled = false
	sec.rotation.running = false
	sec.rotation.attempt++
	sec.changed = s.now()
	return out, nil
}
