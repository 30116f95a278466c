package steps

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// rotationPhases are the function's four calls in order.
var rotationPhases = []RotationPhase{PhaseCreate, PhaseSet, PhaseTest, PhaseFinish}

// RotationError is a rotation that did not finish. Phase is the first of the
// function's four that is not known to be done, Line the function's own word
// on it, "" where its log has none. AWSPENDING is still in place.
type RotationError struct {
	Phase    RotationPhase
	Line     string
	TimedOut bool
}

func (e *RotationError) Error() string {
	if e.Line == "" {
		return fmt.Sprintf("rotation stopped in %s", e.Phase)
	}
	return fmt.Sprintf("rotation stopped in %s: %s", e.Phase, e.Line)
}

// logGroup is where Lambda writes what a function logs.
func logGroup(function string) string { return "/aws/lambda/" + function }

// noteLogSoFar counts the lines of earlier rotations, which say nothing about
// the one to come. Lines are counted because the clocks of this machine and of
// AWS may differ.
func (r *Run) noteLogSoFar(ctx context.Context) error {
	lines, err := r.functionLog(ctx)
	r.note(func(s *State) { s.logSeen = len(lines) })
	return err
}

// intendLogGroup notes the log group that Lambda makes when the function first
// runs; no stack takes it away again.
func (r *Run) intendLogGroup() error {
	group := logGroup(r.State().FunctionName)
	return r.keep(func(receipt Receipt) Receipt {
		return receipt.Intend(r.step, KindLogGroup, group, r.clock.Now())
	})
}

// functionLog reads the function's log. Who may not read it sees none: the
// labels still tell success.
func (r *Run) functionLog(ctx context.Context) ([]LogLine, error) {
	since := r.Receipt().Opened.Add(-time.Hour)
	lines, err := r.account.Services.Logs.LogLines(ctx, logGroup(r.State().FunctionName), since)
	if errors.Is(err, ErrAccessDenied) || errors.Is(err, ErrNotFound) || errors.Is(err, ErrUnknownOperation) {
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
func (r *Run) followRotation(ctx context.Context) (SecretDescription, error) {
	token := r.Receipt().Tokens[TokenRotation]
	var secret SecretDescription
	var sent RotationMoved
	var lines []LogLine
	err := r.await(ctx, wait{
		what: "the rotation", every: r.pace().Rotation, usual: rotationUsual, deadline: rotationDeadline,
		look: func(ctx context.Context) (string, bool, error) {
			log, err := r.functionLog(ctx)
			if err != nil {
				return "", false, err
			}
			lines = log[min(r.State().logSeen, len(log)):]
			if secret, err = r.account.Services.Secrets.DescribeSecret(ctx, r.State().SecretARN); err != nil {
				return "", false, fmt.Errorf("look at the secret: %w", err)
			}
			over := hasLabel(secret, token, LabelCurrent)
			done := completed(lines, over)
			if len(done) > 0 {
				if err := r.fingerprintPending(ctx, token); err != nil {
					return "", false, err
				}
			}
			moved := RotationMoved{Step: r.step, Versions: r.noteVersions(secret), Completed: done}
			if !reflect.DeepEqual(moved, sent) {
				r.emit(moved)
				sent = moved
			}
			if failed := crash(lines); !over && failed != "" {
				return "", false, &RotationError{Phase: next(done), Line: failed}
			}
			if over {
				return "finished", true, nil
			}
			return string(next(done)), false, nil
		},
	})
	var timeout *TimeoutError
	if errors.As(err, &timeout) {
		err = &RotationError{Phase: next(completed(lines, false)), Line: complaint(lines), TimedOut: true}
	}
	if len(lines) > 0 {
		group := logGroup(r.State().FunctionName)
		err = errors.Join(err, r.made(KindLogGroup, group, group))
	}
	return secret, err
}

// completed returns the phases that the function's log, or the labels, say are
// done. A phase implies those before it.
func completed(lines []LogLine, over bool) []RotationPhase {
	if over {
		return slices.Clone(rotationPhases)
	}
	n := 0
	for _, line := range lines {
		for i, phase := range rotationPhases {
			if n <= i && succeeded(line.Text, phase) {
				n = i + 1
			}
		}
	}
	return slices.Clone(rotationPhases[:n])
}

// succeeded recognizes the lines with which AWS's published function ends a
// phase well.
func succeeded(line string, phase RotationPhase) bool {
	return strings.Contains(line, string(phase)+": Successfully") ||
		strings.Contains(line, string(phase)+": AWSPENDING secret is already set") ||
		phase == PhaseFinish && strings.Contains(line, "already marked as AWSCURRENT")
}

func next(done []RotationPhase) RotationPhase {
	return rotationPhases[min(len(done), len(rotationPhases)-1)]
}

// crash returns the line with which the runtime says that the function
// ended badly, or "". A line that the function itself logs as an error is none
// yet: it may go on to another way.
func crash(lines []LogLine) string {
	for _, line := range lines {
		for _, sign := range []string{"[ERROR] ", "Task timed out after", "Unable to import module", "Runtime exited"} {
			if strings.Contains(line.Text, sign) {
				return logMessage(line.Text)
			}
		}
	}
	return ""
}

// complaint returns the last line of level error, or "".
func complaint(lines []LogLine) string {
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
