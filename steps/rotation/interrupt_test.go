package rotation

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"keyturn/steps"
)

// fullRuns are, for each way to come by the function, the changing calls of a
// run in which nothing goes wrong.
func fullRuns(t *testing.T) map[string][]string {
	t.Helper()
	calls := map[string][]string{}
	for name, source := range functionSources {
		run := withFunction(t, source.change)
		run.must(t, allSteps...)
		calls[name] = run.world.changes
	}
	return calls
}

func TestInterruptedRunIsResumedOrCleanedUp(t *testing.T) {
	t.Parallel()
	calls := fullRuns(t)
	rapid.Check(t, func(rt *rapid.T) {
		source := rapid.SampledFrom(slices.Sorted(maps.Keys(functionSources))).Draw(rt, "source")
		proofs, testOnly := 4, rapid.Bool().Draw(rt, "only tested")
		if testOnly {
			proofs = 2
		}
		run := withFunction(t, func(w *world, s *steps.Setup) {
			functionSources[source].change(w, s)
			s.TestOnly = testOnly
		})
		w := run.world
		_ = run.Open()
		for range rapid.IntRange(0, 4).Draw(rt, "breaks") {
			call := rapid.SampledFrom(calls[source]).Draw(rt, "call")
			if rapid.Bool().Draw(rt, "lost answer") {
				w.lose[call] = errors.New("connection reset")
			} else {
				w.refuse[call] = errors.New("connection reset")
			}
			_ = run.do(t.Context(), allSteps[:rapid.IntRange(1, 6).Draw(rt, "steps")]...)
			clear(w.lose)
			clear(w.refuse)
			run = run.resumed()
			_ = run.Open()
		}
		begunCleanup := slices.ContainsFunc(run.Receipt().Steps, func(o steps.StepOutcome) bool { return o.Step == StepCleanup })
		if rapid.Bool().Draw(rt, "carried on") && !begunCleanup {
			if err := run.do(t.Context(), allSteps[:5]...); err != nil {
				rt.Fatalf("carried on: %v\n%v", err, w.changes)
			}
			if checks := run.checks(StepVerify); len(checks) != proofs {
				rt.Fatalf("checks %+v", checks)
			}
		}
		if err := run.do(t.Context(), StepCleanup); err != nil {
			rt.Fatalf("cleaned up: %v\n%v", err, w.changes)
		}
		if left := run.Receipt().Left(); len(left) > 0 {
			rt.Fatalf("the receipt still has %v", left)
		}
		delete(w.logs, logGroup(functionNameOf(ownARN))) // its owner's
		if w.database != nil && w.database.deleted.IsZero() || len(w.groups) > 0 || len(w.logs) > 0 ||
			w.secret != nil && w.secret.DeletedAt.IsZero() || w.stack != nil && w.stack.Status != "DELETE_COMPLETE" {
			rt.Fatalf("left in the account after %v", w.changes)
		}
	})
}

func TestForeignSecurityGroupIsNotUsed(t *testing.T) {
	t.Parallel()
	run := newTrial(newWorld())
	run.world.refuse["ec2 CreateSecurityGroup"] = &steps.ServiceError{Service: "ec2", Operation: "CreateSecurityGroup", Kind: steps.ErrAlreadyExists}
	if err := run.do(t.Context(), StepDatabase); !errors.Is(err, steps.ErrAlreadyExists) {
		t.Errorf("got %v", err)
	}
	if slices.Contains(run.world.changes, "ec2 AuthorizeSecurityGroupIngress") {
		t.Error("a port was opened all the same")
	}
}

