package sandbox

import (
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
)

// scope is what one statement may name. It implements translate.Environment.
type scope struct {
	*session
	node ast.StmtNode
	// target is the table that the statement changes; what it reads needs SELECT.
	target  *ast.TableName
	command string
	tables  map[string]*catalog.Table // by SQLite's name
	system  map[string]systemTable    // by SQLite's name
}

// newScope makes the scope of a statement that only reads.
func (se *session) newScope(n ast.StmtNode) *scope {
	return &scope{session: se, node: n, tables: map[string]*catalog.Table{}, system: map[string]systemTable{}}
}

// Table implements translate.Environment.
func (sc *scope) Table(n *ast.TableName) (string, error) {
	db, err := sc.dbOf(n)
	if err != nil {
		return "", err
	}
	command := "SELECT"
	if n == sc.target {
		command = sc.command
	}
	if t, ok := findSystemTable(db, n.Name.O); ok {
		return sc.addSystem(t, command)
	}
	t, err := sc.userTable(db, n.Name.O, command)
	if err != nil {
		return "", err
	}
	sc.tables[t.Physical] = t
	return t.Physical, nil
}

// dbOf is the database that a table's name is in.
func (se *session) dbOf(n *ast.TableName) (string, error) {
	switch {
	case n.Schema.O != "":
		return canonicalDB(n.Schema.O), nil
	case se.db != "":
		return se.db, nil
	}
	return "", mysqlerr.New(mysql.ER_NO_DB_ERROR)
}

// userTable finds a table, for those who may do that with it.
func (se *session) userTable(db, name, command string) (*catalog.Table, error) {
	if !se.holds(command, db, name) {
		return nil, se.deniedTable(command, name)
	}
	if !se.server.hasDatabase(db) {
		return nil, mysqlerr.New(mysql.ER_BAD_DB_ERROR, db)
	}
	t, ok := se.server.catalog.Table(db, name)
	if !ok {
		if db == "information_schema" {
			return nil, mysql.NewError(mysql.ER_UNKNOWN_TABLE, "Unknown table '"+strings.ToUpper(name)+"' in information_schema")
		}
		return nil, mysqlerr.New(mysql.ER_NO_SUCH_TABLE, db, name)
	}
	return t, nil
}

// shape gives a result the names and types that MySQL's clients expect.
// computed are the types of the columns that no table has.
func (sc *scope) shape(rows *engine.Rows, computed map[string]*types.FieldType) *rowset.Rowset {
	r := &rowset.Rowset{Rows: rows.Values}
	for i, info := range rows.Columns {
		c := rowset.Column{Name: info.Name}
		if t, ok := sc.tables[info.TableName]; ok {
			if column, ok := t.Column(info.OriginName); ok {
				c.Schema, c.Table, c.OrgTable, c.OrgName = t.DB, t.Name, t.Name, column.Name
				c.Type = t.ResultType(column)
			}
		}
		if t, ok := sc.system[info.TableName]; ok && c.Type == nil {
			c.Schema, c.Table, c.OrgTable, c.OrgName = t.db, t.name, t.name, info.OriginName
			c.Type = t.typeOf(info.OriginName)
		}
		if c.Type == nil {
			c.Type = computed[info.Name]
		}
		if c.Type == nil {
			c.Type = typeOfValues(rows, i)
		}
		r.Columns = append(r.Columns, c)
	}
	return r
}

// typeOfValues is the type of the first value in a column.
func typeOfValues(rows *engine.Rows, i int) *types.FieldType {
	for _, row := range rows.Values {
		switch row[i].(type) {
		case int64, bool:
			return rowset.Int
		case float64:
			return rowset.Double
		case string:
			return rowset.Text
		case []byte:
			return rowset.Blob
		}
	}
	if len(rows.Values) > 0 {
		return rowset.Null
	}
	return rowset.Text
}
