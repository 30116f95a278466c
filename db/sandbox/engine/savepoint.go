package engine

import (
	"context"
	"errors"
	"strings"
)

// ErrNoSavepoint says that a transaction has no savepoint of that name.
var ErrNoSavepoint = errors.New("no such savepoint")

// Savepoint marks a place in the session's transaction, which it opens if that
// has not been done.
func (s *Session) Savepoint(ctx context.Context, m Mode, name string) error {
	m.InTransaction = true
	if err := s.Write(ctx, m, func(*Conn) error { return nil }); err != nil {
		return err
	}
	return s.AtSavepoint("SAVEPOINT", name)
}

// AtSavepoint carries out ROLLBACK TO or RELEASE.
func (s *Session) AtSavepoint(verb, name string) error {
	if !s.writing {
		return ErrNoSavepoint
	}
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	// The prefix keeps it apart from the engine's own.
	_, err := s.e.live.Exec(verb + ` "user ` + strings.ReplaceAll(strings.ToLower(name), `"`, `""`) + `"`)
	if err != nil && strings.Contains(err.Error(), "no such savepoint") {
		return ErrNoSavepoint
	}
	return err
}
