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

// callsOfFullRuns are, for each way to come by the function, the changing calls of a
// run in which nothing goes wrong.
func callsOfFullRuns(t *testing.T) map[string][]string {
	t.Helper()
	calls := map[string][]string{}
	for name, source := range functionSources {
		run := newRunWithFunction(t, source.change)
		run.must(t, allSteps...)
		calls[name] = run.fake.changes
	}
	return calls
}

func TestInterruptedRunIsResumedOrCleanedUp(t *testing.T) {
	t.Parallel()
	calls := callsOfFullRuns(t)
	rapid.Check(t, func(rt *rapid.T) {
		source := rapid.SampledFrom(slices.Sorted(maps.Keys(functionSources))).Draw(rt, "source")
		proofs, testOnly := 4, rapid.Bool().Draw(rt, "only tested")
		if testOnly {
			proofs = 2
		}
		run := newRunWithFunction(t, func(fake *fakeAWS, s *steps.Setup) {
			functionSources[source].change(fake, s)
			s.TestOnly = testOnly
		})
		fake := run.fake
		_ = run.Open()
		for range rapid.IntRange(0, 4).Draw(rt, "breaks") {
			call := rapid.SampledFrom(calls[source]).Draw(rt, "call")
			if rapid.Bool().Draw(rt, "lost answer") {
				fake.loseAnswer[call] = errors.New("connection reset")
			} else {
				fake.failWith[call] = errors.New("connection reset")
			}
			_ = run.do(t.Context(), allSteps[:rapid.IntRange(1, 6).Draw(rt, "steps")]...)
			clear(fake.loseAnswer)
			clear(fake.failWith)
			run = run.resumed()
			_ = run.Open()
		}
		begunCleanup := slices.ContainsFunc(run.Receipt().Steps, func(o steps.StepOutcome) bool { return o.Step == StepCleanup })
		if rapid.Bool().Draw(rt, "carried on") && !begunCleanup {
			if err := run.do(t.Context(), allSteps[:5]...); err != nil {
				rt.Fatalf("carried on: %v\n%v", err, fake.changes)
			}
			if checks := run.checks(StepVerify); len(checks) != proofs {
				rt.Fatalf("checks %+v", checks)
			}
		}
		if err := run.do(t.Context(), StepCleanup); err != nil {
			rt.Fatalf("cleaned up: %v\n%v", err, fake.changes)
		}
		if left := run.Receipt().Left(); len(left) > 0 {
			rt.Fatalf("the receipt still has %v", left)
		}
		delete(fake.logs, logGroup(functionNameOf(existingFunctionARN))) // its owner's
		if fake.database != nil && fake.database.deleted.IsZero() || len(fake.groups) > 0 || len(fake.logs) > 0 ||
			fake.secret != nil && fake.secret.DeletedAt.IsZero() || fake.stack != nil && fake.stack.Status != "DELETE_COMPLETE" {
			rt.Fatalf("left in the account after %v", fake.changes)
		}
	})
}

func TestForeignSecurityGroupIsNotUsed(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	run.fake.failWith["ec2 CreateSecurityGroup"] = &steps.ServiceError{Service: "ec2", Operation: "CreateSecurityGroup", Kind: steps.ErrAlreadyExists}
	if err := run.do(t.Context(), StepDatabase); !errors.Is(err, steps.ErrAlreadyExists) {
		t.Errorf("got %v", err)
	}
	if slices.Contains(run.fake.changes, "ec2 AuthorizeSecurityGroupIngress") {
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
			run := newTestRun(newFakeAWS())
			run.must(t, StepDatabase)
			run = run.resumed() // by a process that does not know the password
			fake := run.fake
			fake.failWith["rds ModifyDBInstance"] = &steps.ServiceError{Service: "rds", Operation: "ModifyDBInstance", Kind: steps.ErrInvalidState}
			until := fake.clock.slept + tt.busy
			fake.clock.sleep = func(total time.Duration) error {
				if total >= until {
					delete(fake.failWith, "rds ModifyDBInstance")
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
	run := newTestRun(newFakeAWS())
	run.must(t, StepDatabase, StepSecret)
	if _, err := run.Prepare(t.Context(), findStep(StepRotate)); err != nil {
		t.Fatal(err)
	}
	fake := run.fake
	fake.failWith["secretsmanager RotateSecret"] = &steps.ServiceError{Service: "secretsmanager", Operation: "RotateSecret", Kind: steps.ErrFunctionNotInvocable}
	allowed := fake.clock.slept + 150*time.Second
	fake.clock.sleep = func(total time.Duration) error {
		if total >= allowed {
			delete(fake.failWith, "secretsmanager RotateSecret")
		}
		return nil
	}
	if err := run.Execute(t.Context(), findStep(StepRotate)); err != nil {
		t.Fatal(err)
	}
	tries := 0
	for _, c := range fake.changes {
		if c == "secretsmanager RotateSecret" {
			tries++
		}
	}
	if versions := len(fake.secret.values); tries < 2 || versions != 2 {
		t.Errorf("%d calls made %d versions: each must carry the same token", tries, versions)
	}
}

func TestFunctionNotInvocableIsDiagnosed(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	run.must(t, StepDatabase, StepSecret)
	run.fake.failWith["secretsmanager RotateSecret"] = &steps.ServiceError{
		Service: "secretsmanager", Operation: "RotateSecret", Code: "AccessDeniedException",
		Message: "Secrets Manager cannot invoke the specified Lambda function.", Kind: steps.ErrFunctionNotInvocable,
	}
	if d := executeAndDiagnose(t, run, StepRotate); d.ID != "function-not-invocable" {
		t.Errorf("%+v", d)
	}
}

func TestPollToleratesTransientErrors(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	fake := run.fake
	fake.clock.sleep = func(total time.Duration) error {
		delete(fake.failWith, "rds DescribeDBInstances")
		if total > 5*time.Minute && total < 5*time.Minute+20*time.Second {
			fake.failWith["rds DescribeDBInstances"] = &steps.ServiceError{Service: "rds", Kind: steps.ErrEndpointUnreachable}
		}
		return nil
	}
	run.must(t, StepDatabase)
}

func TestPollEndsWhereTheConnectionKeepsBreaking(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	fake := run.fake
	looks := 0
	fake.clock.sleep = func(time.Duration) error {
		fake.failWith["rds DescribeDBInstances"] = &steps.ServiceError{Service: "rds", Kind: steps.ErrConnectionBroken}
		looks++
		return nil
	}
	if d := executeAndDiagnose(t, run, StepDatabase); d.ID != "endpoint-unreachable" {
		t.Errorf("%+v", d)
	}
	if looks != 1 {
		t.Errorf("%d pauses: the client has tried often enough after the first", looks)
	}
}

func TestCleanupLiftsDeletionProtection(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	run.must(t, StepDatabase)
	run.fake.database.DeletionProtected = true
	calls, err := run.Prepare(t.Context(), findStep(StepCleanup))
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
	run := newTestRun(newFakeAWS())
	run.fake.failWith["logs FilterLogEvents"] = &steps.ServiceError{Service: "logs", Operation: "FilterLogEvents", Kind: steps.ErrAccessDenied}
	run.must(t, allSteps...)
}

func TestNamesKeepAWSLimits(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	// Stack names have at most 128 characters, group names 255 and no "sg-" before them.
	if n := len(stackPrefix + run.stackName()); n > 128 {
		t.Errorf("the stack's name has %d characters", n)
	}
	if name := run.groupName(); len(name) > 255 || name[:3] == "sg-" {
		t.Errorf("the group is named %s", name)
	}
}
