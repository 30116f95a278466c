package ui

import (
	"context"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
	"keyturn/ui/signs"
)

// app is the program's one Bubble Tea model. It owns the walkthrough, the
// account and what the run reported, and shows a stack of screens. Only Update
// changes it, and Update never blocks: slow work runs as a job and reports
// through the feed.
type app struct {
	opts   Options
	ctx    context.Context
	cancel context.CancelFunc

	width, height int
	th            theme
	themeChosen   bool // by flag or key: the terminal's answer no longer counts
	ascii         bool // the terminal draws no other signs
	keys          keyMap
	clock         time.Time // when the latest message came

	feed         *feed
	relay        *steps.Relay
	busy         chan struct{} // holds a token while a job works with the run
	job          *job
	attempt      int
	ticking      bool // a tick for the spinner is on its way
	spinnerFrame int

	unfinished []steps.Receipt // runs that can be taken up

	choice     steps.AccountChoice
	account    *steps.Account
	run        *steps.Run
	flow       steps.Walkthrough
	setup      steps.Setup
	ledger     ledger
	progress   progress
	stepResult steps.Result // of the latest step that succeeded
	failed     bool         // a step was given up after it failed

	layers  []*layer
	lessons map[lessonKey][]string
	notice  string // one line of answer to a key, until the next that does something
	result  Result
}

// job is the work in the background: at most one counts at a time.
type job struct {
	attempt int
	started time.Time
	cancel  context.CancelFunc
	stopped bool // the person asked it to stop
}

// tickMsg turns the spinner and the elapsed times.
type tickMsg struct{}

// tickInterval is the spinner's pace: six turns a second read as motion and stay
// under 700 bytes a second on a line to a distant machine.
const tickInterval = time.Second / 6

func newApp(ctx context.Context, opts Options) *app {
	a := &app{
		opts:    opts,
		ascii:   signs.ASCII(opts.Env),
		feed:    newFeed(),
		busy:    make(chan struct{}, 1),
		choice:  opts.Choice,
		setup:   opts.Setup,
		flow:    steps.NewWalkthrough(opts.Acts...),
		clock:   opts.Now(),
		lessons: map[lessonKey][]string{},
		result:  Result{Status: Interrupted},
	}
	a.keys = newKeyMap(a.ascii)
	a.ctx, a.cancel = context.WithCancel(ctx)
	a.relay = steps.NewRelay(a.feed.emit)
	a.th = newTheme(opts.Theme != ThemeLight, coloured(opts.Env))
	a.themeChosen = opts.Theme == ThemeDark || opts.Theme == ThemeLight
	a.show(newWelcome(a))
	return a
}

// Init asks the terminal for its background, unless the theme was chosen: the
// first frame does not wait for the answer.
func (a *app) Init() tea.Cmd {
	cmds := []tea.Cmd{a.feed.next(a.ctx.Done())}
	if !a.themeChosen {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	if w, ok := a.top().screen.(*welcome); ok && a.opts.Resumed != nil {
		cmds = append(cmds, w.resume(*a.opts.Resumed), a.tick())
	} else if a.opts.Unfinished != nil {
		cmds = append(cmds, a.listUnfinished())
	}
	return tea.Batch(cmds...)
}

// Update takes one message.
func (a *app) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	a.clock = a.opts.Now()
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.width, a.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		if !a.themeChosen {
			a.setTheme(msg.IsDark())
		}
	case tea.KeyPressMsg:
		if msg.Keystroke() == "ctrl+z" { // the terminal's own key, on every screen and in every field
			return a, a.suspend()
		}
		return a, a.handleKey(msg)
	case feedMsg:
		cmds := []tea.Cmd{a.feed.next(a.ctx.Done())}
		for _, item := range msg {
			cmds = append(cmds, a.handleFeedItem(item))
		}
		return a, tea.Batch(append(cmds, a.tick())...)
	case tickMsg:
		a.ticking = false
		a.spinnerFrame++
		return a, a.tick()
	case unfinishedListedMsg:
		a.unfinished = msg
	case scriptSavedMsg:
		a.scriptSaved(msg)
	default:
		if field, ok := a.top().screen.(editor); ok {
			return a, field.edit(msg)
		}
	}
	return a, nil
}

