package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keyturn/steps"
	"keyturn/steps/rotation"
)

// scripted is a step with the words and questions of the real one, whose work
// is a script instead of calls to an account.
type scripted struct {
	steps.Step
	emit  func(steps.Event)
	plan  []steps.PlannedCall
	check func() error
	do    func(context.Context, func(steps.Event)) error
}

// step is the real one with the script's work.
func (s *scripted) step() steps.Step {
	step := s.Step
	step.Check = func(ctx context.Context, _ *steps.Run) ([]steps.Action, error) {
		if s.check != nil {
			return s.actions(), s.check()
		}
		return s.actions(), ctx.Err()
	}
	step.Preview = nil
	step.Investigate = nil
	step.Result = func(*steps.Run) steps.Result {
		return steps.Result{Facts: []steps.Fact{{Label: "Exists now", Value: "what the script made"}}}
	}
	return step
}

// actions are the plan's calls, and after them the script's work.
func (s *scripted) actions() []steps.Action {
	var actions []steps.Action
	for _, planned := range s.plan {
		actions = append(actions, steps.Action{Call: planned, Do: func(context.Context, *steps.Run) error {
			c := steps.Call{Service: planned.Service, Operation: planned.Operation, Mutates: true, CLI: "aws " + planned.Service + " " + planned.Operation}
			s.emit(steps.CallStarted{Call: c})
			c.Duration = 300 * time.Millisecond
			s.emit(steps.CallDone{Call: c})
			return nil
		}})
	}
	if s.do != nil {
		actions = append(actions, steps.Action{Do: func(ctx context.Context, _ *steps.Run) error { return s.do(ctx, s.emit) }})
	}
	return actions
}

// script is the six steps as tests change them.
type scriptedSteps map[steps.StepID]*scripted

func newScript() scriptedSteps {
	all := scriptedSteps{}
	for _, step := range rotation.Tutorial().Steps {
		all[step.ID] = &scripted{Step: step}
	}
	all[rotation.StepDatabase].plan = databasePlan.plan
	all[rotation.StepDatabase].do = waits("the database to be available", 2*time.Minute)
	all[rotation.StepRotate].plan = rotatePlan.plan
	all[rotation.StepRotate].do = func(ctx context.Context, emit func(steps.Event)) error {
		for _, e := range rotateEvents(2) {
			emit(e)
		}
		return ctx.Err()
	}
	all[rotation.StepCleanup].plan = cleanupPlan.plan
	return all
}

// waits is work that makes something and then only waits.
func waits(what string, d time.Duration) func(context.Context, func(steps.Event)) error {
	return func(ctx context.Context, emit func(steps.Event)) error {
		emit(steps.ResourceChanged{Action: steps.ResourceCreated, Kind: steps.KindDatabase, ID: "mytestdatabaseinstance"})
		for waited := time.Duration(0); waited < d; waited += 30 * time.Second {
			emit(steps.Waiting{For: what, Status: "creating", Elapsed: waited, Usual: 6 * time.Minute})
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(30 * time.Second):
			}
		}
		return nil
	}
}

// failsOnce is work that fails the first time.
func failsOnce(err error) func(context.Context, func(steps.Event)) error {
	failed := false
	return func(context.Context, func(steps.Event)) error {
		if failed {
			return nil
		}
		failed = true
		return err
	}
}

// person drives the app as Bubble Tea would, inside a synctest bubble: every
// command runs in a goroutine of its own, and time passes only when the test
// says so.
type person struct {
	t   testing.TB
	app *app

	mu    sync.Mutex
	inbox []tea.Msg
	quit  bool
}

// start begins a session in a screen of 80 by 24; it must be called in a
// synctest bubble.
func start(t testing.TB, script scriptedSteps, change func(*Options)) *person {
	t.Helper()
	p := &person{t: t}
	ordered := make([]steps.Step, 0, 6)
	for _, step := range rotation.Tutorial().Steps {
		ordered = append(ordered, script[step.ID].step())
	}
	o := Options{
		Acts: []steps.Act{{Steps: ordered}}, Setup: steps.Defaults(testRun), Choice: steps.AccountChoice{Kind: steps.Sandbox},
		Open: func(_ context.Context, choice steps.AccountChoice, _ func(steps.Event)) (*steps.Account, error) {
			account := sandboxAccount
			if choice.Kind == steps.AWS {
				account = awsAccount
			}
			return &account, nil
		},
		NewRun: func(account *steps.Account, setup steps.Setup, relay *steps.Relay) (*steps.Run, error) {
			for _, step := range script {
				step.emit = relay.Emit
			}
			return steps.NewRun(steps.RunOptions{
				ID: testRun, Account: account, Setup: setup, Clock: steps.SystemClock{}, Ledger: forgetful{}, Relay: relay,
			}), nil
		},
		Theme: ThemeDark, Env: []string{unicode},
	}
	if change != nil {
		change(&o)
	}
	p.app = newApp(t.Context(), o.withDefaults())
	t.Cleanup(p.leave)
	p.run(p.app.Init())
	p.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	return p
}

// leave ends what still runs, so that the bubble can end.
func (p *person) leave() {
	p.app.cancel()
	p.app.cancelJob()
	time.Sleep(time.Minute) // of the bubble's time: the last tick is over
	synctest.Wait()
}

// run starts a command, and what it starts in turn.
func (p *person) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.inbox = append(p.inbox, msg)
	}()
}

// send brings one message and then everything that follows from it at once.
func (p *person) send(msg tea.Msg) {
	p.update(msg)
	p.settle()
}

func (p *person) update(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, cmd := range msg {
			p.run(cmd)
		}
	case tea.QuitMsg:
		p.quit = true
	default:
		_, cmd := p.app.Update(msg)
		p.run(cmd)
	}
}

// settle takes messages until nothing more comes without time passing.
func (p *person) settle() {
	for {
		synctest.Wait()
		p.mu.Lock()
		inbox := p.inbox
		p.inbox = nil
		p.mu.Unlock()
		if len(inbox) == 0 {
			return
		}
		for _, msg := range inbox {
			p.update(msg)
		}
	}
}

// after lets time pass.
func (p *person) after(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(time.Until(end), tickInterval))
		p.settle()
	}
}

func (p *person) press(keys ...string) {
	for _, k := range keys {
		p.send(keyPress(k))
	}
}

func (p *person) types(text string) {
	for _, r := range text {
		p.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// frame is the screen without styles.
func (p *person) frame() string { return ansi.Strip(p.app.View().Content) }

func (p *person) sees(texts ...string) {
	p.t.Helper()
	frame := p.frame()
	for _, text := range texts {
		if !strings.Contains(frame, text) {
			p.t.Fatalf("the screen does not say %q:\n%s", text, frame)
		}
	}
}

func (p *person) doesNotSee(text string) {
	p.t.Helper()
	if frame := p.frame(); strings.Contains(frame, text) {
		p.t.Fatalf("the screen says %q:\n%s", text, frame)
	}
}

// enterUntil presses enter, and waits where work is done, until the screen
// says text.
func (p *person) enterUntil(text string) {
	p.t.Helper()
	for range 60 {
		if strings.Contains(p.frame(), text) {
			return
		}
		p.press("enter")
		p.after(3 * time.Minute)
	}
	p.t.Fatalf("enter never led to %q:\n%s", text, p.frame())
}

var errBroken = fmt.Errorf("sign in: %w", errors.Join(steps.ErrDatabaseUnreachable))
