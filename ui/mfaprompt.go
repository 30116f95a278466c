package ui

import (
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
)

// mfaCodeNeededMsg comes from the work in the background when a role asks for the
// code of an MFA device. It waits for the reply, "" where there is no code.
type mfaCodeNeededMsg struct {
	device string
	reply  chan<- string
}

// askMFACode is a steps.AskMFACode. It is called in the background, also long after
// the account was opened, when a session has to be renewed.
func (a *app) askMFACode(device string) (string, error) {
	reply := make(chan string, 1)
	a.feed.put(mfaCodeNeededMsg{device, reply})
	select {
	case code := <-reply:
		if code != "" {
			return code, nil
		}
	case <-a.ctx.Done():
	}
	return "", steps.ErrMFACodeNeeded
}

// mfaPrompt asks for the code, over the current screen. The background work goes
// on when it gets the code, and fails when the person cancels.
type mfaPrompt struct {
	app     *app
	request mfaCodeNeededMsg
	form    *form
}

// mfaCode is what a device shows (STS API Reference, AssumeRole, TokenCode).
var mfaCode = steps.NewPattern(`^[0-9]{6}$`)

func (a *app) showMFAPrompt(wanted mfaCodeNeededMsg) tea.Cmd {
	a.dismissMFAPrompt()
	c := &mfaPrompt{app: a, request: wanted}
	c.form = newForm(&a.th, []field{newField("Code", "the six digits that it shows now; each code is good once", "", func(text string) error {
		if !mfaCode.MatchString(strings.TrimSpace(text)) {
			return errors.New("a code is six digits")
		}
		return nil
	})})
	a.layers = append(a.layers, &layer{screen: c})
	return nil
}

// isAskingMFACode reports whether the prompt is shown.
func (a *app) isAskingMFACode() bool {
	return slices.ContainsFunc(a.layers, func(l *layer) bool { _, ok := l.screen.(*mfaPrompt); return ok })
}

// dismissMFAPrompt removes the prompt and replies that there is no code.
func (a *app) dismissMFAPrompt() {
	a.layers = slices.DeleteFunc(a.layers, func(l *layer) bool {
		c, ok := l.screen.(*mfaPrompt)
		if ok {
			c.request.reply <- ""
		}
		return ok
	})
}

func (c *mfaPrompt) heading() (string, string) { return "The role asks for an MFA code", "ask" }

func (c *mfaPrompt) body(width int) []string {
	return append(c.about(width), c.form.lines(width)...)
}

func (c *mfaPrompt) about(width int) []string {
	return append(hang("Device  ", c.app.th.code.Render(c.request.device), width), "")
}

func (c *mfaPrompt) edit(msg tea.Msg) tea.Cmd { return c.form.edit(msg) }

func (c *mfaPrompt) cursor(width int) (line, column int) {
	line, column = c.form.cursor(width)
	return line + len(c.about(width)), column
}

func (c *mfaPrompt) actions() []action {
	keys := c.app.keys
	return append(c.form.actions(keys, "sign in", func() tea.Cmd { return c.answer(strings.TrimSpace(c.form.value(0))) }),
		bindKey(withHelp(keys.Back, "without a code"), func() tea.Cmd { return c.answer("") }))
}

// answer gives the code to the work that waits for it.
func (c *mfaPrompt) answer(text string) tea.Cmd {
	c.request.reply <- text
	c.request.reply = make(chan string, 1) // it has its answer
	c.app.dismissMFAPrompt()
	return nil
}
