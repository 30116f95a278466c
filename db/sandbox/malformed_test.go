package sandbox

import (
	"io"
	"net"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Whatever a stranger sends, only its own connection ends.
func TestMalformedHandshakes(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	rapid.Check(t, func(rt *rapid.T) {
		payload := rapid.SliceOfN(rapid.Byte(), 1, 120).Draw(rt, "payload")
		if rapid.Bool().Draw(rt, "protocol 4.1") && len(payload) > 33 {
			copy(payload, []byte{0x85, 0xa6, 0x0f, 0x00}) // flags as a client sends them
		}
		c, err := net.Dial("tcp", s.addr)
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if err := c.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
			rt.Fatal(err)
		}
		if _, err := c.Read(make([]byte, 512)); err != nil {
			rt.Fatal(err)
		}
		if _, err := c.Write(append([]byte{byte(len(payload)), 0, 0, 1}, payload...)); err != nil {
			rt.Fatal(err)
		}
		if half, ok := c.(*net.TCPConn); ok {
			_ = half.CloseWrite()
		}
		_, _ = io.Copy(io.Discard, c)
	})
	if got := s.signIn(t, who{user: admin, password: adminPassword}); got != 0 {
		t.Errorf("signing in afterwards: error %d", got)
	}
}

// Closing ends a session that waits for another's transaction.
func TestClosingEndsAWait(t *testing.T) {
	t.Parallel()
	s, stop := newTestServer(t, "8.4.6")
	root := who{user: admin, password: adminPassword}
	one, two := s.session(t, root), s.session(t, root)
	execAll(t, one, `CREATE DATABASE d`, `CREATE TABLE d.t (a INT)`, `START TRANSACTION`, `INSERT INTO d.t VALUES (1)`)
	waited := make(chan error, 1)
	go func() {
		_, err := two.ExecContext(t.Context(), `INSERT INTO d.t VALUES (2)`)
		waited <- err
	}()
	for s.questions.Load() < 5 { // its statement has arrived
		time.Sleep(time.Millisecond)
	}
	stop()
	if err := <-waited; err == nil {
		t.Error("the write went through")
	}
}
