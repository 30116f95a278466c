package translate

import (
	"strings"
	"testing"

	"github.com/pingcap/tidb/pkg/parser"
	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	_ "github.com/pingcap/tidb/pkg/parser/test_driver" // the parser's literals

	"keyturn/db/sandbox/rowset"
)

// plainNames is a server in which every table is kept under its own name.
type plainNames struct{}

// Its tables have a column of each kind.
func (plainNames) Table(n *ast.TableName) (string, []rowset.Column, error) {
	bin := rowset.Text.Clone()
	bin.SetCollate("utf8mb4_bin")
	size := rowset.Text.Clone()
	size.SetType(pm.TypeEnum)
	size.SetElems([]string{"small", "large"})
	return n.Name.O, []rowset.Column{
		{Name: "a", Type: rowset.Text},
		{Name: "b", Type: rowset.Text},
		{Name: "bin", Type: bin},
		{Name: "raw", Type: rowset.Blob},
		{Name: "n", Type: rowset.Int},
		{Name: "price", Type: rowset.Decimal(8, 2)},
		{Name: "size", Type: size},
		{Name: "day", Type: rowset.Date},
		{Name: "at", Type: rowset.Datetime},
		{Name: "hour", Type: rowset.Time},
	}, nil
}

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
	sql, _, err := Query(n, plainNames{})
	return sql, err
}

