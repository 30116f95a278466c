package cloudformation_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"keyturn/aws/sandbox/cloud"
)

func TestHowLongAStackTakes(t *testing.T) {
	t.Parallel()
	for pace, c := range map[cloud.Pace]struct{ review, creation, deletion time.Duration }{
		cloud.Real:    {5 * time.Second, 45 * time.Second, 20 * time.Second},
		cloud.Demo:    {600 * time.Millisecond, 3 * time.Second, 1500 * time.Millisecond},
		cloud.Instant: {},
	} {
		t.Run(string(pace), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, things := open(t, pace), &shelf{}
				cs, id := propose(t, s, things.template("A", "B", "C"))
				wantStatus(t, s, "stack", types.StackStatusReviewInProgress)
				if c.review > 0 {
					_, err := s.ExecuteChangeSet(t.Context(), &api.ExecuteChangeSetInput{ChangeSetName: &cs})
					wantError(t, err, "InvalidChangeSetStatus", "ChangeSet ["+cs+"] cannot be executed in its current status of [CREATE_IN_PROGRESS]")
				}
				pass(c.review)
				execute(t, s, cs)
				wantStatus(t, s, id, types.StackStatusCreateInProgress)
				pass(c.creation / 2)
				if c.creation > 0 && things.holds() != "A" {
					t.Errorf("half way there is %q, want A", things.holds())
				}
				pass(c.creation - c.creation/2)
				wantStatus(t, s, id, types.StackStatusCreateComplete)
				if got := describe(t, s, id).Outputs; len(got) != 1 || *got[0].OutputValue != "C" {
					t.Errorf("outputs = %v", got)
				}
				remove(t, s, id)
				wantStatus(t, s, id, types.StackStatusDeleteInProgress)
				pass(c.deletion)
				wantStatus(t, s, id, types.StackStatusDeleteComplete)
				if things.holds() != "" {
					t.Errorf("%q is left", things.holds())
				}
			})
		})
	}
}

// pass lets the time pass, and what it sets off happen.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestFailedStackRollsBack(t *testing.T) {
	t.Parallel()
	t.Run("is rolled back, last made first", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s, things := open(t, cloud.Instant), &shelf{broken: map[string]bool{"C": true}}
			cs, id := propose(t, s, things.template("A", "B", "C", "D"))
			synctest.Wait()
			execute(t, s, cs)
			synctest.Wait()
			wantStatus(t, s, id, types.StackStatusRollbackComplete)
			if things.holds() != "" {
				t.Errorf("%q is left", things.holds())
			}
			wantEvents(t, s, id,
				"stack REVIEW_IN_PROGRESS User Initiated", "stack CREATE_IN_PROGRESS User Initiated",
				"A CREATE_IN_PROGRESS ", "A CREATE_IN_PROGRESS Resource creation Initiated", "A CREATE_COMPLETE ",
				"B CREATE_IN_PROGRESS ", "B CREATE_IN_PROGRESS Resource creation Initiated", "B CREATE_COMPLETE ",
				"C CREATE_IN_PROGRESS ", "C CREATE_FAILED C is broken",
				"stack ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [C]. Rollback requested by user.",
				"C DELETE_IN_PROGRESS ", "C DELETE_COMPLETE ", "B DELETE_IN_PROGRESS ", "B DELETE_COMPLETE ", "A DELETE_IN_PROGRESS ", "A DELETE_COMPLETE ",
				"stack ROLLBACK_COMPLETE ")
			_, _, err := s.Propose(spec("stack", "second"))
			wantError(t, err, "ValidationError", "Stack:"+id+" is in ROLLBACK_COMPLETE state and can not be updated.")
			remove(t, s, id)
			synctest.Wait()
			wantStatus(t, s, id, types.StackStatusDeleteComplete)
			_, _, err = s.Propose(spec("stack", "third"))
			check(t, err)
		})
	})
	t.Run("stays as it is if its maker wants that", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s, things := open(t, cloud.Instant), &shelf{broken: map[string]bool{"B": true}}
			cs, id := propose(t, s, things.template("A", "B"))
			synctest.Wait()
			_, err := s.ExecuteChangeSet(t.Context(), &api.ExecuteChangeSetInput{ChangeSetName: &cs, DisableRollback: aws.Bool(true)})
			check(t, err)
			synctest.Wait()
			wantStatus(t, s, id, types.StackStatusCreateFailed)
			if things.holds() != "A" {
				t.Errorf("there is %q, want A", things.holds())
			}
		})
	})
}

func TestDeleteStackWhileCreating(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, things := open(t, cloud.Real), &shelf{}
		cs, id := propose(t, s, things.template("A", "B", "C"))
		pass(5 * time.Second)
		execute(t, s, cs)
		pass(20 * time.Second)
		if things.holds() != "A" {
			t.Fatalf("there is %q, want A", things.holds())
		}
		remove(t, s, "stack")
		pass(20 * time.Second)
		wantStatus(t, s, id, types.StackStatusDeleteComplete)
		if things.holds() != "" {
			t.Errorf("%q is left", things.holds())
		}
	})
}

func TestUndeletableResourceFailsTheStack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, things := open(t, cloud.Instant), &shelf{stuck: map[string]bool{"A": true}}
		cs, id := propose(t, s, things.template("A", "B"))
		synctest.Wait()
		execute(t, s, cs)
		synctest.Wait()
		remove(t, s, id)
		synctest.Wait()
		wantStatus(t, s, id, types.StackStatusDeleteFailed)
		if got := aws.ToString(describe(t, s, id).StackStatusReason); got != "The following resource(s) failed to delete: [A]. " {
			t.Errorf("reason = %q", got)
		}
		remove(t, s, id, "A")
		synctest.Wait()
		wantStatus(t, s, id, types.StackStatusDeleteComplete)
		if things.holds() != "A" {
			t.Errorf("there is %q, want A retained", things.holds())
		}
	})
}

func TestCloseStopsWorkInProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, things := open(t, cloud.Real), &shelf{}
		cs, _ := propose(t, s, things.template("A"))
		pass(5 * time.Second)
		execute(t, s, cs)
		remove(t, s, "stack")
	})
}

func TestTheSameTokenIsTheSameCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, things := open(t, cloud.Instant), &shelf{}
		cs, _ := propose(t, s, things.template("A"))
		synctest.Wait()
		execute(t, s, cs)
		synctest.Wait()
		execute(t, s, cs)
		_, err := s.ExecuteChangeSet(t.Context(), &api.ExecuteChangeSetInput{ChangeSetName: &cs, ClientRequestToken: aws.String("other")})
		wantError(t, err, "InvalidChangeSetStatus", "ChangeSet ["+cs+"] cannot be executed in its current execution status of [EXECUTE_COMPLETE]")
	})
}
