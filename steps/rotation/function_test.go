package rotation

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyturn/steps"
)

const existingFunctionARN = "arn:aws:lambda:eu-west-1:123456789012:function:SecretsManagerOurs"

// newRunWithFunction is a run that comes by its function in a way; the world has what
// that way needs.
func newRunWithFunction(t *testing.T, change func(*fakeAWS, *steps.Setup)) *testRun {
	t.Helper()
	fake := newFakeAWS()
	fake.functions = map[string]steps.Function{existingFunctionARN: {ARN: existingFunctionARN, State: "Active", Runtime: "python3.12", Timeout: 30}}
	fake.invokers = []steps.Invoker{{Service: "secretsmanager.amazonaws.com"}}
	run := newTestRun(fake)
	setup := run.Setup()
	change(fake, &setup)
	run.Answer(setup)
	return run
}

var functionSources = map[string]struct {
	change  func(*fakeAWS, *steps.Setup)
	rotate  []string // the calls that change something
	cleanup []string // those before the secret's deletion
}{
	"from the repository": {
		func(*fakeAWS, *steps.Setup) {},
		[]string{"serverlessrepo CreateCloudFormationChangeSet", "cloudformation ExecuteChangeSet", "secretsmanager RotateSecret"},
		[]string{"secretsmanager CancelRotateSecret", "cloudformation DeleteStack"},
	},
	"by the transform": {
		func(_ *fakeAWS, s *steps.Setup) { s.FunctionFrom = steps.FunctionTransform },
		[]string{"cloudformation CreateChangeSet", "cloudformation ExecuteChangeSet"},
		[]string{"cloudformation DeleteStack"},
	},
	"in a region without the repository": {
		func(fake *fakeAWS, _ *steps.Setup) { fake.noRepository = true },
		[]string{"cloudformation CreateChangeSet", "cloudformation ExecuteChangeSet"},
		[]string{"cloudformation DeleteStack"},
	},
	"with a function that exists": {
		func(_ *fakeAWS, s *steps.Setup) { s.FunctionARN = existingFunctionARN },
		[]string{"secretsmanager RotateSecret"},
		[]string{"secretsmanager CancelRotateSecret"},
	},
}

func TestFunctionIsInstalledAndRemovedFromEverySource(t *testing.T) {
	t.Parallel()
	for name, source := range functionSources {
		for _, test := range []bool{false, true} {
			if test {
				name += ", only tested"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				run := newRunWithFunction(t, func(fake *fakeAWS, s *steps.Setup) {
					source.change(fake, s)
					s.TestOnly = test
				})
				var planned []string
				for _, id := range allSteps {
					calls, err := run.Prepare(t.Context(), findStep(id))
					if err != nil {
						t.Fatal(err)
					}
					before := len(run.fake.changes)
					for _, c := range calls {
						planned = append(planned, c.Service+" "+c.Operation)
					}
					if err := run.Execute(t.Context(), findStep(id)); err != nil {
						t.Fatal(err)
					}
					changed := run.fake.changes[before:]
					if id == StepRotate {
						if diff := cmp.Diff(source.rotate, slices.Clone(changed)); diff != "" {
							t.Errorf("rotate (-want +got):\n%s", diff)
						}
					}
					if id == StepCleanup {
						end := slices.Index(changed, "secretsmanager DeleteSecret")
						if diff := cmp.Diff(source.cleanup, slices.Clone(changed[:end])); diff != "" {
							t.Errorf("clean-up (-want +got):\n%s", diff)
						}
					}
				}
				if diff := cmp.Diff(planned, run.fake.changes); diff != "" {
					t.Errorf("planned (-), called (+):\n%s", diff)
				}
				if left := run.Receipt().Left(); len(left) > 0 {
					t.Errorf("left %v", left)
				}
				if own := run.fake.logs[logGroup("SecretsManagerOurs")]; strings.HasPrefix(name, "with a function") && own == nil {
					t.Error("the log of a function that was there before is gone")
				}
			})
		}
	}
}

func TestVersionThatCloudFormationRotatedToIsFound(t *testing.T) {
	t.Parallel()
	run := newRunWithFunction(t, functionSources["by the transform"].change)
	run.must(t, allSteps[:5]...)
	checks := run.checks(StepVerify)
	if want := []string{"password-changed", "new-password-signs-in", "old-password-refused", "previous-version-kept"}; len(checks) != len(want) {
		t.Errorf("checks %+v, want %v", checks, want)
	}
	if got := run.Receipt().Tokens[TokenRotation]; got != "cf000001-by-cloudformation" {
		t.Errorf("the rotation's version is %q", got)
	}
}

