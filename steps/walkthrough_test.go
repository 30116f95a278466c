package steps

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// testActs are two acts; steps that ask and steps that do not stand beside each
// other in all orders, and of each kind one only reads.
func testActs() []Act {
	asking := []Question{{Flag: "name"}}
	return []Act{
		{Title: "first", Steps: []Step{{ID: "a", Questions: asking}, {ID: "b"}, {ID: "c", Questions: asking}}},
		{Title: "second", Steps: []Step{{ID: "d", ReadOnly: true}, {ID: "e", Removes: true}, {ID: "f", Questions: asking, ReadOnly: true}}},
	}
}

// place is where a walkthrough stands, for the set of places that were seen.
type place struct {
	step     StepID
	phase    Phase
	finished bool
}

func placeOf(w Walkthrough) place { return place{w.Step().ID, w.Phase(), w.Finished()} }

var transitions = map[string]func(Walkthrough) Walkthrough{
	"forward": Walkthrough.Forward, "back": Walkthrough.Back, "started": Walkthrough.Started,
	"succeeded": Walkthrough.Succeeded, "failed": Walkthrough.Failed, "retry": Walkthrough.Retry,
	"skip": Walkthrough.Skip, "next": Walkthrough.NextStep,
}

func TestWalkthroughInvariants(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		walk := NewWalkthrough(testActs()...)
		names := []string{"back", "failed", "forward", "next", "retry", "skip", "started", "succeeded"}
		for range rapid.IntRange(0, 120).Draw(t, "length") {
			name := rapid.SampledFrom(names).Draw(t, "transition")
			before := walk
			copied := NewWalkthrough(testActs()...)
			copied.at, copied.phase, copied.attempt, copied.finished = walk.at, walk.phase, walk.attempt, walk.finished
			copy(copied.done, walk.done)
			copy(copied.skipped, walk.skipped)

			walk = transitions[name](before)

			if !reflect.DeepEqual(before, copied) {
				t.Fatalf("%s changed the value it was given: %+v", name, before)
			}
			if walk.Index() < before.Index() {
				t.Fatalf("%s went from step %d to %d", name, before.Index(), walk.Index())
			}
			if walk.Attempt() < before.Attempt() {
				t.Fatalf("%s took the attempt from %d to %d", name, before.Attempt(), walk.Attempt())
			}
			begins := Review
			if walk.Step().ReadOnly {
				begins = Running
			}
			entered := walk.Phase() == begins && before.Phase() != begins
			if entered != (walk.Attempt() > before.Attempt()) {
				t.Fatalf("%s: an attempt begins with the review, or with the run of a step without: %v to %v", name, placeOf(before), placeOf(walk))
			}
			for i := range walk.Steps() {
				if before.StateOf(i) == StepDone && walk.StateOf(i) != StepDone {
					t.Fatalf("%s undid step %d", name, i)
				}
				if i < walk.Index() && walk.StateOf(i) != StepDone && walk.StateOf(i) != StepSkipped {
					t.Fatalf("%s left step %d behind as %q", name, i, walk.StateOf(i))
				}
			}
			if before.Finished() && !reflect.DeepEqual(before, walk) {
				t.Fatalf("%s moved a finished walkthrough", name)
			}
		}
	})
}

func TestBackThenForwardReturns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		walk := NewWalkthrough(testActs()...)
		for range rapid.IntRange(0, 60).Draw(t, "length") {
			walk = transitions[rapid.SampledFrom([]string{"forward", "started", "succeeded", "next", "skip"}).Draw(t, "transition")](walk)
		}
		back := walk.Back()
		if reflect.DeepEqual(back, walk) {
			return
		}
		if again := back.Forward(); placeOf(again) != placeOf(walk) {
			t.Fatalf("from %v back to %v and forward to %v", placeOf(walk), placeOf(back), placeOf(again))
		}
	})
}

func TestEveryPlaceCanBeReached(t *testing.T) {
	t.Parallel()
	seen := map[place]bool{}
	var visit func(Walkthrough)
	visit = func(w Walkthrough) {
		if seen[placeOf(w)] {
			return
		}
		seen[placeOf(w)] = true
		for _, move := range transitions {
			visit(move(w))
		}
	}
	visit(NewWalkthrough(testActs()...))
	for _, step := range StepsOf(testActs()) {
		for _, phase := range []Phase{Read, Ask, Review, Running, Done, Failed} {
			want := true
			switch phase {
			case Ask:
				want = len(step.Questions) > 0
			case Review:
				want = !step.ReadOnly
			}
			if got := seen[place{step.ID, phase, false}]; got != want {
				t.Errorf("%s, %s: reached %v, want %v", step.ID, phase, got, want)
			}
		}
	}
	if !seen[place{"f", Done, true}] {
		t.Error("the end cannot be reached")
	}
}

func TestRetryAsksForANewReview(t *testing.T) {
	t.Parallel()
	w := NewWalkthrough(testActs()...).Forward().Forward().Started().Failed()
	again := w.Retry()
	if again.Phase() != Review || again.Attempt() != w.Attempt()+1 {
		t.Errorf("%v, attempt %d after %d", again.Phase(), again.Attempt(), w.Attempt())
	}
	if corrected := w.Back(); corrected.Phase() != Ask {
		t.Errorf("back from a failure leads to %v, not to the questions", corrected.Phase())
	}
}

func TestAStepThatOnlyReadsRunsWithoutAReview(t *testing.T) {
	t.Parallel()
	w := NewWalkthrough(Act{Steps: []Step{{ID: "a", ReadOnly: true}}})
	run := w.Forward()
	if run.Phase() != Running || run.Attempt() != w.Attempt()+1 {
		t.Errorf("forward leads to %v, attempt %d after %d", run.Phase(), run.Attempt(), w.Attempt())
	}
	again := run.Failed().Retry()
	if again.Phase() != Running || again.Attempt() != run.Attempt()+1 {
		t.Errorf("another try leads to %v, attempt %d after %d", again.Phase(), again.Attempt(), run.Attempt())
	}
	if back := run.Failed().Back(); back.Phase() != Read {
		t.Errorf("back from a failure leads to %v, not to read", back.Phase())
	}
}

func TestActIsThatOfTheCurrentStep(t *testing.T) {
	t.Parallel()
	w := NewWalkthrough(testActs()...)
	var titles []string
	for !w.Finished() {
		titles = append(titles, w.Act().Title)
		w = w.Skip()
	}
	if want := []string{"first", "first", "first", "second", "second", "second"}; !slices.Equal(titles, want) {
		t.Errorf("acts %v, want %v", titles, want)
	}
}
