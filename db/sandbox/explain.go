package sandbox

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"

	"github.com/go-mysql-org/go-mysql/mysql"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/translate"
)

// knownError translates what the parts below say; nil if it is none of that.
func (se *session) knownError(err error) *mysql.MyError {
	var beyond *translate.Beyond
	switch {
	case errors.As(err, &beyond):
		return mysqlerr.Beyond(beyond.What)
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
	if name, ok := strings.CutPrefix(text, "no such column: "); ok {
		name, _, _ = strings.Cut(name, " - ") // a hint about quotes follows
		name = strings.Trim(name, `"`)
		return mysqlerr.New(mysql.ER_BAD_FIELD_ERROR, sc.displayed(name), sc.clauseOf(name))
	}
	if name, ok := strings.CutPrefix(text, "ambiguous column name: "); ok {
		return mysqlerr.New(mysql.ER_NON_UNIQ_ERROR, sc.displayed(name), sc.clauseOf(name))
	}
	if name, ok := strings.CutPrefix(text, "no such table: "); ok {
		return mysqlerr.New(mysql.ER_BAD_TABLE_ERROR, sc.displayed(name))
	}
	for prefix, number := range sqliteSentences {
		if strings.HasPrefix(text, prefix) {
			return mysqlerr.New(number)
		}
	}
	if valueCount().MatchString(text) {
		return mysqlerr.New(mysql.ER_WRONG_VALUE_COUNT_ON_ROW, 1)
	}
	if e.Code() == sqlite3.SQLITE_INTERRUPT {
		return mysqlerr.New(mysql.ER_QUERY_INTERRUPTED)
	}
	return mysql.NewError(mysql.ER_UNKNOWN_ERROR, text)
}

// sqliteSentences are errors of SQLite's that have one of MySQL's to match.
var sqliteSentences = map[string]uint16{
	"misuse of aggregate":              mysql.ER_INVALID_GROUP_FUNC_USE,
	"SELECTs to the left and right of": mysql.ER_WRONG_NUMBER_OF_COLUMNS_IN_SELECT,
	"row value misused":                mysql.ER_ILLEGAL_REFERENCE,
	"a JOIN clause is required before": mysql.ER_PARSE_ERROR,
}

// valueCount is what SQLite says of INSERT ... SELECT with another number of
// columns.
var valueCount = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^table given has \d+ values for \d+ columns`)
})

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

// displayed puts the table's name in place of SQLite's.
func (sc *scope) displayed(name string) string {
	for physical, t := range sc.tables {
		if name == physical {
			return t.Name
		}
		name = strings.TrimPrefix(name, physical+".")
	}
	return name
}