// handleKey gives a key to the action that owns it, else to the focused field.
// While the screen is too small to show any key, only ctrl+c works.
func (a *app) handleKey(msg tea.KeyPressMsg) tea.Cmd {
	for _, act := range a.actions(a.overflows()) {
		if key.Matches(msg, act.key) && (!a.tooSmall() || key.Matches(msg, a.keys.Stop)) {
			a.notice = ""
			return tea.Batch(act.do(msg), a.tick())
		}
	}
	if field, ok := a.top().screen.(editor); ok && !a.tooSmall() {
		return field.edit(msg)
	}
	return nil
}

// actions are all keys that work now: the screen's own, then the app's.
func (a *app) actions(overflow bool) []action {
	acts := a.top().screen.actions()
	if overflow && scrolls(a.top().screen) {
		acts = append(acts, action{key: a.keys.Scroll, do: a.scroll})
	}
	if _, typing := a.top().screen.(editor); !typing {
		acts = append(acts, a.viewActions()...)
	}
	return append(acts, bindKey(withHelp(a.keys.Stop, a.stopWord()), a.stop))
}

// viewActions are the app's own letter keys, which only show something. They are
// off while a field has the focus; over an open layer only the theme is left.
func (a *app) viewActions() []action {
	theme := bindKey(a.keys.Theme, func() tea.Cmd {
		a.themeChosen = true
		a.setTheme(!a.th.dark)
		return nil
	})
	if len(a.layers) > 1 {
		return []action{theme}
	}
	var acts []action
	if a.account != nil {
		acts = append(acts, bindKey(a.keys.Explain, a.open(newLesson)))
	}
	if a.run != nil && len(a.ledger.calls) > 0 {
		acts = append(acts, bindKey(a.keys.Commands, a.open(newCommands)))
	}
	if a.run != nil && len(a.ledger.log) > 0 {
		acts = append(acts, bindKey(a.keys.Log, a.open(newLog)))
	}
	return append(acts, bindKey(a.keys.Help, a.open(newKeyList)), theme)
}

// open returns the handler of a key that shows a screen over the current one.
func (a *app) open(make func(*app) screen) func() tea.Cmd {
	return func() tea.Cmd {
		a.layers = append(a.layers, &layer{screen: make(a)})
		return nil
	}
}

// closeTop goes back to the screen below.
func (a *app) closeTop() tea.Cmd {
	if len(a.layers) > 1 {
		a.layers = a.layers[:len(a.layers)-1]
	}
	return nil
}

// show replaces the bottom screen. Screens that the person opened to read stay;
// a question about the replaced screen does not.
func (a *app) show(s screen) {
	a.dismissMFAPrompt()
	layers := []*layer{{screen: s}}
	for _, over := range a.layers[min(1, len(a.layers)):] {
		switch over.screen.(type) {
		case *stopping, keyList:
		default:
			layers = append(layers, over)
		}
	}
	a.layers = layers
}

func (a *app) top() *layer { return a.layers[len(a.layers)-1] }

func (a *app) overflows() bool {
	return a.measure(len(a.top().screen.body(a.bodyWidth()))).overflow
}

func (a *app) scroll(msg tea.KeyPressMsg) tea.Cmd {
	lines := len(a.top().screen.body(a.bodyWidth()))
	a.top().scroll(msg.Keystroke(), lines, a.measure(lines).bodyHeight)
	return nil
}

func (a *app) setTheme(dark bool) {
	a.th = newTheme(dark, coloured(a.opts.Env))
	clear(a.lessons)
}

// tick schedules the next tick while a job runs.
func (a *app) tick() tea.Cmd {
	if a.job == nil || a.ticking {
		return nil
	}
	a.ticking = true
	return tea.Tick(tickInterval, func(time.Time) tea.Msg { return tickMsg{} })
}
