package ui

import (
	"fmt"
	"testing"
	"time"

	"keyturn/steps"
	"keyturn/steps/rotation"
)

// BenchmarkFrame is one message and the frame after it, on the screens with
// the most to draw, at the largest size of the pictures. It must stay under a
// millisecond: an event may come with every look at the account.
func BenchmarkFrame(b *testing.B) {
	many := func(s *stage) {
		s.in(sandboxAccount).at(rotation.StepRotate).running(rotatePlan)
		for range 40 {
			s.report(rotateEvents(2)...).report(databaseEvents()...)
		}
	}
	screens := map[string]func(*stage){
		"rotation running, hundreds of rows": many,
		"lesson":                             func(s *stage) { s.in(sandboxAccount).at(rotation.StepRotate).press("e") },
		"commands, hundreds of calls": func(s *stage) {
			many(s)
			s.press("c")
		},
		"form": func(s *stage) { s.in(sandboxAccount).press("enter") },
		"done": func(s *stage) {
			s.in(sandboxAccount).at(rotation.StepCleanup)
			s.running(cleanupPlan)
			s.succeeds(cleanupResult)
		},
	}
	for name, reach := range screens {
		b.Run(name, func(b *testing.B) {
			s := newStage(b)
			s.width, s.height = 120, 40
			reach(s)
			down, up := keyPress("down"), keyPress("up")
			b.ResetTimer()
			for i := range b.N {
				if i%2 == 0 {
					s.Update(down)
				} else {
					s.Update(up)
				}
				if s.View().Content == "" {
					b.Fatal("nothing drawn")
				}
			}
		})
	}
}

// BenchmarkEvents is an event with its frame while a step runs.
func BenchmarkEvents(b *testing.B) {
	s := newStage(b)
	s.width, s.height = 120, 40
	s.in(sandboxAccount).running(databasePlan)
	s.ticking = true
	b.ResetTimer()
	for i := range b.N {
		s.Update(feedMsg{{s.job.attempt, steps.Waiting{
			For: "the database to be available", Status: fmt.Sprintf("status %d", i%5),
			Elapsed: time.Duration(i) * time.Second, Usual: 6 * time.Minute,
		}}})
		_ = s.View()
	}
}
