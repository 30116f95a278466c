package ui

import (
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
)

// codeWanted comes from the work in the background when a role asks for the
// code of an MFA device. It waits for the reply, "" where there is no code.
type codeWanted struct {
	device string
	reply  chan<- string
}

// askCode is a steps.AskMFACode. It is called in the background, also long after
// the account was opened, when a session has to be renewed.
func (a *app) askCode(device string) (string, error) {
	reply := make(chan string, 1)
	a.feed.put(codeWanted{device, reply})
	select {
	case code := <-reply:
		if code != "" {
			return code, nil
		}
	case <-a.ctx.Done():
	}
	return "", steps.ErrMFACodeNeeded
}

// code asks for the code, over whatever screen is there. The work goes on when
// it is given, and fails when the person leaves the question.
type code struct {
	app    *app
	wanted codeWanted
	form   *form
}

// mfaCode is what a device shows (STS API Reference, AssumeRole, TokenCode).
var mfaCode = steps.NewPattern(`^[0-9]{6}$`)

func (a *app) wantCode(wanted codeWanted) tea.Cmd {
	a.dropCode()
	c := &code{app: a, wanted: wanted}
	c.form = newForm(&a.th, []field{newField("Code", "the six digits that it shows now; each code is good once", "", func(text string) error {
		if !mfaCode.MatchString(strings.TrimSpace(text)) {
			return errors.New("a code is six digits")
		}
		return nil
	})})
	a.layers = append(a.layers, &layer{screen: c})
	return nil
}

// asksCode reports that the question is on the screen.
func (a *app) asksCode() bool {
	return slices.ContainsFunc(a.layers, func(l *layer) bool { _, ok := l.screen.(*code); return ok })
}

// dropCode takes the question away: nobody waits for the code any more.
func (a *app) dropCode() {
	a.layers = slices.DeleteFunc(a.layers, func(l *layer) bool {
		c, ok := l.screen.(*code)
		if ok {
			c.wanted.reply <- ""
		}
		return ok
	})
}

func (c *code) heading() (string, string) { return "The role asks for an MFA code", "ask" }

func (c *code) body(width int) []string {
	return append(c.about(width), c.form.lines(width)...)
}

func (c *code) about(width int) []string {
	return append(hang("Device  ", c.app.th.code.Render(c.wanted.device), width), "")
}

func (c *code) edit(msg tea.Msg) tea.Cmd { return c.form.edit(msg) }

func (c *code) cursor(width int) (line, column int) {
	line, column = c.form.cursor(width)
	return line + len(c.about(width)), column
}

func (c *code) actions() []action {
	keys := c.app.keys
	return append(c.form.actions(keys, "sign in", func() tea.Cmd { return c.answer(strings.TrimSpace(c.form.value(0))) }),
		on(called(keys.Back, "without a code"), func() tea.Cmd { return c.answer("") }))
}

// answer gives the code to the work that waits for it.
func (c *code) answer(text string) tea.Cmd {
	c.wanted.reply <- text
	c.wanted.reply = make(chan string, 1) // it has its answer
	c.app.dropCode()
	return nil
}