func TestPasswordChangeIsRetriedWhileBusy(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		busy time.Duration
		want error
	}{
		"the database is busy with the first one": {40 * time.Second, nil},
		"the database stays in that state":        {time.Hour, steps.ErrInvalidState},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := newTrial(newWorld())
			run.must(t, StepDatabase)
			run = run.resumed() // by a process that does not know the password
			w := run.world
			w.refuse["rds ModifyDBInstance"] = &steps.ServiceError{Service: "rds", Operation: "ModifyDBInstance", Kind: steps.ErrInvalidState}
			until := w.clock.slept + tt.busy
			w.clock.sleep = func(total time.Duration) error {
				if total >= until {
					delete(w.refuse, "rds ModifyDBInstance")
				}
				return nil
			}
			if err := run.do(t.Context(), StepSecret); !errors.Is(err, tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestRotateSecretIsRetriedUntilInvocable(t *testing.T) {
	t.Parallel()
	run := newTrial(newWorld())
	run.must(t, StepDatabase, StepSecret)
	if _, err := run.Prepare(t.Context(), find(StepRotate)); err != nil {
		t.Fatal(err)
	}
	w := run.world
	w.refuse["secretsmanager RotateSecret"] = &steps.ServiceError{Service: "secretsmanager", Operation: "RotateSecret", Kind: steps.ErrFunctionNotInvocable}
	allowed := w.clock.slept + 150*time.Second
	w.clock.sleep = func(total time.Duration) error {
		if total >= allowed {
			delete(w.refuse, "secretsmanager RotateSecret")
		}
		return nil
	}
	if err := run.Execute(t.Context(), find(StepRotate)); err != nil {
		t.Fatal(err)
	}
	tries := 0
	for _, c := range w.changes {
		if c == "secretsmanager RotateSecret" {
			tries++
		}
	}
	if versions := len(w.secret.values); tries < 2 || versions != 2 {
		t.Errorf("%d calls made %d versions: each must carry the same token", tries, versions)
	}
}

func TestFunctionNotInvocableIsDiagnosed(t *testing.T) {
	t.Parallel()
	run := newTrial(newWorld())
	run.must(t, StepDatabase, StepSecret)
	run.world.refuse["secretsmanager RotateSecret"] = &steps.ServiceError{
		Service: "secretsmanager", Operation: "RotateSecret", Code: "AccessDeniedException",
		Message: "Secrets Manager cannot invoke the specified Lambda function.", Kind: steps.ErrFunctionNotInvocable,
	}
	if d := diagnosed(t, run, StepRotate); d.ID != "function-not-invocable" {
		t.Errorf("%+v", d)
	}
}

func TestPollToleratesTransientErrors(t *testing.T) {
	t.Parallel()
	run := newTrial(newWorld())
	w := run.world
	w.clock.sleep = func(total time.Duration) error {
		delete(w.refuse, "rds DescribeDBInstances")
		if total > 5*time.Minute && total < 5*time.Minute+20*time.Second {
			w.refuse["rds DescribeDBInstances"] = &steps.ServiceError{Service: "rds", Kind: steps.ErrEndpointUnreachable}
		}
		return nil
	}
	run.must(t, StepDatabase)
}

func TestPollEndsWhereTheConnectionKeepsBreaking(t *testing.T) {
	t.Parallel()
	run := newTrial(newWorld())
	w := run.world
	looks := 0
	w.clock.sleep = func(time.Duration) error {
		w.refuse["rds DescribeDBInstances"] = &steps.ServiceError{Service: "rds", Kind: steps.ErrConnectionBroken}
		looks++
		return nil
	}
	if d := diagnosed(t, run, StepDatabase); d.ID != "endpoint-unreachable" {
		t.Errorf("%+v", d)
	}
	if looks != 1 {
		t.Errorf("%d pauses: the client has tried often enough after the first", looks)
	}
}

func TestCleanupLiftsDeletionProtection(t *testing.T) {
	t.Parallel()
	run := newTrial(newWorld())
	run.must(t, StepDatabase)
	run.world.database.DeletionProtected = true
	calls, err := run.Prepare(t.Context(), find(StepCleanup))
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(calls, func(c steps.PlannedCall) bool { return c.Operation == "ModifyDBInstance" })
	if at < 0 || calls[at+1].Operation != "DeleteDBInstance" {
		t.Errorf("plan %v", calls)
	}
	run.must(t, StepCleanup)
}

func TestRotationNeedsNoLogAccess(t *testing.T) {
	t.Parallel()
	run := newTrial(newWorld())
	run.world.refuse["logs FilterLogEvents"] = &steps.ServiceError{Service: "logs", Operation: "FilterLogEvents", Kind: steps.ErrAccessDenied}
	run.must(t, allSteps...)
}

func TestNamesFitAWSsLimits(t *testing.T) {
	t.Parallel()
	run := newTrial(newWorld())
	// Stack names have at most 128 characters, group names 255 and no "sg-" before them.
	if n := len(stackPrefix + run.stackName()); n > 128 {
		t.Errorf("the stack's name has %d characters", n)
	}
	if name := run.groupName(); len(name) > 255 || name[:3] == "sg-" {
		t.Errorf("the group is named %s", name)
	}
}
