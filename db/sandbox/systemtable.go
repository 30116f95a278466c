package sandbox

import (
	"database/sql/driver"
	"slices"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/rowset"
)

// systemTable is a table of the server's own, computed for each statement that
// reads it. Its rows are those that the session may see.
type systemTable struct {
	db, name string
	columns  []rowset.Column
	rows     func(*session) [][]driver.Value
	found    [][]driver.Value // what rows gave for the statement in hand
}

// findSystemTable finds one; information_schema's names have no case.
func findSystemTable(db, name string) (systemTable, bool) {
	if !slices.Contains(systemDatabases, db) {
		return systemTable{}, false
	}
	for _, t := range systemTables() {
		if t.db == db && (t.name == name || db == "information_schema" && strings.EqualFold(t.name, name)) {
			return t, true
		}
	}
	return systemTable{}, false
}

// newSystemTable reads columns as "name type", where the type is int, text or
// datetime.
func newSystemTable(db, name, columns string, rows func(*session) [][]driver.Value) systemTable {
	t := systemTable{db: db, name: name, rows: rows}
	fields := strings.Fields(columns)
	for i := 0; i+1 < len(fields); i += 2 {
		t.columns = append(t.columns, rowset.Column{Name: fields[i], Schema: db, Table: name, OrgTable: name, OrgName: fields[i], Type: map[string]*types.FieldType{
			"int": rowset.Int, "text": rowset.Text, "datetime": rowset.Datetime,
		}[fields[i+1]]})
	}
	return t
}

// physical is the name under which SQLite sees the table while a statement
// runs.
func (t systemTable) physical() string { return t.db + "." + t.name }

// fill writes the system tables that the statement reads; drop removes them.
func (sc *scope) fill(c *engine.Conn) (drop func(), err error) {
	drop = func() {
		for _, t := range sc.system {
			// A table that could not be made cannot be dropped either.
			_, _ = c.Undisturbed().Exec("DROP TABLE IF EXISTS temp." + engine.Name(t.physical()))
		}
	}
	for _, t := range sc.system {
		if err := t.write(c); err != nil {
			drop()
			return nil, err
		}
	}
	return drop, nil
}

func (t systemTable) write(c *engine.Conn) error {
	definitions := make([]string, len(t.columns))
	marks := make([]string, len(t.columns))
	for i, column := range t.columns {
		definitions[i], marks[i] = engine.Name(column.Name)+" COLLATE "+engine.Collation, "?"
	}
	_, err := c.Exec("CREATE TEMP TABLE " + engine.Name(t.physical()) + " (" + strings.Join(definitions, ", ") + ")")
	if err != nil {
		return err
	}
	insert := "INSERT INTO temp." + engine.Name(t.physical()) + " VALUES (" + strings.Join(marks, ", ") + ")"
	for _, row := range t.found {
		args := make([]any, len(row))
		for i, v := range row {
			args[i] = v
		}
		if _, err := c.Exec(insert, args...); err != nil {
			return err
		}
	}
	return nil
}
