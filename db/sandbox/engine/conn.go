package engine

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
)

// Conn is one SQLite database in memory.
type Conn struct {
	c   sqliteConn
	ctx context.Context
}

// sqliteConn is what modernc.org/sqlite's connections can do.
type sqliteConn interface {
	driver.Conn
	driver.ExecerContext
	driver.QueryerContext
	Serialize() ([]byte, error)
	Deserialize(buf []byte) error
}

// Changes is what a statement did.
type Changes struct {
	Rows     int64
	InsertID int64
}

func open() (*Conn, error) {
	c, err := dialect().Open("file::memory:?_dqs=0&_pragma=foreign_keys(1)")
	if err != nil {
		return nil, err
	}
	conn, ok := c.(sqliteConn)
	if !ok {
		_ = c.Close()
		return nil, fmt.Errorf("the SQLite driver's %T lacks a method", c)
	}
	return &Conn{c: conn, ctx: context.Background()}, nil
}

func (c *Conn) close() error { return c.c.Close() }

// withContext is c with statements that are interrupted when ctx ends.
func (c *Conn) withContext(ctx context.Context) *Conn { return &Conn{c: c.c, ctx: ctx} }

// Undisturbed is c with statements that run to their end, to tidy up after one
// that was interrupted.
func (c *Conn) Undisturbed() *Conn { return c.withContext(context.Background()) }

// Exec runs one statement that has no result.
func (c *Conn) Exec(query string, args ...any) (Changes, error) {
	r, err := c.c.ExecContext(c.ctx, query, namedValues(args))
	if err != nil {
		return Changes{}, err
	}
	rows, err := r.RowsAffected()
	if err != nil {
		return Changes{}, err
	}
	id, err := r.LastInsertId()
	return Changes{Rows: rows, InsertID: id}, err
}

// Query runs one statement and reads all of its result. Values are nil, int64,
// float64, string or []byte.
func (c *Conn) Query(query string, args ...any) ([][]driver.Value, error) {
	r, err := c.c.QueryContext(c.ctx, query, namedValues(args))
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	var rows [][]driver.Value
	for {
		values := make([]driver.Value, len(r.Columns()))
		if err := r.Next(values); errors.Is(err, io.EOF) {
			return rows, nil
		} else if err != nil {
			return nil, err
		}
		rows = append(rows, values)
	}
}

// atomically runs f so that it does everything or nothing.
func (c *Conn) atomically(f func(*Conn) error) error {
	if _, err := c.Exec("SAVEPOINT statement"); err != nil {
		return err
	}
	err := f(c)
	if err != nil {
		if _, undo := c.Exec("ROLLBACK TO statement"); undo != nil {
			err = errors.Join(err, undo)
		}
	}
	if _, done := c.Exec("RELEASE statement"); err == nil {
		err = done
	}
	return err
}

// copyTo replaces the contents of other by c's.
func (c *Conn) copyTo(other *Conn) error {
	contents, err := c.c.Serialize()
	if err != nil {
		return err
	}
	return other.c.Deserialize(contents)
}

func namedValues(args []any) []driver.NamedValue {
	values := make([]driver.NamedValue, len(args))
	for i, a := range args {
		values[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return values
}
