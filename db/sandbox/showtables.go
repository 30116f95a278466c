package sandbox

import (
	"database/sql/driver"
	"slices"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
)

// visibleDatabases are those that the session's account has something on.
func (se *session) visibleDatabases() []string {
	all := append(se.server.catalog.Databases(), systemDatabases...)
	slices.Sort(all)
	showAll := se.server.accounts.Holds(se.account, "", "")&pm.ShowDBPriv != 0
	return slices.DeleteFunc(all, func(db string) bool { return !showAll && !se.seesDB(db) })
}

// visibleTables are the tables of a database that the account has something
// on.
func (se *session) visibleTables(db string) []*catalog.Table {
	return slices.DeleteFunc(se.server.catalog.Tables(db), func(t *catalog.Table) bool {
		return se.server.accounts.Holds(se.account, db, t.Name)&^usageOnly == 0
	})
}

func (se *session) showDatabases(n *ast.ShowStmt) (*rowset.Rowset, error) {
	title := "Database"
	if pattern, ok := patternOf(n); ok {
		title += " (" + pattern + ")"
	}
	r := rowset.Strings([]string{title})
	for _, db := range se.visibleDatabases() {
		r.Rows = append(r.Rows, row(db))
	}
	return r, nil
}

func patternOf(n *ast.ShowStmt) (string, bool) {
	if n.Pattern == nil {
		return "", false
	}
	v, ok := n.Pattern.Pattern.(ast.ValueExpr)
	if !ok {
		return "", false
	}
	return v.GetString(), true
}

// shownDB is the database that a SHOW is about, for those who see it.
func (se *session) shownDB(name string) (string, error) {
	if name == "" {
		name = se.db
	}
	name = canonicalDB(name)
	switch {
	case name == "":
		return "", mysqlerr.New(mysql.ER_NO_DB_ERROR)
	case !se.seesDB(name):
		return "", se.deniedDB(name)
	case !se.server.hasDatabase(name):
		return "", mysqlerr.New(mysql.ER_BAD_DB_ERROR, name)
	}
	return name, nil
}

func (se *session) showTables(n *ast.ShowStmt) (*rowset.Rowset, error) {
	db, err := se.shownDB(n.DBName)
	if err != nil {
		return nil, err
	}
	title := "Tables_in_" + db
	if pattern, ok := patternOf(n); ok {
		title += " (" + pattern + ")"
	}
	titles, kind := []string{title}, "BASE TABLE"
	if n.Full {
		titles = append(titles, "Table_type")
	}
	var names []string
	for _, t := range se.visibleTables(db) {
		names = append(names, t.Name)
	}
	if slices.Contains(systemDatabases, db) {
		for _, t := range systemTables() {
			if t.db == db {
				names = append(names, t.name)
			}
		}
		slices.Sort(names)
		if db == "information_schema" {
			kind = "SYSTEM VIEW"
		}
	}
	r := rowset.Strings(titles)
	for _, name := range names {
		r.Rows = append(r.Rows, row(name, kind)[:len(titles)])
	}
	return r, nil
}

func (se *session) showTableStatus(n *ast.ShowStmt) (*rowset.Rowset, error) {
	db, err := se.shownDB(n.DBName)
	if err != nil {
		return nil, err
	}
	r := rowset.Strings([]string{
		"Name", "Engine", "Version", "Row_format", "Rows", "Avg_row_length", "Data_length", "Max_data_length",
		"Index_length", "Data_free", "Auto_increment", "Create_time", "Update_time", "Check_time", "Collation",
		"Checksum", "Create_options", "Comment",
	})
	for _, t := range se.visibleTables(db) {
		size := se.sizeOf(t)
		r.Rows = append(r.Rows, row(t.Name, "InnoDB", int64(10), "Dynamic", size.rows, int64(0), int64(16384), int64(0),
			int64(0), int64(0), size.next, t.Created.Format("2006-01-02 15:04:05"), nil, nil, t.Collation, nil, "", t.Comment))
	}
	return r, nil
}

func (se *session) showColumns(n *ast.ShowStmt) (*rowset.Rowset, error) {
	titles := []string{"Field", "Type", "Null", "Key", "Default", "Extra"}
	if n.Full {
		titles = []string{"Field", "Type", "Collation", "Null", "Key", "Default", "Extra", "Privileges", "Comment"}
	}
	r := rowset.Strings(titles)
	t, system, err := se.shownTable(n)
	if err != nil {
		return nil, err
	}
	if t == nil {
		for _, c := range system.columns {
			r.Rows = append(r.Rows, columnRow(n.Full, c.Name, catalog.TypeText(c.Type), nil, "YES", "", nil, "", ""))
		}
		return r, nil
	}
	for _, c := range t.Columns {
		null := "YES"
		if c.NotNull {
			null = "NO"
		}
		if n.Column != nil && n.Column.Name.L != "" && !equalFold(n.Column.Name.O, c.Name) {
			continue
		}
		r.Rows = append(r.Rows, columnRow(n.Full, c.Name, catalog.TypeText(c.Type), collationOf(t, c), null, t.KeyOf(c.Name),
			defaultOf(c), extraOf(c), c.Comment))
	}
	return r, nil
}

func columnRow(full bool, name, kind string, collation driver.Value, null, key string, value driver.Value, extra, comment string) []driver.Value {
	if full {
		return row(name, kind, collation, null, key, value, extra, "select,insert,update,references", comment)
	}
	return row(name, kind, null, key, value, extra)
}

// shownTable is the table that a SHOW is about: a user's or a system table.
func (se *session) shownTable(n *ast.ShowStmt) (*catalog.Table, systemTable, error) {
	name := n.Table
	if n.DBName != "" {
		name.Schema = ast.NewCIStr(n.DBName)
	}
	db, err := se.dbOf(name)
	if err != nil {
		return nil, systemTable{}, err
	}
	if t, ok := findSystemTable(db, name.Name.O); ok {
		_, err := se.newScope(nil).addSystem(t, "SELECT")
		return nil, t, err
	}
	if se.server.accounts.Holds(se.account, db, name.Name.O)&^usageOnly == 0 {
		return nil, systemTable{}, se.deniedTable("SELECT", name.Name.O)
	}
	if !se.server.hasDatabase(db) {
		return nil, systemTable{}, mysqlerr.New(mysql.ER_BAD_DB_ERROR, db)
	}
	t, ok := se.server.catalog.Table(db, name.Name.O)
	if !ok {
		return nil, systemTable{}, mysqlerr.New(mysql.ER_NO_SUCH_TABLE, db, name.Name.O)
	}
	return t, systemTable{}, nil
}

// describe is DESCRIBE table; EXPLAIN of a statement is beyond this server.
func (se *session) describe(n *ast.ExplainStmt) (*outcome, error) {
	if s, ok := n.Stmt.(*ast.ShowStmt); ok {
		return se.show(s)
	}
	return nil, mysqlerr.Beyond("EXPLAIN")
}
