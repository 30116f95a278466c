package sandbox

import (
	"context"
	"errors"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
)

// knownError is MySQL's error for one of the engine's; nil if it is none of those.
func knownError(err error) *mysql.MyError {
	switch {
	case errors.Is(err, engine.ErrLockWait):
		return mysqlerr.New(mysql.ER_LOCK_WAIT_TIMEOUT)
	case errors.Is(err, context.Canceled):
		return mysqlerr.New(mysql.ER_QUERY_INTERRUPTED)
	}
	return nil
}

// explain turns SQLite's error into MySQL's, with the names that the statement
// used.
func (sc *scope) explain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	text := sqliteText(e)
	if own, ok := engine.MySQLError(text); ok {
		return own
	}
	for prefix, number := range sqliteSentences {
		if strings.HasPrefix(text, prefix) {
			return mysqlerr.New(number)
		}
	}
	if e.Code() == sqlite3.SQLITE_INTERRUPT {
		return mysqlerr.New(mysql.ER_QUERY_INTERRUPTED)
	}
	return mysql.NewError(mysql.ER_UNKNOWN_ERROR, text)
}

// sqliteSentences are errors of SQLite's that have one of MySQL's to match.
var sqliteSentences = map[string]uint16{
	"misuse of aggregate":              mysql.ER_INVALID_GROUP_FUNC_USE,
	"row value misused":                mysql.ER_ILLEGAL_REFERENCE,
	"a JOIN clause is required before": mysql.ER_PARSE_ERROR,
}

// sqliteText is SQLite's own sentence, without what the driver adds.
func sqliteText(e *sqlite.Error) string {
	text := e.Error()
	if _, after, ok := strings.Cut(text, ": "); ok && strings.HasPrefix(text, "SQL logic error") || strings.HasPrefix(text, "constraint failed") {
		text = after
	}
	if i := strings.LastIndex(text, " ("); i > 0 {
		text = text[:i]
	}
	return text
}
