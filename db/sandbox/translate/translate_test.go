package translate

import (
	"errors"
	"strings"
	"testing"

	"github.com/pingcap/tidb/pkg/parser"
	"github.com/pingcap/tidb/pkg/parser/ast"
	_ "github.com/pingcap/tidb/pkg/parser/test_driver" // the parser's literals
)

// plainNames is a server in which every table is kept under its own name.
type plainNames struct{}

func (plainNames) Table(n *ast.TableName) (string, error) { return n.Name.O, nil }

func (plainNames) Function(name string, _ []ast.ExprNode) (any, bool, error) {
	return "2026-01-02 03:04:05", name == "now", nil
}
func (plainNames) Variable(*ast.VariableExpr) (any, error) { return int64(7), nil }

func query(tb testing.TB, text string) (string, error) {
	tb.Helper()
	n, err := parser.New().ParseOneStmt(text, "", "")
	if err != nil {
		tb.Fatal(err)
	}
	s, err := Query(n, plainNames{})
	return s.SQL, err
}

func TestExpressionsBecomeSQLites(t *testing.T) {
	t.Parallel()
	for mysql, want := range map[string]string{
		"5 / 2":                       "(CAST(5 AS REAL) / 2)",
		"5 DIV 2":                     "mysql_div(5, 2)",
		"-7 MOD 3":                    "mysql_mod(-7, 3)",
		"a <=> NULL":                  `("a" IS NULL)`,
		"a XOR b":                     `(("a" <> 0) <> ("b" <> 0))`,
		"a LIKE 'x%'":                 `("a" LIKE 'x%' ESCAPE '\')`,
		"a NOT LIKE 'x|%' ESCAPE '|'": `("a" NOT LIKE 'x|%' ESCAPE '|')`,
		"a REGEXP '^x'":               `("a" REGEXP '^x')`,
		"a IS NOT TRUE":               `(("a") IS NOT TRUE)`,
		"'it''s \\\\'":                `'it''s \'`,
		"'zero\\0'":                   "x'7a65726f00'",
		"(1, a) IN ((1, 2), (3, 4))":  `((1, "a") IN (VALUES (1, 2), (3, 4)))`,
		"IF(a, 1, 2)":                 `iif("a", 1, 2)`,
		"HEX(NULL)":                   "mysql_hex(NULL)",
		"SUBSTRING(a FROM 2 FOR 3)":   `mysql_substr("a", 2, 3)`,
		"TRIM(LEADING 'x' FROM a)":    `mysql_trim("a", 'x', 'LEADING')`,
		"TRIM(a)":                     `mysql_trim("a", ' ', 'BOTH')`,
		"RTRIM(a)":                    `mysql_trim("a", ' ', 'TRAILING')`,
		"POSITION('b' IN a)":          `locate('b', "a")`,
		"INSTR(a, 'b')":               `locate('b', "a")`,
		"DATE_SUB(a, INTERVAL 1 DAY)": `mysql_shift("a", -(1), 'DAY')`,
		"CAST(a AS SIGNED)":           `CAST("a" AS INTEGER)`,
		"CAST(a AS DECIMAL(8,2))":     `mysql_round("a", 2)`,
		"COUNT(DISTINCT a)":           `count(DISTINCT "a")`,
		"NOW()":                       "'2026-01-02 03:04:05'",
		"@x + @@y":                    "(7+7)",
	} {
		t.Run(mysql, func(t *testing.T) {
			t.Parallel()
			got, err := query(t, "SELECT "+mysql+" AS `it` FROM t")
			if err != nil {
				t.Fatal(err)
			}
			if want := "SELECT " + want + ` AS "it" FROM "t" AS "t"`; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestUntranslatableStatementsAreRefused(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"WITH RECURSIVE r AS (SELECT 1) SELECT * FROM r":           "WITH RECURSIVE",
		"SELECT a FROM t GROUP BY a WITH ROLLUP":                   "WITH ROLLUP",
		"SELECT a FROM t INTO OUTFILE 'x'":                         "INTO",
		"SELECT a FROM t HAVING a > 1":                             "HAVING without GROUP BY",
		"SELECT MATCH (a) AGAINST ('x') FROM t":                    "MATCH",
		"SELECT 1 > ALL (SELECT a FROM t)":                         "ANY and ALL",
		"SELECT DATE_ADD(a, INTERVAL '1-1' YEAR_MONTH) FROM t":     "INTERVAL",
		"SELECT @x := 1":                                           "assignment",
		"SELECT JSON_OBJECT('a', 1)":                               "JSON_OBJECT()",
		"SELECT SIN(1)":                                            "SIN()",
		"SELECT STDDEV(a) FROM t":                                  "STD",
		"SELECT COUNT(DISTINCT a, b) FROM t":                       "several columns",
		"SELECT CAST('{}' AS JSON)":                                "AS JSON",
		"VALUES ROW(1, 2)":                                         "VALUES ROW()",
		"SELECT GROUP_CONCAT(DISTINCT a SEPARATOR ';') FROM t":     "GROUP_CONCAT",
		"SELECT CHAR(65)":                                          "CHAR",
		"SELECT EXTRACT(YEAR FROM a) FROM t":                       "EXTRACT()",
		"SELECT TIMESTAMPADD(MINUTE, 1, '2003-01-02') FROM t":      "TIMESTAMPADD()",
		"SELECT INSERT('Quadratic', 3, 4, 'What') FROM t LIMIT 1":  "INSERT",
		"SELECT FORMAT(12332.123456, 4), ELT(1, 'a') FROM t":       "FORMAT()",
		"SELECT CONV('a', 16, 2) FROM t WHERE FIELD('a', 'b') = 1": "()",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got, err := query(t, text)
			var beyond *Beyond
			if !errors.As(err, &beyond) || !strings.Contains(beyond.What, says) {
				t.Errorf("got %q, %v; want %q", got, err, says)
			}
		})
	}
}

func TestUnknownFunctionsAreMisspelt(t *testing.T) {
	t.Parallel()
	_, err := query(t, "SELECT nope(1)")
	var unknown *UnknownFunction
	if !errors.As(err, &unknown) || unknown.Name != "nope" {
		t.Errorf("got %v", err)
	}
}
