// Package engine keeps a MySQL server's tables in one SQLite database in
// memory, and gives MySQL's sessions their transactions on it.
//
// SQLite has one connection; statements take turns on it. A session that
// writes inside a transaction holds the one write lock until it commits; the
// others meanwhile read a copy made when that transaction began. So what a
// session reads is always committed (READ COMMITTED), no reader waits for a
// writer, and two writers wait for each other as on a locked row.
package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrLockWait says that another session's transaction did not end in time.
var ErrLockWait = errors.New("lock wait timeout")

// Engine is the tables of one server.
type Engine struct {
	// writer holds a token while a session may change the tables.
	writer chan struct{}

	mu   sync.Mutex
	live *Conn
	view *Conn // what others read while a transaction is open on live
	open bool  // a transaction is open on live
}

// New makes an engine without tables.
func New() (*Engine, error) {
	live, err := open()
	if err != nil {
		return nil, fmt.Errorf("open the tables: %w", err)
	}
	view, err := open()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the copy of the tables: %w", err), live.close())
	}
	return &Engine{writer: make(chan struct{}, 1), live: live, view: view}, nil
}

// Close frees the tables. No session may be in use any more.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return errors.Join(e.live.close(), e.view.close())
}

// Session is one MySQL session's hold on the engine. It is used by one
// goroutine.
type Session struct {
	e       *Engine
	writing bool // this session's transaction is open on live
	held    bool // this session keeps the write lock between statements
}

// Session opens a session.
func (e *Engine) Session() *Session { return &Session{e: e} }

// Writing reports whether the session has changed something that it has not
// committed.
func (s *Session) Writing() bool { return s.writing }

// Read runs f with the tables as the session sees them; f's statements are
// interrupted when ctx ends. f must not change any but temporary tables.
func (s *Session) Read(ctx context.Context, f func(*Conn) error) error {
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	if s.e.open && !s.writing {
		return f(s.e.view.withContext(ctx))
	}
	return f(s.e.live.withContext(ctx))
}

// Mode is how a change is made.
type Mode struct {
	// InTransaction keeps the change back until Commit.
	InTransaction bool
	// Wait is how long to wait for another session's transaction.
	Wait time.Duration
	// Unchecked leaves foreign keys unchecked; SQLite can do so only outside a
	// transaction.
	Unchecked bool
}

// Write runs f, which changes tables, all or nothing; f's statements are
// interrupted when ctx ends.
func (s *Session) Write(ctx context.Context, m Mode, f func(*Conn) error) error {
	if err := s.acquire(ctx, m.Wait); err != nil {
		return err
	}
	defer s.release()
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	live := s.e.live
	if m.InTransaction && !s.writing {
		if err := live.copyTo(s.e.view); err != nil {
			return fmt.Errorf("copy the tables: %w", err)
		}
		if _, err := live.Exec("BEGIN"); err != nil {
			return err
		}
		s.e.open, s.writing = true, true
	}
	if m.Unchecked && !s.writing {
		if _, err := live.Exec("PRAGMA foreign_keys = OFF"); err != nil {
			return err
		}
		defer func() { _, _ = live.Exec("PRAGMA foreign_keys = ON") }()
	}
	return live.atomically(func(c *Conn) error { return f(c.withContext(ctx)) })
}

// Commit makes the session's changes everybody's.
func (s *Session) Commit() error { return s.end("COMMIT") }

// Rollback undoes them.
func (s *Session) Rollback() error { return s.end("ROLLBACK") }

func (s *Session) end(how string) error {
	if !s.writing {
		return nil
	}
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	_, err := s.e.live.Exec(how)
	s.e.open, s.writing = false, false
	s.release()
	return err
}

// Hold takes the write lock until LetGo, for LOCK TABLES.
func (s *Session) Hold(ctx context.Context, wait time.Duration) error {
	err := s.acquire(ctx, wait)
	if err == nil {
		s.held = true
	}
	return err
}

// Holding reports whether the session took the lock by Hold.
func (s *Session) Holding() bool { return s.held }

// LetGo gives the write lock back, once no transaction is open.
func (s *Session) LetGo() {
	if s.held {
		s.held = false
		s.release()
	}
}

// acquire takes the write lock, unless the session has it.
func (s *Session) acquire(ctx context.Context, wait time.Duration) error {
	if s.held || s.writing {
		return nil
	}
	timeout := time.NewTimer(max(wait, time.Second)) // innodb_lock_wait_timeout is no less
	defer timeout.Stop()
	select {
	case s.e.writer <- struct{}{}:
		return nil
	case <-timeout.C:
		return ErrLockWait
	case <-ctx.Done():
		return ctx.Err()
	}
}

// release gives the write lock back, unless the session holds it for longer.
func (s *Session) release() {
	if !s.held && !s.writing {
		<-s.e.writer
	}
}
