package rds

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"keyturn/aws/sandbox/cloud"
)

// maxHeld limits the connections to one instance that wait behind its security
// groups. More wait in the kernel's queue.
const maxHeld = 64

// maxEarlyBytes limits what a client may send before it is let in. A MySQL client
// sends nothing: the server speaks first.
const maxEarlyBytes = 4 << 10

// gate is the listener that an instance's server accepts from. It hands over a
// connection once the instance admits its source. Until then it sends nothing,
// so that the client waits as it does after a dropped packet.
type gate struct {
	listener net.Listener
	admit    func(ctx context.Context, from netip.Addr) error
	ctx      context.Context
	cancel   context.CancelFunc
	ready    chan net.Conn
	held     chan struct{}
	work     sync.WaitGroup

	mu       sync.Mutex
	sessions map[*session]struct{}
}

// newGate takes ownership of the listener. admit blocks until connections from
// an address are let in, or its context ends.
func newGate(port net.Listener, admit func(ctx context.Context, from netip.Addr) error) *gate {
	ctx, cancel := context.WithCancel(context.Background())
	g := &gate{
		listener: port,
		admit:    admit,
		ctx:      ctx,
		cancel:   cancel,
		ready:    make(chan net.Conn),
		held:     make(chan struct{}, maxHeld),
		sessions: map[*session]struct{}{},
	}
	g.work.Go(g.accept)
	return g
}

// Accept returns the next connection that has been let in.
func (g *gate) Accept() (net.Conn, error) {
	select {
	case c := <-g.ready:
		return c, nil
	case <-g.ctx.Done():
		return nil, net.ErrClosed
	}
}

// Addr is the address that the instance's endpoint names.
func (g *gate) Addr() net.Addr { return g.listener.Addr() }

// Close closes all connections, those that wait and those that were let in. It
// returns when all goroutines of the gate have ended.
func (g *gate) Close() error {
	g.cancel()
	err := g.listener.Close()
	g.work.Wait()
	g.closeSessions()
	return err
}

// closeSessions closes every connection that was let in, as a restart of the
// server does.
func (g *gate) closeSessions() {
	g.mu.Lock()
	open := g.sessions
	g.sessions = map[*session]struct{}{}
	g.mu.Unlock()
	for s := range open {
		_ = s.Conn.Close()
	}
}

// accept accepts connections to the advertised port. All of them come from the
// user's machine.
func (g *gate) accept() {
	for {
		c, err := g.listener.Accept()
		if errors.Is(err, net.ErrClosed) || g.ctx.Err() != nil {
			if err == nil {
				_ = c.Close()
			}
			return
		}
		if err != nil { // out of file descriptors, perhaps: let some be closed
			select {
			case <-g.ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
			continue
		}
		select {
		case g.held <- struct{}{}:
		case <-g.ctx.Done():
			_ = c.Close()
			return
		}
		g.work.Go(func() {
			defer func() { <-g.held }()
			g.holdUntilAdmitted(c)
		})
	}
}

// holdUntilAdmitted waits until c is let in, its client gives up, or the gate closes.
func (g *gate) holdUntilAdmitted(c net.Conn) {
	ctx, gaveUp := context.WithCancel(g.ctx)
	defer gaveUp()
	var early []byte
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		var err error
		if early, err = readEarly(c); !errors.Is(err, os.ErrDeadlineExceeded) {
			gaveUp()
		}
	}()
	err := g.admit(ctx, cloud.ClientAddress)
	_ = c.SetReadDeadline(time.Unix(1, 0)) // ends readEarly
	<-watched
	if err != nil || ctx.Err() != nil || c.SetReadDeadline(time.Time{}) != nil {
		_ = c.Close()
		return
	}
	_ = g.deliver(ctx, c, cloud.ClientAddress, early)
}

// readEarly reads until the connection ends, too much has come, or the read
// deadline passes.
func readEarly(c net.Conn) ([]byte, error) {
	early := make([]byte, 0, 64)
	buf := make([]byte, 64)
	for len(early) < maxEarlyBytes {
		n, err := c.Read(buf)
		early = append(early, buf[:n]...)
		if err != nil {
			return early, err
		}
	}
	return early, errors.New("too much sent before the server's greeting")
}

// deliver hands a connection to the server, which sees it come from an address
// of the sandbox's internet.
func (g *gate) deliver(ctx context.Context, c net.Conn, from netip.Addr, early []byte) error {
	s := &session{Conn: c, gate: g, from: from, early: early}
	g.mu.Lock()
	g.sessions[s] = struct{}{}
	g.mu.Unlock()
	select {
	case g.ready <- s:
		return nil
	case <-g.ctx.Done():
		_ = s.Close()
		return net.ErrClosed
	case <-ctx.Done():
		_ = s.Close()
		return ctx.Err()
	}
}

// session is a connection that was let in.
type session struct {
	net.Conn
	gate  *gate
	from  netip.Addr
	early []byte
}

// Read returns first what the client sent before it was let in.
func (s *session) Read(b []byte) (int, error) {
	if len(s.early) > 0 {
		n := copy(b, s.early)
		s.early = s.early[n:]
		return n, nil
	}
	return s.Conn.Read(b)
}

// RemoteAddr is the client's public address, with its real port.
func (s *session) RemoteAddr() net.Addr {
	port := 0
	if a, ok := s.Conn.RemoteAddr().(*net.TCPAddr); ok {
		port = a.Port
	}
	return &net.TCPAddr{IP: s.from.AsSlice(), Port: port}
}

// LocalAddr is the instance's endpoint, whichever port the connection used.
func (s *session) LocalAddr() net.Addr { return s.gate.Addr() }

func (s *session) Close() error {
	s.gate.mu.Lock()
	delete(s.gate.sessions, s)
	s.gate.mu.Unlock()
	return s.Conn.Close()
}
