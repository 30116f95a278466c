package rotation

import (
	"context"
	"errors"
	"strings"
	"time"

	"keyturn/steps"
)

// rotationEndDeadline is how long a rotation may go on that nothing more is heard
// of: its function has 30 s for each phase (AWS's template).
const rotationEndDeadline = 2 * time.Minute

// planWaitForRotationEnd waits for a rotation under way to end before anything is
// removed: its function writes to the log until then, and Lambda makes a log
// group that was deleted too early again. The labels alone do not tell: they
// move before the function has returned.
func (r run) planWaitForRotationEnd(ctx context.Context) ([]action, error) {
	if len(r.logGroups()) == 0 {
		return nil, nil // no rotation was started
	}
	_, settled, err := r.rotationStatus(ctx)
	if err != nil || settled {
		return nil, err
	}
	return []action{readOnlyAction(run.waitForRotationEnd)}, nil
}

func (r run) waitForRotationEnd(ctx context.Context) error {
	err := r.Poll(ctx, steps.Polling{
		For: "the rotation under way to end", Every: r.Intervals().Rotation, Usual: rotationUsual, Deadline: rotationEndDeadline,
		Look: r.rotationStatus,
	})
	if _, timedOut := errors.AsType[*steps.TimeoutError](err); timedOut {
		return nil // its function has run out of time by now
	}
	return err
}

// rotationStatus tells how far a rotation is, and whether neither Secrets
// Manager nor the function goes on with it: each invocation in the log has
// ended, and the labels have moved, or the last invocation failed, or rotation
// is off.
func (r run) rotationStatus(ctx context.Context) (string, bool, error) {
	lines, err := r.runLog(ctx)
	if err != nil {
		return "", false, err
	}
	last, ended := lastInvocation(lines)
	if !ended {
		return "function running", false, nil
	}
	secret, err := r.rotatedSecret(ctx)
	if err != nil {
		return "", false, err
	}
	if secret.RotationEnabled && unfinishedVersion(secret) != "" && runtimeError(last) == "" {
		return string(nextPhase(completedPhases(lines, false))), false, nil
	}
	return "ended", true, nil
}

// logGroups are the logs that a rotation of this run is written to: those of the
// receipt, or of the function that was there before.
func (r run) logGroups() []string {
	tokens := r.Receipt().Tokens
	if arn := r.Setup().FunctionARN; arn != "" && tokens[TokenRotation]+tokens[TokenTest] != "" {
		return []string{logGroup(functionNameOf(arn))}
	}
	var groups []string
	for _, rec := range r.Receipt().Existing(steps.KindLogGroup) {
		groups = append(groups, rec.Name)
	}
	return groups
}

// runLog reads the log of the run's function.
func (r run) runLog(ctx context.Context) ([]steps.LogLine, error) {
	var lines []steps.LogLine
	for _, group := range r.logGroups() {
		more, err := r.logLines(ctx, group)
		if err != nil {
			return nil, err
		}
		lines = append(lines, more...)
	}
	return lines, nil
}

// lastInvocation returns the lines since the latest invocation began, and
// whether every invocation has ended. Lambda writes START and END around each.
func lastInvocation(lines []steps.LogLine) (last []steps.LogLine, ended bool) {
	running := 0
	for i, line := range lines {
		switch {
		case strings.HasPrefix(line.Text, "START RequestId: "):
			running++
			last = lines[i:]
		case strings.HasPrefix(line.Text, "END RequestId: "):
			running--
		}
	}
	return last, running <= 0
}