func TestInterruptedTransformIsResumed(t *testing.T) {
	t.Parallel()
	run := newRunWithFunction(t, functionSources["by the transform"].change)
	run.must(t, allSteps[:3]...)
	killed := errors.New("killed")
	run.fake.clock.sleep = func(time.Duration) error {
		if slices.Contains(run.fake.changes, "cloudformation ExecuteChangeSet") {
			return killed
		}
		return nil
	}
	if err := run.do(t.Context(), StepRotate); !errors.Is(err, killed) {
		t.Fatalf("error %v", err)
	}
	run.fake.clock.sleep = nil
	_ = run.fake.clock.Sleep(t.Context(), time.Hour) // CloudFormation goes on meanwhile, and rotates
	_, _ = fakeStacks{run.fake}.DescribeStack(t.Context(), "")
	again := run.resumed()
	again.must(t, StepRotate, StepVerify)
	if got := again.Receipt().Tokens[TokenRotation]; got != "cf000001-by-cloudformation" {
		t.Errorf("the rotation's version is %q", got)
	}
	if n := run.fake.transformRotations; n != 1 {
		t.Errorf("rotated %d times", n)
	}
}

func TestRotationThatOnlyTestedProvesNoMoreThanThat(t *testing.T) {
	t.Parallel()
	run := newRunWithFunction(t, func(_ *fakeAWS, s *steps.Setup) { s.TestOnly = true })
	run.must(t, allSteps[:5]...)
	var names []string
	for _, id := range []steps.StepID{StepRotate, StepVerify} {
		for _, c := range run.checks(id) {
			names = append(names, c.Name)
		}
	}
	want := []string{"function-installed", "rotation-enabled", proofByFunction, "signs-in", proofByFunction}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("checks (-want +got):\n%s", diff)
	}
	calls, err := run.Prepare(t.Context(), findStep(StepRotate))
	if err != nil || len(calls) > 0 {
		t.Errorf("planned again: %v, %v", calls, err)
	}
	setup := run.Setup()
	setup.TestOnly = false
	run.Answer(setup)
	if calls, err = run.Prepare(t.Context(), findStep(StepRotate)); err != nil || len(calls) != 1 || !strings.Contains(calls[0].Why, "rotate once, now") {
		t.Errorf("to rotate after all is planned as %v, %v", calls, err)
	}
}

func TestRotationThatFailedAfterTheTransformIsResumed(t *testing.T) {
	t.Parallel()
	run := newRunWithFunction(t, functionSources["by the transform"].change)
	run.must(t, allSteps[:3]...)
	run.fake.rotation = (*fakeAWS).failInSetSecret
	failed, _ := errors.AsType[*steps.StepError](run.do(t.Context(), StepRotate))
	if failed == nil || failed.Diagnosis.ID != "rotation-failed" {
		t.Fatalf("ended with %+v", failed)
	}
	run.fake.rotation = (*fakeAWS).rotateSuccessfully
	run.must(t, StepRotate, StepVerify)
	if got := run.fake.changes[len(run.fake.changes)-1]; got != "secretsmanager RotateSecret" {
		t.Errorf("taken up by %q", got)
	}
	if got := run.Receipt().Tokens[TokenRotation]; got != "cf000001-by-cloudformation" {
		t.Errorf("a second version was made: %q", got)
	}
	run.must(t, StepCleanup)
}

func TestFunctionIsNotTestedWhileARotationIsUnfinished(t *testing.T) {
	t.Parallel()
	run := newRunWithFunction(t, func(*fakeAWS, *steps.Setup) {})
	run.must(t, allSteps[:3]...)
	run.fake.rotation = (*fakeAWS).failInSetSecret
	if err := run.do(t.Context(), StepRotate); err == nil {
		t.Fatal("the rotation did not fail")
	}
	setup := run.Setup()
	setup.TestOnly = true
	run.Answer(setup)
	failed, _ := errors.AsType[*steps.StepError](run.do(t.Context(), StepRotate))
	if failed == nil || failed.Diagnosis.ID != "rotation-unfinished" {
		t.Errorf("ended with %+v", failed)
	}
}

func TestTransformTakesOverWhereTheRepositoryCannot(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"no such endpoint":    {steps.ErrNoSuchEndpoint, true},
		"no such application": {&steps.ServiceError{Service: "serverlessrepo", Code: "NotFoundException", Kind: steps.ErrNotFound}, true},
		"forbidden":           {&steps.ServiceError{Service: "serverlessrepo", Code: "ForbiddenException", Kind: steps.ErrAccessDenied}, true},
		"denied":              {&steps.ServiceError{Service: "serverlessrepo", Code: "AccessDeniedException", Kind: steps.ErrAccessDenied}, false},
		"unreachable":         {steps.ErrEndpointUnreachable, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, from := range []steps.FunctionSource{steps.FunctionAuto, steps.FunctionSAR} {
				run := newRunWithFunction(t, func(fake *fakeAWS, s *steps.Setup) {
					fake.failWith["serverlessrepo GetApplication"], s.FunctionFrom = test.err, from
				})
				run.must(t, allSteps[:3]...)
				calls, err := run.Prepare(t.Context(), findStep(StepRotate))
				if want := test.want && from == steps.FunctionAuto; want != (err == nil) {
					t.Errorf("%s: planned %v, error %v", from, calls, err)
				} else if want && (calls[0].Operation != "CreateChangeSet" || !strings.Contains(calls[0].Why, "Serverless Application Repository")) {
					t.Errorf("planned %v", calls)
				}
			}
		})
	}
}

