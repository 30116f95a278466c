package rotation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"keyturn/steps"
	"keyturn/steps/format"
)

// This file is about rotation that is turned on and only tested. Secrets
// Manager has the function sign in with the current password, and throws the
// version that it made for that away.

// proofByFunction is the check that stands for what cannot be proved yet, or not
// from here.
const proofByFunction = "proved-by-the-function"

// checkTestable refuses to test the function while a rotation is unfinished:
// Secrets Manager would go on with that one instead.
func (r run) checkTestable(secret steps.SecretDescription) error {
	pending := unfinishedVersion(secret)
	if !r.Setup().TestOnly || pending == "" || pending == r.Receipt().Tokens[TokenTest] || r.functionFrom() == steps.FunctionTransform {
		return nil
	}
	return &steps.ServiceError{
		Service: "secretsmanager", Operation: "RotateSecret", Kind: steps.ErrRotationUnfinished,
		Message: fmt.Sprintf("version %s is labelled %s: a rotation is unfinished", steps.ShortVersion(pending), steps.LabelPending),
	}
}

// proveTest follows the test and proves what can be said of it: only the
// function's log tells whether it succeeded.
func (r run) proveTest(ctx context.Context) error {
	secret, line, err := r.followTest(ctx)
	if err != nil {
		return err
	}
	if err := r.proveEnabled(secret); err != nil {
		return err
	}
	if line == "" {
		r.Report(steps.Noted{Step: r.Step(), Text: "The function's log cannot be read, so whether its test succeeded is not known."})
		return nil
	}
	if err := r.SetToken(TokenTested, r.Now().UTC().Format(time.RFC3339)); err != nil {
		return err
	}
	return r.Prove(proofByFunction, true, line)
}

// followTest waits for the test to end and returns the line with which the
// function says that it succeeded, "" if the log cannot be read.
func (r run) followTest(ctx context.Context) (steps.SecretDescription, string, error) {
	var secret steps.SecretDescription
	var success string
	err := r.Poll(ctx, steps.Polling{
		For: "the test of the function", Every: r.Intervals().Rotation, Usual: rotationUsual, Deadline: rotationDeadline,
		Look: func(ctx context.Context) (string, bool, error) {
			log, err := r.functionLog(ctx)
			if err != nil {
				return "", false, err
			}
			lines := log[min(r.state().logSeen, len(log)):]
			if secret, err = r.Services().Secrets.DescribeSecret(ctx, r.state().SecretARN); err != nil {
				return "", false, fmt.Errorf("look at the secret: %w", err)
			}
			r.rememberVersions(secret)
			for _, line := range lines {
				if phaseSucceeded(line.Text, steps.PhaseTest) {
					success = logMessage(line.Text)
				}
			}
			if failed := runtimeError(lines); failed != "" && success == "" {
				return "", false, &steps.RotationError{Phase: steps.PhaseTest, Line: failed}
			}
			if len(lines) > 0 && r.functionFrom() != steps.FunctionExisting {
				group := logGroup(r.state().FunctionName)
				if err := r.RecordCreated(steps.KindLogGroup, group, group); err != nil {
					return "", false, err
				}
			}
			ended := success != "" && unfinishedVersion(secret) == ""
			return string(steps.PhaseTest), ended, nil
		},
	})
	if _, timedOut := errors.AsType[*steps.TimeoutError](err); timedOut && success == "" && unfinishedVersion(secret) == "" {
		return secret, "", nil // the version is gone again; whether the test went well, the log would tell
	}
	return secret, success, err
}

// proveUnchanged is what verification can prove where nothing was rotated yet.
func (r run) proveUnchanged(ctx context.Context) error {
	_, credentials, err := r.readSecret(ctx, steps.LabelCurrent)
	if err != nil {
		return err
	}
	r.update(func(s *State) { s.OldPassword = credentials.Password })
	_, err = r.signIn(ctx, credentials, "signs-in")
	if _, unreachable := errors.AsType[*expectedUnreachableError](err); err != nil && !unreachable {
		return err
	}
	if r.Receipt().Tokens[TokenTested] == "" {
		return nil
	}
	return r.Prove(proofByFunction, true, fmt.Sprintf("the function signed in with the current password; the first rotation, by %s, will change it",
		format.Instant(r.state().NextRotation)))
}
