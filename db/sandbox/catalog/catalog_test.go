package catalog

import (
	"strings"
	"testing"

	"github.com/pingcap/tidb/pkg/parser"
	"github.com/pingcap/tidb/pkg/parser/ast"
	_ "github.com/pingcap/tidb/pkg/parser/test_driver" // the parser's literals
)

// define reads a CREATE TABLE statement.
func define(tb testing.TB, statement string) (*Table, error) {
	tb.Helper()
	n, err := parser.New().ParseOneStmt(statement, "", "")
	if err != nil {
		tb.Fatal(err)
	}
	return Define(n.(*ast.CreateTableStmt), "d", DefaultCollation)
}

func physical(_, name string) string { return "t_" + name }

func TestTablesAreKeptAsDefined(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ columns, want string }{
		"integers":             {"a INT, b BIGINT UNSIGNED, c TINYINT(1) NOT NULL", `"a" INT, "b" INT, "c" INT NOT NULL`},
		"text":                 {"a VARCHAR(20), b TEXT, c VARCHAR(5) COLLATE utf8mb4_bin", `"a" TEXT COLLATE utf8mb4_0900_ai_ci, "b" TEXT COLLATE utf8mb4_0900_ai_ci, "c" TEXT COLLATE utf8mb4_bin`},
		"bytes":                {"a BLOB, b VARBINARY(8)", `"a" BLOB, "b" BLOB`},
		"numbers":              {"a DECIMAL(8,2), b DOUBLE", `"a" NUMERIC, "b" REAL`},
		"dates":                {"a DATE, b DATETIME(3)", `"a" TEXT, "b" TEXT`},
		"a numbered key":       {"id INT AUTO_INCREMENT PRIMARY KEY", `"id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL`},
		"a key of two columns": {"a INT, b INT, PRIMARY KEY (a, b)", `"a" INT NOT NULL, "b" INT NOT NULL, PRIMARY KEY ("a", "b")`},
		"a foreign key":        {"p INT, FOREIGN KEY (p) REFERENCES parent (id) ON DELETE CASCADE", `"p" INT, FOREIGN KEY ("p") REFERENCES "t_parent" ("id") ON DELETE CASCADE`},
		"a name with quotes":   {"`a\"b` INT", `"a""b" INT`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table, err := define(t, "CREATE TABLE x ("+tt.columns+")")
			if err != nil {
				t.Fatal(err)
			}
			if got, want := table.CreateSQL("t1", physical), `CREATE TABLE "t1" (`+tt.want+`)`; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestInvalidDefinitionsAreRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ statement, says string }{
		"two columns of one name":       {"CREATE TABLE x (a INT, A INT)", "Duplicate column name 'A'"},
		"two primary keys":              {"CREATE TABLE x (a INT PRIMARY KEY, b INT, PRIMARY KEY (b))", "Multiple primary key"},
		"two keys of one name":          {"CREATE TABLE x (a INT, KEY k (a), KEY K (a))", "Duplicate key name"},
		"a key on a column not there":   {"CREATE TABLE x (a INT, KEY (b))", "Key column 'b' doesn't exist"},
		"numbering without a key":       {"CREATE TABLE x (a INT AUTO_INCREMENT)", "it must be defined as a key"},
		"more digits than are exact":    {"CREATE TABLE x (a DECIMAL(30, 2))", "more than 15 digits"},
		"YEAR":                          {"CREATE TABLE x (a YEAR)", "'YEAR'"},
		"BIT":                           {"CREATE TABLE x (a BIT(3))", "'BIT'"},
		"JSON":                          {"CREATE TABLE x (a JSON)", "'JSON'"},
		"SET":                           {"CREATE TABLE x (a SET('b', 'c'))", "'SET'"},
		"ZEROFILL":                      {"CREATE TABLE x (a INT(5) ZEROFILL)", "'ZEROFILL'"},
		"a TIME with fractions":         {"CREATE TABLE x (a TIME(3))", "TIME with fractions"},
		"a generated column":            {"CREATE TABLE x (a INT, b INT AS (a + 1))", "GENERATED"},
		"a temporary table":             {"CREATE TEMPORARY TABLE x (a INT)", "TEMPORARY"},
		"a table made from a query":     {"CREATE TABLE x AS SELECT 1", "SELECT"},
		"partitions":                    {"CREATE TABLE x (a INT) PARTITION BY HASH (a)", "PARTITION"},
		"a full-text index":             {"CREATE TABLE x (a TEXT, FULLTEXT (a))", "kind of key"},
		"an index on an expression":     {"CREATE TABLE x (a INT, KEY ((a + 1)))", "expression"},
		"numbering beside another key":  {"CREATE TABLE x (a INT AUTO_INCREMENT, b INT, PRIMARY KEY (b), KEY (a))", "AUTO_INCREMENT"},
		"numbering two columns at once": {"CREATE TABLE x (a INT AUTO_INCREMENT PRIMARY KEY, b INT AUTO_INCREMENT UNIQUE)", "only one auto column"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := define(t, tt.statement); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %q", err, tt.says)
			}
		})
	}
}

func TestColumnsAndKeysAreShownAsMySQLShowsThem(t *testing.T) {
	t.Parallel()
	table, err := define(t, "CREATE TABLE x (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, mail VARCHAR(40) UNIQUE, a INT, b INT, "+
		"kind ENUM('new','o''ld'), price DECIMAL(8,2), size FLOAT, weight DOUBLE, at DATETIME(3), KEY (a, b), KEY (a))")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"id": "int unsigned PRI", "mail": "varchar(40) UNI", "a": "int MUL", "b": "int ",
		"kind": "enum('new','o''ld') ", "price": "decimal(8,2) ", "at": "datetime(3) ", "size": "float ", "weight": "double ",
	}
	for _, c := range table.Columns {
		if got := TypeText(c.Type) + " " + table.KeyOf(c.Name); got != want[c.Name] {
			t.Errorf("%s is %q, want %q", c.Name, got, want[c.Name])
		}
	}
	var names []string
	for _, k := range table.Keys {
		names = append(names, k.Name)
	}
	if got := strings.Join(names, ","); got != "PRIMARY,mail,a,a_2" {
		t.Errorf("keys %s", got)
	}
}

func TestChangingACopyLeavesTheTableAlone(t *testing.T) {
	t.Parallel()
	table, err := define(t, "CREATE TABLE x (a INT, b INT, KEY k (a, b), KEY only (b))")
	if err != nil {
		t.Fatal(err)
	}
	before := table.CreateSQL("t", physical) + strings.Join(table.IndexSQL(func() int { return 1 }), ";")
	changed := table.Clone()
	if err := changed.DropKey("K"); err != nil {
		t.Fatal(err)
	}
	if after := table.CreateSQL("t", physical) + strings.Join(table.IndexSQL(func() int { return 1 }), ";"); after != before {
		t.Errorf("the table is now %s", after)
	}
	if len(changed.Keys) != 1 || changed.Keys[0].Name != "only" {
		t.Errorf("the copy has %+v", changed.Keys)
	}
}

func TestPhysicalNamesStay(t *testing.T) {
	t.Parallel()
	c := New()
	first := c.Physical("d", "t")
	if c.Physical("d", "T") == first || c.Physical("e", "t") == first || c.Physical("d", "t") != first {
		t.Error("a table's name is another's, or does not stay")
	}
}
