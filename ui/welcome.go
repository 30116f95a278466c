package ui

import (
	"cmp"

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
	// resumed is the run to take up in the account that is opened; nil for a new
	// one.
	resumed *steps.Receipt
	chosen  int // of the options
	why     steps.Diagnosis

	config steps.Configuration
	list   *list // of profiles, then of regions

	first, last int // the lines of the chosen option, as last drawn
}

func newWelcome(a *app) *welcome {
	w := &welcome{app: a, kind: a.choice.Kind}
	if w.kind != steps.AWS {
		w.kind = steps.Sandbox
	} else {
		w.chosen = 1
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
		switch {
		case w.app.account != nil && w.resumed != nil:
			what = "looking at what is there of run " + w.resumed.Run
		case w.kind == steps.AWS:
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
	for i, option := range w.options() {
		mark, style := "  ", th.text
		if i == w.chosen {
			mark, style = th.accent.Render("› "), th.accent.bold()
		}
		shown := append([]string{mark + style.Render(option.name)}, hang("  ", option.about, width)...)
		lines = append(lines, "")
		if i == w.chosen {
			w.first, w.last = len(lines), len(lines)+len(shown)-1
		}
		lines = append(lines, shown...)
	}
	return lines
}

func (w *welcome) choosing() bool { return w.state == choosing }

// chosenLines are the chosen option's, and with the first also what stands
// above it.
func (w *welcome) chosenLines(width int) (first, last int) {
	w.body(width)
	if w.chosen == 0 {
		return 0, w.last
	}
	return w.first, w.last
}

// welcomeOption is one way to begin.
type welcomeOption struct {
	name, about string
	choose      func() tea.Cmd
}

// options are the two accounts, and the runs that can be taken up.
func (w *welcome) options() []welcomeOption {
	options := []welcomeOption{
		{
			"Sandbox", "AWS and MySQL embedded in this program, on this machine. " +
				"No account, no cost, two minutes; nothing is left behind.", w.chooseSandbox,
		},
		{
			"An AWS account", "Your own profile and region. About 30 minutes, most of it waiting for RDS; " +
				"a few cents if you clean up at the end.", w.chooseAWS,
		},
	}
	for _, receipt := range w.app.unfinished {
		options = append(options, welcomeOption{
			"Take up run " + receipt.Run, unfinishedRun(receipt, w.app.clock), func() tea.Cmd { return w.resume(receipt) },
		})
	}
	return options
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
		bindKey(a.keys.Forward, func() tea.Cmd { return w.options()[w.chosen].choose() }),
		{key: a.keys.Choose, do: func(msg tea.KeyPressMsg) tea.Cmd {
			n := len(w.options())
			by := 1
			if msg.Keystroke() == "up" {
				by = n - 1
			}
			w.chosen = (w.chosen + by) % n
			return nil
		}},
	}
}

// begin looks at what a run would meet, and without that begins it. A run that
// is taken up looks at what is there itself.
func (w *welcome) begin() tea.Cmd {
	if w.resumed != nil {
		return tea.Batch(w.setState(opening), w.app.resumeRun(*w.resumed))
	}
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

func (w *welcome) chooseSandbox() tea.Cmd {
	w.kind, w.resumed = steps.Sandbox, nil
	choice := w.app.choice
	choice.Kind = steps.Sandbox
	return w.open(choice)
}

func (w *welcome) chooseAWS() tea.Cmd {
	w.kind, w.resumed = steps.AWS, nil
	return tea.Batch(w.setState(reading), w.app.readConfiguration())
}

// resume opens the account of a run that had stopped.
func (w *welcome) resume(receipt steps.Receipt) tea.Cmd {
	w.kind, w.resumed = steps.AWS, &receipt
	return w.open(steps.AccountChoice{
		Kind: steps.AWS, Profile: cmp.Or(w.app.opts.Choice.Profile, receipt.Profile), Region: receipt.Region,
	})
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
