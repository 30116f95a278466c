package line

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"keyturn/steps"
)

// ErrStopped is returned when the person chose to stop at a prompt.
var ErrStopped = errors.New("stopped by you")

// Session takes a run through its steps in line mode. Ask is nil when nobody
// is there to answer: then every default stands and a failure ends the run.
type Session struct {
	Run *steps.Run
	Ask *Prompter
	// Keep leaves the clean-up out: the run ends after verification.
	Keep bool
}

// Walk goes from where w stands to the last step. It returns a *steps.StepError
// when a step failed for good, ErrStopped, or the context's error.
func (s Session) Walk(ctx context.Context, w steps.Walkthrough) error {
	if s.Ask != nil && s.Ask.commands != nil {
		s.Ask.say("At any question, %s prints the AWS commands so far.", commandsKey)
	}
	var failure error
	for !w.Finished() {
		var err error
		switch w.Phase() {
		case steps.Read:
			w, err = s.introduceStep(ctx, w)
		case steps.Ask:
			w, err = s.askQuestions(ctx, w)
		case steps.Review:
			w, failure, err = s.reviewPlan(ctx, w)
		case steps.Running:
			w, failure, err = s.execute(ctx, w)
		case steps.Failed:
			w, err = s.handleFailure(ctx, w, failure)
		case steps.Done:
			w = w.NextStep()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s Session) introduceStep(ctx context.Context, w steps.Walkthrough) (steps.Walkthrough, error) {
	step := w.Step()
	if s.Keep && step.Removes {
		return w.Skip(), s.Run.Skip(step)
	}
	if s.Ask == nil {
		return w.Forward(), nil
	}
	s.Ask.say("\nStep %d of %d: %s", w.Index()+1, len(w.Steps()), step.Title)
	if step.Removes {
		return s.keepOrClean(ctx, w)
	}
	for {
		answer, err := s.Ask.chooseKey(ctx, "Enter to go on, e to read the lesson, q to stop", "e", "q")
		switch {
		case err != nil:
			return w, err
		case answer == "q":
			return w, ErrStopped
		case answer == "":
			return w.Forward(), nil
		}
		s.Ask.say("\n%s\n", strings.TrimSpace(step.Lesson))
	}
}

// keepOrClean asks what the tutorial asks before its last step: the follow-on
// tutorial needs what this one made.
func (s Session) keepOrClean(ctx context.Context, w steps.Walkthrough) (steps.Walkthrough, error) {
	for {
		answer, err := s.Ask.chooseKey(ctx, "Enter to clean up, k to keep everything, e to read the lesson", "e", "k")
		switch {
		case err != nil:
			return w, err
		case answer == "k":
			return w.Skip(), s.Run.Skip(w.Step())
		case answer == "":
			return w.Forward(), nil
		}
		s.Ask.say("\n%s\n", strings.TrimSpace(w.Step().Lesson))
	}
}

func (s Session) askQuestions(ctx context.Context, w steps.Walkthrough) (steps.Walkthrough, error) {
	if s.Ask != nil {
		setup := s.Run.Setup()
		for _, q := range w.Step().Questions {
			if !q.IsAsked(setup) {
				continue
			}
			if q.Kind == steps.Secret && !setup.MasterPassword.IsZero() {
				continue // given by the environment or a file
			}
			if q.Kind == steps.Pick {
				if err := s.Ask.askFromListing(ctx, q, &setup, s.Run.Services()); err != nil {
					return w, err
				}
				continue
			}
			if err := s.Ask.Ask(ctx, q, &setup); err != nil {
				return w, err
			}
		}
		s.Run.Answer(setup)
	}
	return w.Forward(), nil
}

func (s Session) reviewPlan(ctx context.Context, w steps.Walkthrough) (steps.Walkthrough, error, error) {
	calls, err := s.Run.Prepare(ctx, w.Step())
	if err != nil {
		return splitFailure(w, err)
	}
	if s.Ask == nil {
		return w.Started(), nil, nil
	}
	about := w.Step().About(s.Run.Setup())
	if about.Warning != "" {
		s.Ask.say("  Mind: %s", about.Warning)
	}
	s.Ask.say("  Costs: %s\n  Undone by: %s", about.CostsIn(s.Run.Receipt().Account), about.UndoneBy)
	if err := s.acknowledgeDeletion(ctx, calls); err != nil {
		return w, nil, err
	}
	answer, err := s.Ask.chooseKey(ctx, "Enter to do it, b to go back, q to stop", "b", "q")
	switch {
	case err != nil:
		return w, nil, err
	case answer == "q":
		return w, nil, ErrStopped
	case answer == "b":
		return w.Back(), nil, nil
	}
	return w.Started(), nil, nil
}

// acknowledgeDeletion asks for the identifier before a database in an AWS
// account is deleted without a final snapshot, as the console asks for an
// acknowledgement.
func (s Session) acknowledgeDeletion(ctx context.Context, calls []steps.PlannedCall) error {
	for _, c := range calls {
		if c.Operation != "DeleteDBInstance" || s.Run.Receipt().Account == steps.Sandbox {
			continue
		}
		id := s.Run.Setup().DatabaseID()
		s.Ask.say("  The database is deleted without a final snapshot: all its data is lost.")
		for {
			typed, err := s.Ask.askLine(ctx, fmt.Sprintf("Type %s to agree, or q to stop", id), "")
			if err != nil {
				return err
			}
			if typed == "q" {
				return ErrStopped
			}
			if strings.EqualFold(typed, id) {
				return nil
			}
		}
	}
	return nil
}

func (s Session) execute(ctx context.Context, w steps.Walkthrough) (steps.Walkthrough, error, error) {
	if w.Step().ReadOnly { // nothing was reviewed, so nothing is prepared yet
		if _, err := s.Run.Prepare(ctx, w.Step()); err != nil {
			return splitFailure(w, err)
		}
	}
	if err := s.Run.Execute(ctx, w.Step()); err != nil {
		return splitFailure(w, err)
	}
	if s.Ask != nil {
		s.Ask.printResult(w.Step().Result(s.Run))
	}
	return w.Succeeded(), nil, nil
}

// splitFailure tells a step's own failure, which may be repaired, from an end of the
// whole walk.
func splitFailure(w steps.Walkthrough, err error) (steps.Walkthrough, error, error) {
	var failure *steps.StepError
	if errors.As(err, &failure) {
		return w.Failed(), failure, nil
	}
	return w, nil, err
}

func (s Session) handleFailure(ctx context.Context, w steps.Walkthrough, failure error) (steps.Walkthrough, error) {
	var step *steps.StepError
	isStep := errors.As(failure, &step)
	if s.Ask == nil && isStep && step.Diagnosis.AutoRetry {
		return w.Retry(), nil
	}
	if s.Ask == nil || !isStep {
		return w, failure
	}
	for i, remedy := range step.Diagnosis.Remedies {
		s.Ask.say("  %d. %s", i+1, remedy.Label)
	}
	keys := []string{"d", "b", "q"}
	for i := range step.Diagnosis.Remedies {
		keys = append(keys, fmt.Sprint(i+1))
	}
	for {
		answer, err := s.Ask.chooseKey(ctx, s.failedQuestion(len(step.Diagnosis.Remedies)), keys...)
		switch {
		case err != nil:
			return w, err
		case answer == "":
			return w.Retry(), nil
		case answer == "b":
			return w.Back(), nil
		case answer == "q":
			return w, failure
		case answer == "d":
			s.Ask.say("  %s", step.Diagnosis.Raw)
		default:
			n := int(answer[0] - '1')
			return s.repair(ctx, w, step.Diagnosis.Remedies[n])
		}
	}
}

func (s Session) failedQuestion(remedies int) string {
	question := "Enter to try again, d for the details, b to change an answer, q to keep everything and quit"
	if remedies > 0 {
		question += ", or a number to have that done"
	}
	return question
}

func (s Session) repair(ctx context.Context, w steps.Walkthrough, remedy steps.Remedy) (steps.Walkthrough, error) {
	err := s.Run.Apply(ctx, remedy)
	var failure *steps.StepError
	if errors.As(err, &failure) {
		return w, nil // its diagnosis has been shown; the same choice again
	}
	return w.Retry(), err
}
