package ui

import (
	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
)

// welcomeState is where the person is on the welcome screen.
type welcomeState int

const (
	choosing        welcomeState = iota // sandbox or AWS
	reading                             // the machine's AWS configuration is read
	choosingProfile                     // of that configuration
	choosingRegion                      // of the profile's partition
	opening                             // the account is being opened
	openingFailed                       // it could not be opened
	accountShown                        // an AWS account says whose it is
)

// welcome is the first screen: in which account to work. The app moves it
// on when the account is open or could not be opened.
type welcome struct {
	app   *app
	state welcomeState
	kind  steps.AccountKind
	why   steps.Diagnosis

	config steps.Configuration
	list   *list // of profiles, then of regions

	first, last int // the lines of the chosen account, as last drawn
}

func newWelcome(a *app) *welcome {
	w := &welcome{app: a, kind: a.choice.Kind}
	if w.kind != steps.AWS {
		w.kind = steps.Sandbox
	}
	return w
}

func (w *welcome) heading() (string, string) {
	switch w.state {
	case reading:
		return "Your AWS account", "reading"
	case choosingProfile:
		return "Which profile?", "ask"
	case choosingRegion:
		return "Which region?", "ask"
	case opening:
		return "Opening the account", "running"
	case openingFailed:
		return "The account could not be opened", "failed"
	case accountShown:
		return "Your AWS account", "read"
	}
	return "Welcome", ""
}

// welcomeInput is the screen while a text field has the focus.
type welcomeInput struct{ *welcome }

func (w welcomeInput) edit(msg tea.Msg) tea.Cmd      { return w.edited(msg) }
func (w welcomeInput) cursor(int) (line, column int) { return w.list.cursor() }

func (w *welcome) edited(msg tea.Msg) tea.Cmd {
	cmd, _ := w.list.edit(msg)
	return cmd
}

func (w *welcome) body(width int) []string {
	th := w.app.th
	switch w.state {
	case reading:
		return []string{th.accent.Render(w.app.spinner()) + " reading your AWS configuration"}
	case choosingProfile, choosingRegion:
		return w.list.lines(width, nil)
	case opening:
		what := "starting the sandbox"
		if w.kind == steps.AWS {
			what = "asking AWS who you are"
		}
		return append([]string{th.accent.Render(w.app.spinner()) + " " + what}, w.app.retryLines(width)...)
	case openingFailed:
		return diagnosisLines(w.why, width, th)
	case accountShown:
		return w.introduction(width)
	}
	lines := wrap("This walks you through AWS's tutorial “Rotating a secret for an AWS database”: "+
		"a database, its secret, a rotation, the proof that it worked, and the clean-up. "+
		"Each step says what it will do before it does it.", width)
	for _, kind := range []steps.AccountKind{steps.Sandbox, steps.AWS} {
		option := w.option(kind, width)
		lines = append(lines, "")
		if kind == w.kind {
			w.first, w.last = len(lines), len(lines)+len(option)-1
		}
		lines = append(lines, option...)
	}
	return lines
}

func (w *welcome) choosing() bool { return w.state == choosing }

// chosenLines are the chosen account's, and with the first also what stands
// above it.
func (w *welcome) chosenLines(width int) (first, last int) {
	w.body(width)
	if w.kind == steps.Sandbox {
		return 0, w.last
	}
	return w.first, w.last
}

func (w *welcome) option(kind steps.AccountKind, width int) []string {
	th := w.app.th
	name, about := "Sandbox", "AWS and MySQL embedded in this program, on this machine. "+
		"No account, no cost, two minutes; nothing is left behind."
	if kind == steps.AWS {
		name, about = "An AWS account", "Your own profile and region. About 30 minutes, most of it waiting for RDS; "+
			"a few cents if you clean up at the end."
	}
	mark, style := "  ", th.text
	if w.kind == kind {
		mark, style = th.accent.Render("› "), th.accent.bold()
	}
	return append([]string{mark + style.Render(name)}, hang("  ", about, width)...)
}

