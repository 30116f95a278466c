//go:build !windows

package e2e

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// patience is how long a session waits for what the screen should say. The
// machine may be slow; a right program never takes this long.
const patience = 60 * time.Second

// program is the built binary, bare that of the program in folder bare.
var program, bare string

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	folder, err := os.MkdirTemp("", "keyturn-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	program = filepath.Join(folder, "keyturn")
	bare = filepath.Join(folder, "bare")
	for out, pkg := range map[string]string{program: "keyturn", bare: "keyturn/ui/e2e/bare"} {
		if said, err := exec.Command("go", "build", "-o", out, pkg).CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build: %v\n%s", err, said)
			return 1
		}
	}
	return m.Run()
}

// background is how the terminal answers when it is asked for its colour.
type background string

const (
	silent background = "" // it never answers
	dark   background = "rgb:0000/0000/0000"
	light  background = "rgb:ffff/ffff/ffff"
)

// start is how a session begins.
type start struct {
	program    string // keyturn if empty
	args       []string
	env        []string
	cols, rows int
	background background
}

// session is a person at a terminal in which the program runs.
type session struct {
	t      testing.TB
	folder string // where the program was started
	cmd    *exec.Cmd
	master *os.File
	before *term.State // the terminal's settings before the program
	after  *term.State // and after it; nil where they cannot be read
	enters int         // how often enter was pressed

	mu      sync.Mutex
	changed *sync.Cond
	screen  vt10x.Terminal
	raw     bytes.Buffer // every byte that the program wrote
	answer  background
	read    chan struct{} // closed when everything written has been read
	exited  chan struct{} // closed after that, when the program has ended
}

// open starts the program in a terminal.
func open(t testing.TB, s start) *session {
	t.Helper()
	if s.cols == 0 {
		s.cols, s.rows = 80, 24
	}
	p := &session{t: t, folder: t.TempDir(), answer: s.background, read: make(chan struct{}), exited: make(chan struct{})}
	p.changed = sync.NewCond(&p.mu)
	p.screen = vt10x.New(vt10x.WithSize(s.cols, s.rows))

	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	p.master = master
	if err := pty.Setsize(master, &pty.Winsize{Cols: uint16(s.cols), Rows: uint16(s.rows)}); err != nil {
		t.Fatal(err)
	}
	if p.before, err = term.GetState(slave.Fd()); err != nil {
		t.Fatal(err)
	}
	p.cmd = exec.Command(cmp.Or(s.program, program), s.args...)
	p.cmd.Dir = p.folder
	p.cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + p.folder, "TERM=xterm-256color", "LANG=C.UTF-8",
		"KEYTURN_STATE_DIR=" + filepath.Join(p.folder, "state"), "AWS_EC2_METADATA_DISABLED=true",
	}, s.env...)
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = slave, slave, slave
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go p.follow()
	go func() {
		_ = p.cmd.Wait() // the exit code is in ProcessState
		p.after, _ = term.GetState(slave.Fd())
		_ = slave.Close() // the last writer: what is left to read ends now
		<-p.read
		close(p.exited)
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // it may have ended already
		<-p.exited
		_ = master.Close()
	})
	return p
}

// follow takes what the program writes onto the screen, and answers questions
// about the background as a terminal does.
func (p *session) follow() {
	defer close(p.read)
	buf := make([]byte, 1<<15)
	for {
		n, err := p.master.Read(buf)
		if n > 0 {
			p.mu.Lock()
			_, _ = p.screen.Write(buf[:n]) // the emulator has no errors to return
			p.raw.Write(buf[:n])
			p.mu.Unlock()
			if p.answer != silent && bytes.Contains(buf[:n], []byte("\x1b]11;?")) {
				_, _ = fmt.Fprintf(p.master, "\x1b]11;%s\x07", p.answer)
			}
			p.changed.Broadcast()
		}
		if err != nil {
			return
		}
	}
}

