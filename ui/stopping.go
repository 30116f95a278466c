package ui

import (
	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
)

// stopping asks what ctrl+c means here. A second ctrl+c quits at once; the
// work below goes on until something is chosen.
type stopping struct {
	app         *app
	chosen      int
	first, last int // the lines of the chosen way, as last drawn
}

// stop is ctrl+c. Where nothing runs and nothing was made it simply quits.
func (a *app) stop() tea.Cmd {
	_, asked := a.top().screen.(*stopping)
	if asked || a.account == nil || a.run == nil || a.flow.Finished() || !a.ledger.made && a.job == nil {
		return tea.Quit
	}
	kept := a.layers[:1]
	if a.isAskingMFACode() {
		kept = a.layers // it waits for its answer
	}
	a.layers = append(kept, &layer{screen: &stopping{app: a}})
	return nil
}

// stopWord is what the footer calls ctrl+c.
func (a *app) stopWord() string {
	if _, asked := a.top().screen.(*stopping); asked {
		return "quit at once"
	}
	return "stop"
}

func (s *stopping) heading() (string, string) { return s.app.stepHeading(), "stop?" }

// stopOption is one answer to the question.
type stopOption struct {
	name, about string
	take        func() tea.Cmd
}

// options are the possible answers, the harmless one first.
func (s *stopping) options() []stopOption {
	a := s.app
	ways := []stopOption{{"Carry on", "as if nothing had been pressed", a.closeTop}}
	if a.flow.Phase() == steps.Running && a.job != nil {
		about := "what was made so far stays, and is in the receipt; you can try again or clean up"
		if a.account.Kind == steps.AWS {
			about = "AWS goes on by itself; trying again finds what is there and carries on"
		}
		ways = append(ways, stopOption{"Stop waiting", about, s.stopWaiting})
	}
	if a.ledger.made && !a.flow.Step().Removes {
		ways = append(ways, stopOption{"Undo", "go to step 6 and remove what this run made, after a review", a.skipToCleanup})
	}
	about := "what this run made stays in the account"
	if a.opts.ResumeCommand != nil {
		about += "; " + a.opts.ResumeCommand(a.result.Run) + " takes it up"
	}
	if a.account.Kind == steps.Sandbox {
		about = "the sandbox ends with the program, and all in it"
	}
	return append(ways, stopOption{"Quit", about, func() tea.Cmd { return tea.Quit }})
}

// stopWaiting cancels the step's work and stays until it has let go.
func (s *stopping) stopWaiting() tea.Cmd {
	if s.app.job != nil {
		s.app.job.stopped = true
		s.app.job.cancel()
	}
	return s.app.closeTop()
}

func (s *stopping) body(width int) []string {
	a := s.app
	lines := []string{}
	if wait, ok := a.progress.currentWait(); ok && a.job != nil {
		lines = append(hang(a.th.accent.Render(a.spinner())+" ",
			"waiting for "+wait.text+", "+wait.runningFor(a.clock), width), "")
	}
	ways := s.options()
	s.chosen = min(s.chosen, len(ways)-1)
	for i, way := range ways {
		mark, style := "  ", a.th.text
		if i == s.chosen {
			mark, style = a.th.accent.Render("› "), a.th.accent.bold()
			s.first = len(lines)
		}
		lines = append(lines, hang(mark+style.Render(pad(way.name, 14)), a.th.faint.Render(way.about), width)...)
		if i == s.chosen {
			s.last = len(lines) - 1
		}
	}
	return lines
}

func (s *stopping) choosing() bool { return true }

func (s *stopping) chosenLines(width int) (first, last int) {
	s.body(width)
	return s.first, s.last
}

func (s *stopping) actions() []action {
	a := s.app
	return []action{
		bindKey(withHelp(a.keys.Forward, "choose"), func() tea.Cmd { return s.options()[min(s.chosen, len(s.options())-1)].take() }),
		{key: a.keys.Choose, do: func(msg tea.KeyPressMsg) tea.Cmd {
			by := 1
			if msg.Keystroke() == "up" {
				by = len(s.options()) - 1
			}
			s.chosen = (s.chosen + by) % len(s.options())
			return nil
		}},
		bindKey(withHelp(a.keys.Back, "carry on"), a.closeTop),
	}
}
