package sandbox

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"
	protocol "github.com/go-mysql-org/go-mysql/server"
	"github.com/google/uuid"

	"keyturn/db/sandbox/account"
	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/steps"
)

// MySQL's defaults for the limits of the same names.
// https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html
const (
	maxConnections = 151
	connectTimeout = 10 * time.Second
)

// collation is utf8mb4_0900_ai_ci, the default of MySQL 8.
const collation = 255

// Options say what a server calls itself and who administers it.
type Options struct {
	Version  string // as in VERSION(): "8.4.6"; one that begins with "5.7" takes that grammar of SET PASSWORD
	User     string // the master user, 'user'@'%'
	Password steps.Password
	// TLS is offered to every client; nil makes a certificate under an
	// authority that nobody knows, as MySQL does at its first start.
	TLS *tls.Config
	// Now is the server's clock; nil is the machine's.
	Now func() time.Time
	// Log is told of sign-ins and refusals, never of statements; nil discards.
	Log *slog.Logger
}

// Server is one MySQL server. Several in one process share nothing.
type Server struct {
	version  string
	now      func() time.Time
	log      *slog.Logger
	started  time.Time
	uuid     string
	accounts *account.Book
	catalog  *catalog.Catalog
	engine   *engine.Engine
	// protocol is ready once the RSA key is, which is made in the background.
	protocol func() *protocol.Server

	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	listeners map[net.Listener]struct{}
	sessions  map[uint32]*session
	conns     map[net.Conn]struct{}

	questions atomic.Uint64
	refused   atomic.Uint64
}

// rsaKey is the key with which clients outside TLS hide their password on the
// wire. One a process is enough: it protects a transport, not an account.
var rsaKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// New makes a server with its master user. It serves nobody until Serve.
func New(o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.TLS == nil {
		authority, err := NewAuthority()
		if err != nil {
			return nil, err
		}
		if o.TLS, err = authority.ServerConfig(); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{
		version:   o.Version,
		now:       o.Now,
		log:       o.Log,
		started:   o.Now(),
		uuid:      uuid.NewString(),
		accounts:  account.NewBook(o.User, o.Password),
		catalog:   catalog.New(),
		ctx:       ctx,
		cancel:    cancel,
		listeners: map[net.Listener]struct{}{},
		sessions:  map[uint32]*session{},
		conns:     map[net.Conn]struct{}{},
	}
	s.protocol = sync.OnceValue(func() *protocol.Server {
		key, err := rsaKey()
		if err != nil {
			s.log.Error("the RSA key cannot be made; only TLS clients can sign in", "err", err)
		}
		return protocol.NewServerWithAuth(o.Version, collation, mysql.AUTH_CACHING_SHA2_PASSWORD, key, o.TLS, &authentication{})
	})
	var err error
	if s.engine, err = engine.New(); err != nil {
		cancel()
		return nil, err
	}
	s.work.Go(func() { s.protocol() })
	return s, nil
}

// is57 reports whether the server stands for MySQL 5.7.
func (s *Server) is57() bool { return strings.HasPrefix(s.version, "5.7") }

// SetPassword changes the password of a user at any host, as RDS does when its
// MasterUserPassword is modified. Open sessions stay open.
func (s *Server) SetPassword(user string, password steps.Password) error {
	return s.accounts.Update(func(all account.Accounts) error {
		a := all.Edit(account.Name{User: user, Host: "%"})
		if a == nil {
			return fmt.Errorf("set the password of %s: no such account", user)
		}
		a.SetPassword(password)
		return nil
	})
}

// Serve accepts connections until the listener fails or the server closes;
// then it returns nil. It closes the listener.
func (s *Server) Serve(l net.Listener) error {
	defer func() { _ = l.Close() }()
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.listeners[l] = struct{}{}
	s.mu.Unlock()
	for {
		conn, err := l.Accept()
		if err != nil {
			s.mu.Lock()
			closed := s.closed
			delete(s.listeners, l)
			s.mu.Unlock()
			if closed || errors.Is(err, net.ErrClosed) {
				return nil
			}
			return fmt.Errorf("accept: %w", err)
		}
		s.accept(conn)
	}
}

// accept starts a connection's goroutine, unless there are too many already.
func (s *Server) accept(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = conn.Close()
		return
	}
	full := len(s.conns) >= maxConnections
	s.conns[conn] = struct{}{}
	s.work.Go(func() {
		defer func() {
			_ = conn.Close()
			s.mu.Lock()
			delete(s.conns, conn)
			s.mu.Unlock()
		}()
		if full {
			refuseConnection(conn)
			return
		}
		s.serveClient(conn)
	})
}

// Close ends the listeners and every session, and waits until they have.
// Statements end first, so that none gets what another session's end frees.
func (s *Server) Close() error {
	s.cancel()
	s.mu.Lock()
	s.closed = true
	for l := range s.listeners {
		_ = l.Close()
	}
	for conn := range s.conns {
		_ = conn.Close()
	}
	s.mu.Unlock()
	s.work.Wait()
	if err := s.engine.Close(); err != nil {
		return fmt.Errorf("close the tables: %w", err)
	}
	return nil
}