func TestExpressionsBecomeSQLites(t *testing.T) {
	t.Parallel()
	for mysql, want := range map[string]string{
		"5 / 2":                                 "(CAST(5 AS REAL) / 2)",
		"-7 MOD 3":                              "mysql_mod(-7, 3)",
		"a <=> NULL":                            `("a" IS NULL)`,
		"a LIKE 'x%'":                           `( mysql_like("a", 'x%', '\', 'utf8mb4_0900_ai_ci'))`,
		"a NOT LIKE 'x|%' ESCAPE '|'":           `( NOT mysql_like("a", 'x|%', '|', 'utf8mb4_0900_ai_ci'))`,
		"a IS NOT TRUE":                         `(("a") IS NOT TRUE)`,
		"'it''s \\\\'":                          `('it''s \' COLLATE utf8mb4_0900_ai_ci)`,
		"'zero\\0'":                             `(x'7a65726f00' COLLATE utf8mb4_0900_ai_ci)`,
		"(1, a) IN ((1, 'x'), (n, 'y'))":        `( ((1, "a") = (1, 'x') OR (1, "a") = ("n", 'y')))`,
		"a IN ('x', b)":                         `("a" IN ('x', "b"))`,
		"n IN ('1', 2)":                         `("n" IN (mysql_number('1'), 2))`,
		"a = 'x'":                               `("a"='x')`,
		"'x' = a":                               `(('x' COLLATE utf8mb4_0900_ai_ci)="a")`,
		"'x' = bin":                             `(('x' COLLATE utf8mb4_bin)="bin")`,
		"UPPER(a) = 'x'":                        `((mysql_upper("a") COLLATE utf8mb4_0900_ai_ci)='x')`,
		"a = raw":                               `(("a" COLLATE BINARY)="raw")`,
		"a = 1":                                 `(mysql_number("a")=1)`,
		"n = '1'":                               `("n"=mysql_number('1'))`,
		"size = 1":                              `((CASE "size" WHEN 'small' THEN 1 WHEN 'large' THEN 2 END)=1)`,
		"day = at":                              `(mysql_moment("day")="at")`,
		"at = '2026-01-02'":                     `("at"=mysql_moment('2026-01-02'))`,
		"hour = '10:00'":                        `("hour"=mysql_time('10:00'))`,
		"CONCAT(price)":                         `(mysql_concat(mysql_fixed("price", 2)) COLLATE utf8mb4_0900_ai_ci)`,
		"price + 1":                             `mysql_round(("price"+1), 2)`,
		"n + 1":                                 `mysql_bigint(("n"+1), 0)`,
		"n / 2":                                 `(CAST("n" AS REAL) / 2)`,
		"MAX(CONCAT(a))":                        `(max((mysql_concat("a") COLLATE utf8mb4_0900_ai_ci)) COLLATE utf8mb4_0900_ai_ci)`,
		"SUM(price)":                            `mysql_round(sum("price"), 2)`,
		"SUM(a)":                                `sum(mysql_number("a"))`,
		"IF(n, price, a)":                       `(iif("n", mysql_fixed("price", 2), "a") COLLATE utf8mb4_0900_ai_ci)`,
		"CASE a WHEN 'x' THEN price ELSE a END": `(CASE "a" WHEN 'x' THEN mysql_fixed("price", 2) ELSE "a" END COLLATE utf8mb4_0900_ai_ci)`,
		"IF(a, 1, 2)":                           `iif("a", 1, 2)`,
		"HEX(NULL)":                             `(mysql_hex(NULL) COLLATE utf8mb4_0900_ai_ci)`,
		"SUBSTRING(a FROM 2 FOR 3)":             `(mysql_substring("a", 2, 3) COLLATE utf8mb4_0900_ai_ci)`,
		"TRIM(a)":                               `(mysql_trim("a") COLLATE utf8mb4_0900_ai_ci)`,
		"RTRIM(a)":                              `(mysql_rtrim("a") COLLATE utf8mb4_0900_ai_ci)`,
		"POSITION('b' IN a)":                    `mysql_locate('b', "a")`,
		"INSTR(a, 'b')":                         `mysql_locate('b', "a")`,
		"DATE_SUB(a, INTERVAL 1 DAY)":           `(mysql_date_add("a", -(mysql_integer(1, 0)), 'DAY', -1) COLLATE utf8mb4_0900_ai_ci)`,
		"CAST(a AS SIGNED)":                     `mysql_integer("a", 0)`,
		"CAST(a AS DECIMAL(8,2))":               `mysql_decimal(mysql_number("a"), 8, 2)`,
		"CAST(a AS UNSIGNED)":                   `mysql_integer("a", 1)`,
		"CAST(a AS CHAR)":                       `(mysql_concat("a") COLLATE utf8mb4_0900_ai_ci)`,
		"CONVERT(a, CHAR(3))":                   `(mysql_left("a", 3) COLLATE utf8mb4_0900_ai_ci)`,
		"CAST(a AS DATE)":                       `mysql_date("a")`,
		"CAST(a AS DATETIME)":                   `mysql_datetime("a")`,
		"BINARY a":                              `(mysql_concat("a") COLLATE BINARY)`,
		"a + INTERVAL 1 WEEK":                   `(mysql_date_add("a", (mysql_integer(1, 0)), 'WEEK', -1) COLLATE utf8mb4_0900_ai_ci)`,
		"UNIX_TIMESTAMP(a)":                     `mysql_unix_timestamp("a", 7)`,
		"LCASE(a)":                              `(mysql_lower("a") COLLATE utf8mb4_0900_ai_ci)`,
		"COUNT(DISTINCT a)":                     `count(DISTINCT "a")`,
		"NOW()":                                 "'2026-01-02 03:04:05'",
		"@x + @@y":                              `mysql_bigint((7+7), 0)`,
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
		"SELECT a REGEXP '^x' FROM t":                              "REGEXP",
		"SELECT 18446744073709551615":                              "integers above",
		"SELECT (1, a) IN (SELECT n, a FROM t) FROM t":             "a row of several values",
		"SELECT 1 FROM t NATURAL JOIN t AS u":                      "NATURAL JOIN",
		"SELECT size FROM t ORDER BY 1":                            "ENUM by its place",
		"SELECT 5 DIV 2":                                           "DIV",
		"SELECT 1 XOR 1":                                           "XOR",
		"SELECT ~1":                                                "~",
		"SELECT 1 | 2":                                             "|",
		"SELECT 1 << 2":                                            "<<",
		"SELECT TRIM(LEADING 'x' FROM a) FROM t":                   "TRIM() with 3 argument(s)",
		"SELECT RAND(3)":                                           "RAND() with 1 argument(s)",
		"SELECT FROM_UNIXTIME(1, '%Y')":                            "FROM_UNIXTIME() with 2 argument(s)",
		"SELECT CAST(a AS TIME) FROM t":                            "AS TIME",
		"SELECT CAST(a AS DATETIME(3)) FROM t":                     "AS DATETIME(3)",
		"SELECT CAST(a AS BINARY(3)) FROM t":                       "AS BINARY(3)",
		"SELECT CONVERT(a USING latin1) FROM t":                    "CONVERT()",
		"SELECT DATE_ADD(a, INTERVAL 1 MICROSECOND) FROM t":        "INTERVAL",
		"SELECT DATEDIFF(a) FROM t":                                "DATEDIFF() with 1 argument(s)",
		"SELECT ISNULL()":                                          "ISNULL() with 0 argument(s)",
		"SELECT INSTR()":                                           "INSTR() with 0 argument(s)",
		"SELECT COALESCE()":                                        "COALESCE()",
		"SELECT nope()":                                            "NOPE()",
		"SELECT nope(1)":                                           "NOPE()",
		"SELECT store(1, 2)":                                       "STORE()",
		"SELECT JSON_OBJECT('a', 1)":                               "JSON_OBJECT()",
		"SELECT SIN(1)":                                            "SIN()",
		"SELECT STDDEV(a) FROM t":                                  "STD",
		"SELECT COUNT(DISTINCT a, b) FROM t":                       "several values",
		"SELECT CAST('{}' AS JSON)":                                "AS JSON",
		"VALUES ROW(1, 2)":                                         "VALUES ROW()",
		"SELECT GROUP_CONCAT(DISTINCT a) FROM t":                   "GROUP_CONCAT(DISTINCT ...)",
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
			if err == nil || !strings.Contains(err.Error(), "1235") || !strings.Contains(err.Error(), says) {
				t.Errorf("got %q, %v; want %q", got, err, says)
			}
		})
	}
}

// Functions of MySQL that the sandbox lets go of.
func TestFunctionsBeyondTheSandbox(t *testing.T) {
	t.Parallel()
	for _, name := range strings.Fields(`REPEAT LPAD RPAD REVERSE SUBSTRING_INDEX UNHEX SQRT POW SIGN TRUNCATE LAST_DAY DAYOFWEEK WEEKDAY
		DAYOFYEAR SOUNDEX TIME QUARTER WEEK ELT FIELD ASCII BIN SLEEP BENCHMARK GET_LOCK INET_ATON CRC32 TO_BASE64 STR_TO_DATE`) {
		_, err := query(t, "SELECT "+name+"(a, 1) FROM t")
		if err == nil || !strings.Contains(err.Error(), "doesn't yet support '"+name+"()'") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
