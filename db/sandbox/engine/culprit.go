package engine

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
)

// noted holds, by a number of its own, what each run of Attempted sees.
var (
	noted     sync.Map // int64 → *[][]driver.Value
	lastNoted atomic.Int64
)

// noteFunction is mysql_note(number, values...): it notes a row that is about
// to be written.
var noteFunction = function{takesNull: true, f: func(a []driver.Value) (driver.Value, error) {
	if rows, ok := noted.Load(a[0]); ok {
		if rows, ok := rows.(*[][]driver.Value); ok {
			*rows = append(*rows, append([]driver.Value(nil), a[1:]...))
		}
	}
	return nil, nil
}}

// Attempted runs a statement that has just failed once more and tells the rows
// that it tried to write to a table; the last is the one that it failed at,
// unless the statement failed at its end. SQLite itself does not say. Whoever
// calls it must undo the statement's savepoint.
func (c *Conn) Attempted(table string, columns []string, query string) [][]driver.Value {
	number := lastNoted.Add(1)
	var rows [][]driver.Value
	noted.Store(number, &rows)
	defer noted.Delete(number)
	values := make([]string, len(columns))
	for i, column := range columns {
		values[i] = "NEW." + Name(column)
	}
	for _, event := range []string{"INSERT", "UPDATE"} {
		trigger := fmt.Sprintf(`CREATE TEMP TRIGGER note_%s_%d BEFORE %s ON main."%s" BEGIN SELECT mysql_note(%d, %s); END`,
			event, number, event, table, number, strings.Join(values, ", "))
		if _, err := c.Exec(trigger); err != nil {
			return nil
		}
	}
	_, _ = c.Exec(query)
	return rows
}
