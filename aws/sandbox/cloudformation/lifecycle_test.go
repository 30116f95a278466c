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

func TestStackDurationsByPace(t *testing.T) {
	t.Parallel()
	for pace, c := range map[cloud.Pace]struct{ review, creation, deletion time.Duration }{
		cloud.Real:    {5 * time.Second, 45 * time.Second, 20 * time.Second},
		cloud.Demo:    {600 * time.Millisecond, 3 * time.Second, 1500 * time.Millisecond},
		cloud.Instant: {},
	} {
		t.Run(string(pace), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, things := newService(t, pace), &thingStore{}
				cs, id := addChangeSet(t, s, things.template("A", "B", "C"))
				wantStatus(t, s, "stack", types.StackStatusReviewInProgress)
				if c.review > 0 {
					_, err := s.ExecuteChangeSet(t.Context(), &api.ExecuteChangeSetInput{ChangeSetName: &cs})
					wantError(t, err, "InvalidChangeSetStatus", "ChangeSet ["+cs+"] cannot be executed in its current status of [CREATE_IN_PROGRESS]")
				}
				advance(c.review)
				execute(t, s, cs)
				wantStatus(t, s, id, types.StackStatusCreateInProgress)
				advance(c.creation / 2)
				if c.creation > 0 && things.contents() != "A" {
					t.Errorf("half way there is %q, want A", things.contents())
				}
				advance(c.creation - c.creation/2)
				wantStatus(t, s, id, types.StackStatusCreateComplete)
				if got := describe(t, s, id).Outputs; len(got) != 1 || *got[0].OutputValue != "C" {
					t.Errorf("outputs = %v", got)
				}
				deleteStack(t, s, id)
				wantStatus(t, s, id, types.StackStatusDeleteInProgress)
				advance(c.deletion)
				wantStatus(t, s, id, types.StackStatusDeleteComplete)
				if things.contents() != "" {
					t.Errorf("%q is left", things.contents())
				}
			})
		})
	}
}

// advance waits for d and for all that happens by then.
func advance(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestFailedStackRollsBack(t *testing.T) {
	t.Parallel()
	t.Run("is rolled back, last made first", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s, things := newService(t, cloud.Instant), &thingStore{broken: map[string]bool{"C": true}}
			cs, id := addChangeSet(t, s, things.template("A", "B", "C", "D"))
			synctest.Wait()
			execute(t, s, cs)
			synctest.Wait()
			wantStatus(t, s, id, types.StackStatusRollbackComplete)
			if things.contents() != "" {
				t.Errorf("%q is left", things.contents())
			}
			wantEvents(t, s, id,
				"stack REVIEW_IN_PROGRESS User Initiated", "stack CREATE_IN_PROGRESS User Initiated",
				"A CREATE_IN_PROGRESS ", "A CREATE_IN_PROGRESS Resource creation Initiated", "A CREATE_COMPLETE ",
				"B CREATE_IN_PROGRESS ", "B CREATE_IN_PROGRESS Resource creation Initiated", "B CREATE_COMPLETE ",
				"C CREATE_IN_PROGRESS ", "C CREATE_FAILED C is broken",
				"stack ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [C]. Rollback requested by user.",
				"C DELETE_IN_PROGRESS ", "C DELETE_COMPLETE ", "B DELETE_IN_PROGRESS ", "B DELETE_COMPLETE ", "A DELETE_IN_PROGRESS ", "A DELETE_COMPLETE ",
				"stack ROLLBACK_COMPLETE ")
			_, _, err := s.AddChangeSet(spec("stack", "second"))
			wantError(t, err, "ValidationError", "Stack:"+id+" is in ROLLBACK_COMPLETE state and can not be updated.")
			deleteStack(t, s, id)
			synctest.Wait()
			wantStatus(t, s, id, types.StackStatusDeleteComplete)
			_, _, err = s.AddChangeSet(spec("stack", "third"))
			check(t, err)
		})
	})
	t.Run("stays as it is if its maker wants that", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s, things := newService(t, cloud.Instant), &thingStore{broken: map[string]bool{"B": true}}
			cs, id := addChangeSet(t, s, things.template("A", "B"))
			synctest.Wait()
			_, err := s.ExecuteChangeSet(t.Context(), &api.ExecuteChangeSetInput{ChangeSetName: &cs, DisableRollback: aws.Bool(true)})
			check(t, err)
			synctest.Wait()
			wantStatus(t, s, id, types.StackStatusCreateFailed)
			if things.contents() != "A" {
				t.Errorf("there is %q, want A", things.contents())
			}
		})
	})
}

func TestDeleteStackWhileCreating(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, things := newService(t, cloud.Real), &thingStore{}
		cs, id := addChangeSet(t, s, things.template("A", "B", "C"))
		advance(5 * time.Second)
		execute(t, s, cs)
		advance(20 * time.Second)
		if things.contents() != "A" {
			t.Fatalf("there is %q, want A", things.contents())
		}
		deleteStack(t, s, "stack")
		advance(20 * time.Second)
		wantStatus(t, s, id, types.StackStatusDeleteComplete)
		if things.contents() != "" {
			t.Errorf("%q is left", things.contents())
		}
	})
}

func TestUndeletableResourceFailsTheStack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, things := newService(t, cloud.Instant), &thingStore{stuck: map[string]bool{"A": true}}
		cs, id := addChangeSet(t, s, things.template("A", "B"))
		synctest.Wait()
		execute(t, s, cs)
		synctest.Wait()
		deleteStack(t, s, id)
		synctest.Wait()
		wantStatus(t, s, id, types.StackStatusDeleteFailed)
		if got := aws.ToString(describe(t, s, id).StackStatusReason); got != "The following resource(s) failed to delete: [A]. " {
			t.Errorf("reason = %q", got)
		}
		deleteStack(t, s, id, "A")
		synctest.Wait()
		wantStatus(t, s, id, types.StackStatusDeleteComplete)
		if things.contents() != "A" {
			t.Errorf("there is %q, want A retained", things.contents())
		}
	})
}

func TestCloseStopsWorkInProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, things := newService(t, cloud.Real), &thingStore{}
		cs, _ := addChangeSet(t, s, things.template("A"))
		advance(5 * time.Second)
		execute(t, s, cs)
		deleteStack(t, s, "stack")
	})
}

func TestTheSameTokenIsTheSameCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, things := newService(t, cloud.Instant), &thingStore{}
		cs, _ := addChangeSet(t, s, things.template("A"))
		synctest.Wait()
		execute(t, s, cs)
		synctest.Wait()
		execute(t, s, cs)
		_, err := s.ExecuteChangeSet(t.Context(), &api.ExecuteChangeSetInput{ChangeSetName: &cs, ClientRequestToken: aws.String("other")})
		wantError(t, err, "InvalidChangeSetStatus", "ChangeSet ["+cs+"] cannot be executed in its current execution status of [EXECUTE_COMPLETE]")
	})
}
