package secrets

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"
)

// The phases of a rotation in order: the Step of the function's events.
const (
	createSecret = "createSecret"
	setSecret    = "setSecret"
	testSecret   = "testSecret"
	finishSecret = "finishSecret"
)

var allPhases = []string{createSecret, setSecret, testSecret, finishSecret}

// How long Secrets Manager waits before it invokes the function for a phase. On
// AWS a rotation takes 2 to 6 seconds, and a user wants to see each phase.
const (
	phaseDelay     = time.Second
	phaseDelayDemo = 900 * time.Millisecond
)

// scheduleInterval is how often the schedules are checked. AWS promises only some
// time within the window.
const scheduleInterval = time.Minute

// event is what a rotation function receives.
type event struct {
	Step               string
	SecretId           string //nolint:revive // the wire's name
	ClientRequestToken string
	RotationToken      string
}

// startRotation runs phases of a rotation in the background, unless that rotation
// already runs. If an earlier one, whose label has moved, still waits for its
// function, the new one starts after it. The caller holds the lock.
func (s *Service) startRotation(sec *secret, token string, phases []string) {
	r := &sec.rotation
	if r.running && r.version == token {
		return
	}
	before, ended := r.ended, make(chan struct{})
	if !r.running {
		before = nil
	}
	r.running, r.version, r.ended = true, token, ended
	r.attempt++
	attempt := r.attempt
	s.cloud.Go(func(ctx context.Context) {
		defer close(ended)
		if before != nil {
			<-before
		}
		done := s.runPhases(ctx, sec, token, phases, attempt)
		s.finishRotation(sec, token, phases, attempt, done)
	})
}

// runPhases invokes the function for each phase in order and reports whether all
// succeeded. The first failure ends the rotation; only the function's log says
// why.
func (s *Service) runPhases(ctx context.Context, sec *secret, token string, phases []string, attempt int) bool {
	for _, phase := range phases {
		if s.cloud.Sleep(ctx, phaseDelay, phaseDelayDemo) != nil {
			return false
		}
		function, ok := s.shouldContinue(sec, attempt)
		if !ok {
			return false
		}
		body, err := json.Marshal(event{Step: phase, SecretId: sec.arn, ClientRequestToken: token, RotationToken: uuid.NewString()})
		if err != nil {
			return false
		}
		if err := s.lambda.Invoke(ctx, function, body); err != nil {
			s.cloud.Log.Info("rotation failed", "secret", sec.arn, "phase", phase)
			return false
		}
	}
	return true
}

// shouldContinue reports whether a rotation should go on, and with which function:
// its secret exists, is not being deleted, and rotation is on.
func (s *Service) shouldContinue(sec *secret, attempt int) (functionARN string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := sec.rotation
	return r.functionARN, s.byARN[sec.arn] == sec && !sec.scheduledForDeletion() && r.enabled && r.attempt == attempt
}

// finishRotation records the result of a rotation. A failed one leaves AWSPENDING
// in place. The version of a test is always deleted.
func (s *Service) finishRotation(sec *secret, token string, phases []string, attempt int, done bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(phases) < len(allPhases) {
		if sec.labels[pending] == token {
			delete(sec.labels, pending)
		}
		sec.versions = slices.DeleteFunc(sec.versions, func(v *version) bool { return v.id == token && sec.isDeprecated(token) })
	}
	if sec.rotation.attempt == attempt {
		sec.rotation.running = false
	}
	if !done || sec.labels[current] != token {
		return
	}
	sec.rotation.lastSucceeded = s.now()
	sec.changed = sec.rotation.lastSucceeded
	sec.rotation.next = sec.rotation.schedule.Next(sec.rotation.lastSucceeded)
}

// runSchedules starts rotations when they are due, until the cloud closes.
func (s *Service) runSchedules(ctx context.Context) {
	tick := time.NewTicker(scheduleInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.startDueRotations()
		}
	}
}

// startDueRotations starts every rotation whose window is open, once a window. A
// failed one stays due and is tried again in the next window.
func (s *Service) startDueRotations() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for _, sec := range s.byARN {
		r := &sec.rotation
		if !r.enabled || sec.scheduledForDeletion() || now.Before(r.next.Opens) || now.Before(r.notBefore) {
			continue
		}
		r.notBefore = r.schedule.Next(now).Opens
		token, unfinished := sec.rotationUnfinished()
		if !unfinished {
			token = uuid.NewString()
			if s.stagePending(sec, token, false) != nil {
				continue
			}
		}
		s.startRotation(sec, token, allPhases)
	}
}
