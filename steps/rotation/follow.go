package rotation

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"keyturn/steps"
)

// rotationPhases are the function's four calls in order.
var rotationPhases = []steps.RotationPhase{steps.PhaseCreate, steps.PhaseSet, steps.PhaseTest, steps.PhaseFinish}

// logGroup is where Lambda writes what a function logs.
func logGroup(function string) string { return "/aws/lambda/" + function }

// rememberLogLength counts the lines of earlier rotations, which say nothing about
// the one to come. Lines are counted because the clocks of this machine and of
// AWS may differ.
func (r run) rememberLogLength(ctx context.Context) error {
	lines, err := r.functionLog(ctx)
	r.update(func(s *State) { s.logSeen = len(lines) })
	return err
}

// functionLog reads the log of the function that the steps installed.
func (r run) functionLog(ctx context.Context) ([]steps.LogLine, error) {
	return r.logLines(ctx, logGroup(r.state().FunctionName))
}

// logLines reads a log group. Who may not read it sees no lines: the labels
// still tell success.
func (r run) logLines(ctx context.Context, group string) ([]steps.LogLine, error) {
	since := r.Receipt().Opened.Add(-time.Hour)
	lines, err := r.Services().Logs.LogLines(ctx, group, since)
	if errors.Is(err, steps.ErrAccessDenied) || errors.Is(err, steps.ErrNotFound) || errors.Is(err, steps.ErrUnknownOperation) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the function's log: %w", err)
	}
	return lines, nil
}

// followRotation watches the labels move until the new version is AWSCURRENT.
// Success is in the labels; the reason of a failure is only in the function's
// log.
func (r run) followRotation(ctx context.Context) (steps.SecretDescription, error) {
	token := r.Receipt().Tokens[TokenRotation]
	var secret steps.SecretDescription
	var sent steps.RotationMoved
	var lines []steps.LogLine
	err := r.Poll(ctx, steps.Polling{
		For: "the rotation", Every: r.Intervals().Rotation, Usual: rotationUsual, Deadline: rotationDeadline,
		Look: func(ctx context.Context) (string, bool, error) {
			log, err := r.functionLog(ctx)
			if err != nil {
				return "", false, err
			}
			lines = log[min(r.state().logSeen, len(log)):]
			if secret, err = r.Services().Secrets.DescribeSecret(ctx, r.state().SecretARN); err != nil {
				return "", false, fmt.Errorf("look at the secret: %w", err)
			}
			over := hasLabel(secret, token, steps.LabelCurrent)
			done := completedPhases(lines, over)
			if len(done) > 0 {
				if err := r.fingerprintVersion(ctx, token); err != nil {
					return "", false, err
				}
			}
			if previous := versionWithLabel(secret, steps.LabelPrevious); over && previous != "" { // not known where the run was taken up
				if err := r.fingerprintVersion(ctx, previous); err != nil {
					return "", false, err
				}
			}
			moved := steps.RotationMoved{Step: r.Step(), Versions: r.rememberVersions(secret), Completed: done}
			if !reflect.DeepEqual(moved, sent) {
				r.Report(moved)
				sent = moved
			}
			if failed := runtimeError(lines); !over && failed != "" {
				return "", false, &steps.RotationError{Phase: nextPhase(done), Line: failed}
			}
			if over {
				return "finished", true, nil
			}
			if !secret.RotationEnabled {
				return "", false, &steps.RotationError{Phase: nextPhase(done), Cancelled: true}
			}
			return string(nextPhase(done)), false, nil
		},
	})
	var timeout *steps.TimeoutError
	if errors.As(err, &timeout) {
		err = &steps.RotationError{Phase: nextPhase(completedPhases(lines, false)), Line: lastErrorLine(lines), TimedOut: true}
	}
	if len(lines) > 0 && r.functionFrom() != steps.FunctionExisting {
		group := logGroup(r.state().FunctionName)
		err = errors.Join(err, r.RecordCreated(steps.KindLogGroup, group, group))
	}
	return secret, err
}

// completedPhases returns the phases that the function's log, or the labels, say are
// done. A phase implies those before it.
func completedPhases(lines []steps.LogLine, over bool) []steps.RotationPhase {
	if over {
		return slices.Clone(rotationPhases)
	}
	n := 0
	for _, line := range lines {
		for i, phase := range rotationPhases {
			if n <= i && phaseSucceeded(line.Text, phase) {
				n = i + 1
			}
		}
	}
	return slices.Clone(rotationPhases[:n])
}

// phaseSucceeded recognizes the lines with which AWS's published function ends a
// phase well.
func phaseSucceeded(line string, phase steps.RotationPhase) bool {
	return strings.Contains(line, string(phase)+": Successfully") ||
		strings.Contains(line, string(phase)+": AWSPENDING secret is already set") ||
		phase == steps.PhaseFinish && strings.Contains(line, "already marked as AWSCURRENT")
}

func nextPhase(done []steps.RotationPhase) steps.RotationPhase {
	return rotationPhases[min(len(done), len(rotationPhases)-1)]
}

// runtimeError returns the line with which the runtime says that the function
// ended badly, or "". A line that the function itself logs as an error is none
// yet: it may go on to another way.
func runtimeError(lines []steps.LogLine) string {
	for _, line := range lines {
		for _, sign := range []string{"[ERROR] ", "Task timed out after", "Unable to import module", "Runtime exited"} {
			if strings.Contains(line.Text, sign) {
				return logMessage(line.Text)
			}
		}
	}
	return ""
}

// lastErrorLine returns the last line of level error, or "".
func lastErrorLine(lines []steps.LogLine) string {
	for _, line := range slices.Backward(lines) {
		if strings.HasPrefix(line.Text, "[ERROR]") {
			return logMessage(line.Text)
		}
	}
	return ""
}

// logMessage takes level, time and request id off a line of Lambda's Python
// runtime, and a traceback.
func logMessage(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	if i := strings.LastIndexByte(text, '\t'); i >= 0 {
		text = text[i+1:]
	}
	return strings.TrimSpace(strings.TrimPrefix(text, "[ERROR]"))
}