// introduction says whose account it is, with the tutorial's two
// warnings; the first is of the public network alone.
func (w *welcome) introduction(width int) []string {
	th, account := w.app.th, w.app.account
	lines := []string{
		"Account  " + th.strong.Render(account.Name()),
		"Region   " + th.strong.Render(account.Region),
	}
	lines = append(lines, hang("You      ", th.code.Render(account.Caller), width)...)
	if account.IsNotAWS() {
		lines = append(lines, hang("Endpoint ", th.warn.Render(account.Endpoint)+": this is not AWS itself. AWS_ENDPOINT_URL, or endpoint_url in the profile, says so.", width)...)
	}
	lines = append(lines, "")
	if !w.app.setup.Private() {
		lines = append(lines, hang(th.warn.Render("! "), "The database of this tutorial accepts connections from the public internet "+
			"on port 3306, for simplicity. Do not keep anything in it, and clean up at the end.", width)...)
	}
	lines = append(lines, hang(th.warn.Render("! "), "You need the policy SecretsManagerReadWrite, and the right to create roles (iam:CreateRole, "+
		"iam:AttachRolePolicy). Whoever has that right can grant themselves any permission: grant it only to people you trust.", width)...)
	return lines
}

func (w *welcome) actions() []action {
	a := w.app
	again := func() tea.Cmd { return w.setState(choosing) }
	switch w.state {
	case reading:
		return []action{bindKey(a.keys.Back, func() tea.Cmd {
			a.cancelJob()
			return w.setState(choosing)
		})}
	case choosingProfile:
		return append(w.list.actions(w.profileChosen), bindKey(a.keys.Back, again))
	case choosingRegion:
		return append(w.list.actions(w.regionChosen), bindKey(a.keys.Back, w.backToProfiles))
	case opening:
		return []action{bindKey(a.keys.Back, func() tea.Cmd {
			a.cancelJob()
			return tea.Batch(a.releaseAccount(), w.setState(choosing))
		})}
	case openingFailed:
		return []action{
			bindKey(a.keys.Retry, func() tea.Cmd { return w.open(a.choice) }),
			bindKey(a.keys.Back, again),
		}
	case accountShown:
		return []action{
			bindKey(a.keys.Forward, w.begin),
			bindKey(withHelp(a.keys.Back, "another account"), func() tea.Cmd {
				return tea.Batch(a.releaseAccount(), w.setState(choosing))
			}),
		}
	}
	return []action{
		bindKey(a.keys.Forward, w.choose),
		bindKey(a.keys.Choose, func() tea.Cmd {
			w.kind = map[steps.AccountKind]steps.AccountKind{steps.Sandbox: steps.AWS, steps.AWS: steps.Sandbox}[w.kind]
			return nil
		}),
	}
}

// begin looks at what a run would meet, and without that begins it.
func (w *welcome) begin() tea.Cmd {
	if w.app.opts.Preflight != nil {
		return w.app.runPreflight(w)
	}
	return tea.Batch(w.setState(opening), w.app.beginRun())
}

// setState changes the state; in some a text field has the focus.
func (w *welcome) setState(state welcomeState) tea.Cmd {
	w.state = state
	w.app.show(w)
	if state == choosingProfile || state == choosingRegion {
		w.app.show(welcomeInput{w})
	}
	return nil
}

func (w *welcome) choose() tea.Cmd {
	if w.kind == steps.AWS {
		return tea.Batch(w.setState(reading), w.app.readConfiguration())
	}
	choice := w.app.choice
	choice.Kind = steps.Sandbox
	return w.open(choice)
}

func (w *welcome) open(choice steps.AccountChoice) tea.Cmd {
	w.setState(opening)
	return w.app.openAccount(choice)
}

// openFailed is called when the account could not be opened.
func (w *welcome) openFailed(err error) tea.Cmd {
	w.why = diagnosisOf(err)
	return w.setState(openingFailed)
}