func TestTransformTakesOverWhereLambdaRefusesTheRuntime(t *testing.T) {
	t.Parallel()
	run := newRunWithFunction(t, func(fake *fakeAWS, _ *steps.Setup) {
		fake.stackFails = "The runtime parameter of python3.8 is no longer supported for creating or updating AWS Lambda functions."
	})
	run.must(t, allSteps[:3]...)
	err := run.do(t.Context(), StepRotate)
	failed, _ := errors.AsType[*steps.StepError](err)
	if failed == nil || failed.Diagnosis.ID != "function-runtime-retired" || !failed.Diagnosis.AutoRetry {
		t.Fatalf("error %v", err)
	}
	again, _ := errors.AsType[*steps.StepError](run.do(t.Context(), StepRotate))
	if again == nil || again.Diagnosis.ID != "function-runtime-retired" || again.Diagnosis.AutoRetry {
		t.Fatalf("the transform failed, too, and ended with %+v", again)
	}
	run.fake.stackFails = ""
	run.must(t, StepRotate, StepVerify)
	want := []string{"cloudformation DeleteStack", "cloudformation CreateChangeSet", "cloudformation ExecuteChangeSet"}
	if got := run.fake.changes[len(run.fake.changes)-3:]; !slices.Equal(got, want) {
		t.Errorf("called %v, want %v", got, want)
	}
	run.must(t, StepCleanup)
}

func TestExistingFunctionIsCheckedBeforeUse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*fakeAWS, *steps.Function)
		why    string
	}{
		"no permission":   {func(fake *fakeAWS, _ *steps.Function) { fake.invokers = nil }, "does not let secretsmanager.amazonaws.com invoke it"},
		"another service": {func(fake *fakeAWS, _ *steps.Function) { fake.invokers[0].Service = "s3.amazonaws.com" }, "does not let secretsmanager"},
		"another account": {func(fake *fakeAWS, _ *steps.Function) { fake.invokers[0].Accounts = []string{"210987654321"} }, "another account"},
		"another secret": {func(fake *fakeAWS, _ *steps.Function) {
			fake.invokers[0].Sources = []string{"arn:aws:secretsmanager:*:*:secret:x*"}
		}, "other secrets"},
		"a retired runtime": {func(_ *fakeAWS, f *steps.Function) { f.Runtime = "python3.7" }, "runtime python3.7"},
		"a failed state":    {func(_ *fakeAWS, f *steps.Function) { f.State, f.StateReason = "Failed", "EniLimitExceeded" }, "EniLimitExceeded"},
		"a failed update":   {func(_ *fakeAWS, f *steps.Function) { f.LastUpdateStatus = "Failed" }, "last update"},
		"three seconds":     {func(_ *fakeAWS, f *steps.Function) { f.Timeout = 3 }, "timeout of 3 seconds"},
		"outside a private VPC": {func(fake *fakeAWS, _ *steps.Function) {
			fake.database.PubliclyAccessible, fake.database.VPCID = false, "vpc-1"
		}, "VPC vpc-1"},
		"gone": {func(fake *fakeAWS, _ *steps.Function) { fake.functions = nil }, "no such function"},
		"limited to this secret": {func(fake *fakeAWS, _ *steps.Function) {
			fake.invokers[0].Sources = []string{"arn:aws:secretsmanager:*:*:secret:MyTest*"}
		}, ""},
		"limited to this account":   {func(fake *fakeAWS, _ *steps.Function) { fake.invokers[0].Accounts = []string{"123456789012"} }, ""},
		"everybody may invoke it":   {func(fake *fakeAWS, _ *steps.Function) { fake.invokers[0].Service = "*" }, ""},
		"inactive, not used lately": {func(_ *fakeAWS, f *steps.Function) { f.State = "Inactive" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := newRunWithFunction(t, functionSources["with a function that exists"].change)
			run.must(t, allSteps[:3]...)
			function := run.fake.functions[existingFunctionARN]
			test.change(run.fake, &function)
			if run.fake.functions != nil {
				run.fake.functions[existingFunctionARN] = function
			}
			before := len(run.fake.changes)
			_, err := run.Prepare(t.Context(), findStep(StepRotate))
			failed, _ := errors.AsType[*steps.StepError](err)
			switch {
			case test.why == "" && err != nil:
				t.Errorf("error %v", err)
			case test.why != "" && (failed == nil || failed.Diagnosis.ID != "function-not-usable" || !strings.Contains(failed.Diagnosis.Why, test.why)):
				t.Errorf("error %v, want one that says %q", err, test.why)
			}
			if got := run.fake.changes[before:]; len(got) > 0 {
				t.Errorf("changed %v", got)
			}
		})
	}
}