// until waits until the screen is as wanted.
func (p *session) until(what string, wanted func(frame string) bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	defer context.AfterFunc(ctx, p.changed.Broadcast)()
	p.mu.Lock()
	defer p.mu.Unlock()
	for !wanted(p.screen.String()) {
		if ctx.Err() != nil {
			p.t.Fatalf("the screen never %s:\n%s", what, p.screen.String())
		}
		p.changed.Wait()
	}
}

// sees waits until the screen says all of the texts at once.
func (p *session) sees(texts ...string) {
	p.t.Helper()
	p.until(fmt.Sprintf("said %q", texts), func(frame string) bool {
		for _, text := range texts {
			if !strings.Contains(frame, text) {
				return false
			}
		}
		return true
	})
}

// seesNo waits until the screen no longer says a text.
func (p *session) seesNo(text string) {
	p.t.Helper()
	p.until(fmt.Sprintf("stopped saying %q", text), func(frame string) bool { return !strings.Contains(frame, text) })
}

var keys = map[string]string{
	"enter": "\r", "esc": "\x1b", "tab": "\t", "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
	"ctrl+c": "\x03", "ctrl+z": "\x1a", "ctrl+u": "\x15", "backspace": "\x7f", "pgdown": "\x1b[6~",
}

// press presses keys, by name or as text.
func (p *session) press(names ...string) {
	p.t.Helper()
	for _, name := range names {
		if name == "enter" {
			p.enters++
		}
		bytes, named := keys[name]
		if !named {
			bytes = name
		}
		if _, err := p.master.WriteString(bytes); err != nil {
			p.t.Fatalf("press %q: %v", name, err)
		}
	}
}

// answers presses a key once the screen says the texts.
func (p *session) answers(key string, texts ...string) {
	p.t.Helper()
	p.sees(texts...)
	p.press(key)
}

func (p *session) resize(cols, rows int) {
	p.t.Helper()
	p.mu.Lock()
	p.screen.Resize(cols, rows)
	p.mu.Unlock()
	if err := pty.Setsize(p.master, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)}); err != nil {
		p.t.Fatal(err)
	}
}

// frame is the screen as it is now.
func (p *session) frame() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.screen.String()
}

// written is every byte that the program wrote so far.
func (p *session) written() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.raw.String()
}

// ends waits for the program's end and looks at what it left: its exit status,
// and a terminal that is the shell's again.
func (p *session) ends(status int) {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(patience):
		p.t.Fatalf("the program never ended:\n%s", p.frame())
	}
	if got := p.cmd.ProcessState.ExitCode(); got != status {
		p.t.Errorf("exit status %d, want %d:\n%s", got, status, p.frame())
	}
	p.until("was the shell's again", func(string) bool { return p.screen.Mode()&vt10x.ModeAltScreen == 0 })
	if !p.screen.CursorVisible() {
		p.t.Error("the cursor is hidden")
	}
	modes := p.written()
	for name, pair := range map[string][2]string{
		"bracketed paste":  {"\x1b[?2004h", "\x1b[?2004l"},
		"alternate screen": {"\x1b[?1049h", "\x1b[?1049l"},
		"hidden cursor":    {"\x1b[?25l", "\x1b[?25h"},
	} {
		if strings.LastIndex(modes, pair[0]) > strings.LastIndex(modes, pair[1]) {
			p.t.Errorf("%s is still on", name)
		}
	}
	if strings.Contains(modes, "\x1b[?1000h") || strings.Contains(modes, "\x1b[?1003h") {
		p.t.Error("the mouse was taken from the terminal")
	}
	if p.after != nil && fmt.Sprint(*p.after) != fmt.Sprint(*p.before) {
		p.t.Errorf("the terminal's settings changed: %v, before %v", *p.after, *p.before)
	}
}

// shell is what the shell's screen shows, with what has scrolled out of it.
func (p *session) shell() string {
	text := p.written()
	if i := strings.LastIndex(text, "\x1b[?1049l"); i >= 0 {
		text = text[i:]
	}
	return ansi.Strip(text)
}
