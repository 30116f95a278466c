package sandbox

import (
	"context"
	"testing"
)

// kinds is a table with a column of every type that is compared in a way of its
// own.
var kinds = []string{
	`CREATE DATABASE kinds`, `USE kinds`,
	`CREATE TABLE k (id INT PRIMARY KEY, name VARCHAR(20), code VARCHAR(20) COLLATE utf8mb4_bin, padded VARCHAR(20) COLLATE utf8mb4_general_ci,
		raw VARBINARY(20), price DECIMAL(8,2), qty INT UNSIGNED, size ENUM('small','large','Éléphant'), day DATE, at DATETIME,
		fine DATETIME(3), hour TIME, f FLOAT)`,
	`INSERT INTO k VALUES (1, 'Émile', 'Ab', 'x ', 'Ab', 10.5, 3, 'small', '2026-01-02', '2026-01-02 00:00:00', '2026-01-02 00:00:00.250', '10:05:00', 1.5),
		(2, 'emile', 'ab', 'X', 'ab', 9, 10, 'large', '2026-01-10', '2026-01-10 12:00:00', '2026-01-10 12:00:00', '09:00:00', 2),
		(3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`,
}

// Each row is what MySQL 8.4's manual says of types that meet.
func TestValuesOfDifferentTypesAreComparedAndConverted(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	c := s.session(t, who{user: admin, password: adminPassword})
	execAll(t, c, kinds...)
	for query, want := range map[string]string{
		// Text: the default collation knows neither case nor accents, a column has its own.
		`SELECT 'a' = 'A', 'é' = 'E', 'a' = 'a ', 'straße' = 'STRASSE', 'a' < 'B', '_' < '0'`:                      "1|1|0|1|1|1",
		`SELECT UPPER(name) = 'émile', CONCAT(name, '!') = 'EMILE!' FROM k WHERE id = 1`:                           "1|1",
		`SELECT id FROM k WHERE name = 'EMILE' ORDER BY id`:                                                        "1\n2",
		`SELECT id FROM k WHERE 'EMILE' = name ORDER BY id`:                                                        "1\n2",
		`SELECT id FROM k WHERE code = 'AB'`:                                                                       "",
		`SELECT id FROM k WHERE 'ab' = code`:                                                                       "2",
		`SELECT id FROM k WHERE UPPER(code) = 'ab'`:                                                                "",
		`SELECT id FROM k WHERE raw = 'ab'`:                                                                        "2",
		`SELECT id FROM k WHERE padded = 'x' ORDER BY id`:                                                          "1\n2",
		`SELECT BINARY 'a' = 'A', 'a' COLLATE utf8mb4_bin = 'A', 'É' = 'E' COLLATE utf8mb4_0900_as_ci`:             "0|0|0",
		`SELECT 'É' LIKE 'e', 'ÉTÉ' LIKE '_t%', 'a' LIKE 'a ', 'a%' LIKE 'a\%', NULL LIKE 'a', 10.50 LIKE '%0'`:    "1|1|0|1|NULL|1",
		`SELECT id FROM k WHERE code LIKE 'A%'`:                                                                    "1",
		`SELECT id FROM k WHERE name NOT LIKE 'E%'`:                                                                "",
		`SELECT COUNT(DISTINCT name), COUNT(DISTINCT CONCAT(name)), COUNT(DISTINCT code) FROM k`:                   "1|1|2",
		`SELECT COUNT(*) FROM (SELECT DISTINCT LOWER(name) FROM k WHERE id < 3) AS d`:                              "1",
		`SELECT COUNT(*) FROM k WHERE id < 3 GROUP BY CONCAT(name)`:                                                "2",
		`SELECT COUNT(*) FROM (SELECT 'a' AS x UNION SELECT 'A') AS d`:                                             "1",
		`SELECT n FROM (SELECT CONCAT(name) AS n FROM k) AS d WHERE n = 'EMILE'`:                                   "Émile\nemile",
		`SELECT x FROM (SELECT 'b' AS x UNION SELECT 'A' UNION SELECT 'a_') AS d ORDER BY x`:                       "A\na_\nb",
		`SELECT CASE 'A' WHEN 'a' THEN 1 ELSE 2 END, NULLIF('A', 'a'), 'B' BETWEEN 'a' AND 'c', 'É' IN ('e', 'f')`: "1|NULL|1|1",
		`SELECT MAX(CONCAT(name)) = 'EMILE', MIN(code) FROM k`:                                                     "1|Ab",
		// ENUM: a text that is sorted by its number.
		`SELECT size FROM k WHERE id < 3 ORDER BY size`:             "small\nlarge",
		`SELECT id FROM k WHERE size = 'SMALL'`:                     "1",
		`SELECT id FROM k WHERE size = 2`:                           "2",
		`SELECT size + 0, MAX(size) FROM k WHERE id < 3 GROUP BY 1`: "1|small\n2|large",
		// Text and numbers: a number is what a text begins with.
		`SELECT '5' = 5, '5abc' = 5, 'abc' = 0, '05' = 5, 5 = '5.0', '1e1' = 10, NULL = 0, ' 5' = 5`: "1|1|1|1|1|1|NULL|1",
		`SELECT id FROM k WHERE id = '1abc'`:                      "1",
		`SELECT '5abc' + 1, '5' * '2', -'3', '1.5' + 1, 1 + NULL`: "6|10|-3|2.5|NULL",
		`SELECT id FROM k WHERE id IN ('1', 2) ORDER BY id`:       "1\n2",
		// DECIMAL: exact, with its zeros.
		`SELECT CAST(price AS CHAR), CONCAT(price, ''), LENGTH(price), LEFT(price, 5) FROM k WHERE id = 1`:                                "10.50|10.50|5|10.50",
		`SELECT CAST(1.50 AS CHAR), CONCAT(5/2), CONCAT_WS(',', 1.10, price * 2) FROM k WHERE id = 2`:                                     "1.50|2.5000|1.10,18.00",
		`SELECT IFNULL(price, 'x'), COALESCE(price, 0), IF(id > 2, price, 0), CASE WHEN id = 3 THEN price ELSE 1 END FROM k WHERE id = 3`: "x|0.00|NULL|NULL",
		`SELECT IFNULL(price, 'x') FROM k WHERE id = 1`:                                                                                   "10.50",
		`SELECT GROUP_CONCAT(price ORDER BY price) FROM k`:                                                                                "9.00,10.50",
		`SELECT p, CONCAT(p) FROM (SELECT SUM(price) AS p FROM k) AS d`:                                                                   "19.50|19.50",
		`SELECT 0.1 + 0.2 = 0.3, 0.1 + 0.2, 1.1 * 1.1 = 1.21, 0.3 - 0.1 = 0.2, SUM(price) = 19.5 FROM k`:                                  "1|0.3|1|1|1",
		`SELECT GREATEST(1.50, 2), LEAST(1.5, 2), ROUND(2.345, 2), ABS(-1.50), FLOOR(1.50)`:                                               "2.00|1.5|2.35|1.50|1",
		`SELECT CAST(12345 AS DECIMAL(4,2)), CAST(-12345 AS DECIMAL(4,2)), CAST('x' AS DECIMAL(4,2)), CAST(NULL AS DECIMAL)`:              "99.99|-99.99|0.00|NULL",
		`SELECT price FROM k WHERE price = '10.5'`:                                                                                        "10.50",
		`SELECT 1 UNION SELECT 1.50`: "1.00\n1.50",
		// Dates: a text that is compared with one is read as one.
		`SELECT id FROM k WHERE at = '2026-01-02'`:                                                                              "1",
		`SELECT id FROM k WHERE at >= '2026-1-10' AND at < '2026-01-11'`:                                                        "2",
		`SELECT id FROM k WHERE day = '2026-01-02 00:00:00'`:                                                                    "1",
		`SELECT id FROM k WHERE day = at`:                                                                                       "1",
		`SELECT id FROM k WHERE day < at`:                                                                                       "2",
		`SELECT id FROM k WHERE at BETWEEN '2026-01-02' AND '2026-01-02 23:59:59'`:                                              "1",
		`SELECT id FROM k WHERE day IN ('2026-1-2', '20260110') ORDER BY id`:                                                    "1\n2",
		`SELECT id FROM k WHERE fine = '2026-01-02 00:00:00.25'`:                                                                "1",
		`SELECT id FROM k WHERE day = 20260102`:                                                                                 "1",
		`SELECT id FROM k WHERE DATE(at) = '2026-1-2'`:                                                                          "1",
		`SELECT id FROM k WHERE day > NOW() - INTERVAL 100 YEAR AND hour = '10:05'`:                                             "1",
		`SELECT MAX(day), MIN(at), MAX(hour) FROM k`:                                                                            "2026-01-10|2026-01-02 00:00:00|10:05:00",
		`SELECT DATE_ADD('2020-01-01 10:00:00.5', INTERVAL 1 SECOND), DATE_ADD('2020-01-01', INTERVAL 1.5 SECOND)`:              "2020-01-01 10:00:01.500000|2020-01-01 00:00:01.500000",
		`SELECT fine + INTERVAL 1 HOUR, day + INTERVAL 1 HOUR, day - INTERVAL 1 DAY, at + INTERVAL 1 MONTH FROM k WHERE id = 1`: "2026-01-02 01:00:00.250|2026-01-02 01:00:00|2026-01-01|2026-02-02 00:00:00",
		`SELECT DATE_ADD('2020-01-01', INTERVAL '1.5' DAY), DATE_ADD('2020-01-01', INTERVAL 1.5 DAY)`:                           "2020-01-02|2020-01-03",
		// Groups: a field is grouped, or decided by a primary key that is.
		`SELECT id, name, price * 2 FROM k WHERE id < 3 GROUP BY id`:                               "1|Émile|21.00\n2|emile|18.00",
		`SELECT UPPER(size) AS s, COUNT(*), 1 FROM k GROUP BY s ORDER BY s`:                        "NULL|1|1\nLARGE|1|1\nSMALL|1|1",
		`SELECT a.id, COUNT(*) FROM k a JOIN k b ON a.day = b.day GROUP BY a.id, a.day ORDER BY 1`: "1|1\n2|1",
		// Types of what is computed.
		`SELECT IFNULL(at, NOW()), IF(1, day, NULL) FROM k WHERE id = 1`:                   "2026-01-02 00:00:00|2026-01-02",
		`SELECT (SELECT price FROM k WHERE id = 1), EXISTS (SELECT 1)`:                     "10.50|1",
		`SELECT a.id FROM k a JOIN k b USING (id, day)`:                                    "1\n2",
		`SELECT * FROM (SELECT 1 AS b, 2 AS a) x JOIN (SELECT 2 AS a, 3 AS c) y USING (a)`: "2|1|3",
	} {
		t.Run(query, func(t *testing.T) {
			got, err := ask(c, query)
			if err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
	for query, want := range map[string]uint16{
		`SELECT id FROM k WHERE at = 'no date'`:                             1525,
		`SELECT id FROM k WHERE hour = 'no time'`:                           1525,
		`SELECT hour = day FROM k`:                                          1235,
		`SELECT day + 1 FROM k`:                                             1235,
		`SELECT SUM(day) FROM k`:                                            1235,
		`SELECT CAST(day AS SIGNED) FROM k`:                                 1235,
		`SELECT hour + INTERVAL 1 HOUR FROM k`:                              1235,
		`SELECT 1 UNION SELECT 'a'`:                                         1235,
		`SELECT id FROM k WHERE 'a' IN (SELECT id FROM k)`:                  1235,
		`SELECT 'a' COLLATE utf8mb4_sv_0900_ai_ci`:                          1235,
		`SELECT 1234567890.1234567`:                                         1235,
		`SELECT ? FROM k`:                                                   1064,
		`SELECT name, COUNT(*) FROM k`:                                      1140,
		`SELECT id, name, COUNT(*) FROM k GROUP BY size`:                    1055,
		`SELECT size, name, COUNT(*) FROM k WHERE code = 'x' GROUP BY size`: 1235,
		`SELECT 9223372036854775807 + 1`:                                    1690,
		`INSERT IGNORE INTO k (id, price) VALUES (9, 'x')`:                  1235,
		`SELECT qty - 5 FROM k`:                                             1690,
		`UPDATE k SET qty = 1, id = qty`:                                    1235,
		`UPDATE k SET qty = day`:                                            1235,
		`SELECT name AS n FROM k WHERE n = 'x'`:                             1054,
		`SELECT x.id FROM k`:                                                1054,
		`SELECT x.* FROM k`:                                                 1051,
		`SELECT *`:                                                          1096,
	} {
		t.Run(query, func(t *testing.T) {
			_, err := ask(c, query)
			if got := number(t, err); got != want {
				t.Errorf("got %d, want %d: %v", got, want, err)
			}
		})
	}
	if _, err := c.ExecContext(context.Background(), "DROP DATABASE kinds"); err != nil {
		t.Error(err)
	}
}

// FLOAT(M,D) and DOUBLE(M,D) are rounded to their decimals and
// held to their digits (manual, "Floating-Point Types"); Knex makes such columns.
func TestFloatsOfANumberOfDigitsKeepTheirDecimals(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	c := s.session(t, who{user: admin, password: adminPassword})
	execAll(t, c, `CREATE DATABASE floats`, `USE floats`, `CREATE TABLE f (id INT PRIMARY KEY, f FLOAT(8,2), d DOUBLE(10,3), g FLOAT)`,
		`INSERT INTO f VALUES (1, 1.5, 2.0006, 1.5), (2, -3.456, 1000, 3.25), (3, NULL, NULL, NULL)`)
	for query, want := range map[string]string{
		`SELECT f, d, g FROM f ORDER BY id`: "1.5|2.001|1.5\n-3.46|1000|3.25\nNULL|NULL|NULL", // as numbers: the driver reads them so,
		`SELECT COLUMN_TYPE, NUMERIC_PRECISION, NUMERIC_SCALE FROM information_schema.COLUMNS
			WHERE TABLE_SCHEMA = 'floats' AND COLUMN_NAME IN ('f', 'g') ORDER BY COLUMN_NAME`: "float(8,2)|8|2\nfloat|12|NULL",
	} {
		if got, err := ask(c, query); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", query, got, err, want)
		}
	}
	if _, err := c.ExecContext(context.Background(), `INSERT INTO f (id, f) VALUES (4, 9999999.9)`); number(t, err) != 1264 {
		t.Errorf("too many digits: %v", err)
	}
}
