package sandbox

import (
	"context"
	"crypto/tls"
	"net"
	"sync/atomic"
	"time"

	protocol "github.com/go-mysql-org/go-mysql/server"
	"github.com/pingcap/tidb/pkg/parser"

	"keyturn/db/sandbox/account"
	"keyturn/db/sandbox/engine"
)

// session is one client's conversation with the server. Its own goroutine
// alone uses it, but for what other sessions list and kill.
type session struct {
	server *Server
	wire   *wire
	conn   *protocol.Conn
	host   string        // the client's address
	hosts  account.Hosts // the names by which accounts may know it
	id     uint32
	began  time.Time
	// ctx ends with the session, and while a statement runs with that.
	ctx    context.Context
	cancel context.CancelFunc
	// stop ends the statement that runs; nil while none does.
	stop atomic.Pointer[context.CancelCauseFunc]

	candidate *account.Account // with which the client tries to sign in
	user      string           // as the client gave it
	account   *account.Account
	tls       *tls.ConnectionState
	wantedDB  string // asked for while signing in

	db        string
	variables variables
	tables    *engine.Session
	// explicit is set between START TRANSACTION and its end.
	explicit bool
	readOnly bool // it was started READ ONLY
	// what LAST_INSERT_ID(), ROW_COUNT() and FOUND_ROWS() tell.
	insertID, rowCount, foundRows int64
	warnings                      []warning
	binary                        map[uint32]*binaryStatement // by COM_STMT_PREPARE
	prepares                      uint32                      // how many there have been
	parser                        *parser.Parser

	// activity is what SHOW PROCESSLIST shows: it never holds a statement's text.
	activity atomic.Pointer[activity]
}

type activity struct {
	user    string
	command string
	since   time.Time
	db      string
}

// serveClient signs a client in and answers its commands until either side ends.
func (s *Server) serveClient(conn net.Conn) {
	se := s.newSession(conn)
	defer se.end()
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("a session failed", "user", se.user, "host", se.host, "panic", p)
		}
	}()
	if err := conn.SetDeadline(time.Now().Add(connectTimeout)); err != nil {
		return
	}
	c, err := s.protocol().NewCustomizedConn(se.wire, se, se)
	if err != nil {
		return // the refusal has been answered and noted
	}
	if err := conn.SetDeadline(time.Time{}); err != nil {
		return
	}
	se.conn = c
	s.register(se)
	se.serve()
}

func (s *Server) newSession(conn net.Conn) *session {
	ctx, cancel := context.WithCancel(s.ctx)
	se := &session{
		server:    s,
		wire:      &wire{Conn: conn},
		host:      hostOf(conn.RemoteAddr()),
		began:     s.now(),
		ctx:       ctx,
		cancel:    cancel,
		variables: variables{},
		tables:    s.engine.Session(),
		binary:    map[uint32]*binaryStatement{},
		parser:    parser.New(),
	}
	se.hosts = account.Hosts{se.host}
	if ip := net.ParseIP(se.host); ip != nil && ip.IsLoopback() {
		se.hosts = append(se.hosts, "localhost")
	}
	return se
}

// register makes a signed-in session one that others can list and kill.
func (s *Server) register(se *session) {
	se.id = se.conn.ConnectionID()
	se.setActivity("Sleep")
	s.mu.Lock()
	s.sessions[se.id] = se
	s.mu.Unlock()
}

// end rolls back what the client left open.
func (se *session) end() {
	_ = se.tables.Rollback()
	se.tables.LetGo()
	se.cancel()
	se.server.mu.Lock()
	delete(se.server.sessions, se.id)
	se.server.mu.Unlock()
}

func (se *session) setActivity(command string) {
	se.activity.Store(&activity{user: se.user, command: command, since: se.server.now(), db: se.db})
}
