package sandbox

import (
	"context"
	"errors"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"
)

// shop is what the statements below work on.
var shop = []string{
	`CREATE DATABASE shop`, `USE shop`,
	`CREATE TABLE customers (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, email VARCHAR(50) NOT NULL UNIQUE,
		name VARCHAR(20) DEFAULT 'nobody', balance DECIMAL(10,2) NOT NULL DEFAULT 0, joined DATETIME,
		kind ENUM('new','old'))`,
	`CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, customer_id INT UNSIGNED NOT NULL, total DECIMAL(8,2),
		KEY (customer_id), FOREIGN KEY (customer_id) REFERENCES customers (id))`,
	`INSERT INTO customers (email, name, balance, joined) VALUES ('ann@x', 'Ann', 10.5, '2026-01-02 03:04:05'), ('bob@x', 'Bob', 2, NULL)`,
	`INSERT INTO orders (customer_id, total) VALUES (1, 10), (1, 20.5), (2, 7)`,
}

func TestQueries(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	execAll(t, s.session(t, who{user: admin, password: adminPassword}), shop...)
	for name, tt := range map[string]struct{ query, want string }{
		"all columns":                          {`SELECT * FROM customers ORDER BY id`, "1|ann@x|Ann|10.50|2026-01-02 03:04:05|NULL\n2|bob@x|Bob|2.00|NULL|NULL"},
		"a join with groups":                   {`SELECT c.name, COUNT(*), SUM(o.total), AVG(o.total) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.name ORDER BY 2 DESC`, "Ann|2|30.50|15.250000\nBob|1|7.00|7.000000"},
		"a left join":                          {`SELECT c.id, o.id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id AND o.total > 15 ORDER BY 1`, "1|2\n2|NULL"},
		"a sum under another name":             {`SELECT SUM(total) AS s, MAX(total) AS total FROM orders WHERE customer_id = 2`, "7.00|7.00"},
		"a rounded average":                    {`SELECT ROUND(AVG(total), 2), ROUND(SUM(total)), ROUND(AVG(total), 9) > 1 FROM orders WHERE customer_id = 2`, "7.00|7|1"},
		"HAVING":                               {`SELECT customer_id FROM orders GROUP BY customer_id HAVING COUNT(*) > 1`, "1"},
		"LIMIT with an offset":                 {`SELECT id FROM orders ORDER BY id LIMIT 1, 1`, "2"},
		"an offset without a limit":            {`SELECT id FROM orders ORDER BY id LIMIT 18446744073709551615 OFFSET 1`, "2\n3"},
		"a subquery":                           {`SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE total = 7)`, "Bob"},
		"a derived table":                      {`SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM orders GROUP BY customer_id) AS counts`, "2"},
		"WITH":                                 {`WITH big AS (SELECT * FROM orders WHERE total > 9) SELECT COUNT(*) FROM big`, "2"},
		"UNION":                                {`SELECT 1 UNION SELECT 2 ORDER BY 1 DESC`, "2\n1"},
		"a window":                             {`SELECT id, ROW_NUMBER() OVER (ORDER BY total DESC) FROM orders ORDER BY 2`, "2|1\n1|2\n3|3"},
		"text compares without case":           {`SELECT name FROM customers WHERE email = 'ANN@X'`, "Ann"},
		"LIKE with an escape":                  {`SELECT 'a_b' LIKE 'a\_b', 'axb' LIKE 'a\_b', 'ABC' LIKE 'a%'`, "1|0|1"},
		"rows compare as rows":                 {`SELECT COUNT(*) FROM orders WHERE (id, customer_id) IN ((1, 1), (3, 2), (2, 9)) AND (id, 1) <> (1, 1)`, "1"},
		"arithmetic":                           {`SELECT 5/2, 7 % 4, 1.5 + 2, -3 MOD 2, 1/0`, "2.5000|3|3.5|-1|NULL"},
		"logic":                                {`SELECT NULL <=> NULL, NOT 0, 1 AND NULL, 0 || 1, TRUE`, "1|1|NULL|1|1"},
		"text functions":                       {`SELECT CONCAT('a', 1), UPPER('é'), LENGTH('é'), CHAR_LENGTH('é'), LEFT('abc', 2), REPLACE('aba', 'b', 'c'), INSTR('abc', 'C')`, "a1|É|2|1|ab|aca|3"},
		"dates":                                {`SELECT DATE_ADD('2026-01-31', INTERVAL 1 MONTH), DATEDIFF('2026-03-01', '2026-02-01'), DATE_FORMAT('2026-01-02 03:04:05', '%d.%m.%Y %H:%i'), YEAR('2026-01-02'), '2026-01-01' - INTERVAL 1 DAY`, "2026-02-28|28|02.01.2026 03:04|2026|2025-12-31"},
		"intervals of days":                    {`SELECT DATE_ADD('2018-05-01', INTERVAL 1 DAY), '2024-01-01' + INTERVAL 1 WEEK, DATE_ADD('9999-12-31', INTERVAL 1 DAY), ADDDATE(NULL, 1), SUBDATE('2024-01-01 10:00:00', 1.5)`, "2018-05-02|2024-01-08|NULL|NULL|2023-12-30 10:00:00"},
		"intervals of months":                  {`SELECT DATE_ADD('2024-03-31', INTERVAL 1 MONTH), DATE_ADD('2024-02-29', INTERVAL 1 YEAR), DATE_SUB('2024-01-01 10:00:00', INTERVAL 1 QUARTER)`, "2024-04-30|2025-02-28|2023-10-01 10:00:00"},
		"intervals of seconds":                 {`SELECT DATE_ADD('2020-12-31 23:59:59', INTERVAL 1 SECOND), DATE_SUB('2018-05-01', INTERVAL 1 SECOND), DATE_ADD('2018-05-01', INTERVAL -1 HOUR), DATE_ADD('x', INTERVAL 1 MINUTE), DATE_ADD('2000-01-01', INTERVAL 400000000000 SECOND)`, "2021-01-01 00:00:00|2018-04-30 23:59:59|2018-04-30 23:00:00|NULL|NULL"},
		"days between":                         {`SELECT DATEDIFF('2007-12-31 23:59:59', '2007-12-30'), DATEDIFF('2010-11-30 23:59:59', '2010-12-31'), DATEDIFF(NULL, '2010-12-31')`, "1|-31|NULL"},
		"IF and CASE":                          {`SELECT IF(1 > 2, 'a', 'b'), CASE WHEN 1 THEN 'c' END, IFNULL(NULL, 'd')`, "b|c|d"},
		"GROUP_CONCAT":                         {`SELECT GROUP_CONCAT(name ORDER BY name DESC SEPARATOR '; ') FROM customers`, "Bob; Ann"},
		"CAST":                                 {`SELECT CAST('12' AS SIGNED) + 1, CAST(3.14159 AS DECIMAL(4,2)), CONVERT(5, CHAR), CAST(2.5 AS UNSIGNED), CAST('abc' AS CHAR(2))`, "13|3.14|5|3|ab"},
		"an expression keeps its text as name": {`SELECT 1+ 1 FROM DUAL WHERE 1`, "2"},
		"digests":                              {`SELECT MD5('a'), SHA1('a')`, "0cc175b9c0f1b6a831c399e269772661|86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"},
		"the version":                          {`SELECT VERSION(), @@version, @@version_comment`, "8.4.6|8.4.6|keyturn sandbox"},
		"who and where":                        {`SELECT CURRENT_USER(), USER(), DATABASE()`, "admin@%|admin@127.0.0.1|shop"},
		"SHOW TABLES":                          {`SHOW TABLES LIKE 'cust%'`, "customers"},
		"SHOW with WHERE":                      {`SHOW TABLES WHERE Tables_in_shop = 'orders'`, "orders"},
		"DESCRIBE":                             {`DESCRIBE orders`, "id|int|NO|PRI|NULL|auto_increment\ncustomer_id|int unsigned|NO|MUL|NULL|\ntotal|decimal(8,2)|YES||NULL|"},
		"DESCRIBE of a pattern":                {`DESCRIBE orders '%\_id'`, "customer_id|int unsigned|NO|MUL|NULL|"},
		"information_schema.TABLES":            {`SELECT TABLE_NAME, TABLE_ROWS, AUTO_INCREMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop' ORDER BY 1`, "customers|2|3\norders|3|4"},
		"information_schema.COLUMNS":           {`SELECT column_type FROM INFORMATION_SCHEMA.columns WHERE table_schema = DATABASE() AND column_name = 'kind'`, "enum('new','old')"},
		"information_schema.KEY_COLUMN_USAGE":  {`SELECT REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE CONSTRAINT_NAME = 'orders_ibfk_1'`, "customers|id"},
		"SHOW VARIABLES":                       {`SHOW VARIABLES LIKE 'autocommit'`, "autocommit|ON"},
		"the cipher outside TLS":               {`SHOW STATUS LIKE 'Ssl_cipher'`, "Ssl_cipher|"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ask(s.open(t, who{user: admin, password: adminPassword, db: "shop"}), tt.query)
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	execAll(t, s.session(t, who{user: admin, password: adminPassword}), append(shop,
		`CREATE TABLE large (a BIGINT UNSIGNED, t TIME)`, `CREATE USER app IDENTIFIED BY 'x'`, `GRANT SELECT ON shop.customers TO app`)...)
	const constraint = "(`shop`.`orders`, CONSTRAINT `orders_ibfk_1` FOREIGN KEY (`customer_id`) REFERENCES `customers` (`id`))"
	root, app := who{user: admin, password: adminPassword, db: "shop"}, who{user: "app", password: "x", db: "shop"}
	for name, tt := range map[string]struct {
		who
		statement string
		number    uint16
		state     string
		text      string
	}{
		"a database that is there":         {root, `CREATE DATABASE shop`, 1007, "HY000", "Can't create database 'shop'; database exists"},
		"a database that is not":           {root, `DROP DATABASE nope`, 1008, "HY000", "Can't drop database 'nope'; database doesn't exist"},
		"no database":                      {who{user: admin, password: adminPassword}, `SELECT * FROM t`, 1046, "3D000", "No database selected"},
		"an unknown database":              {root, `SELECT * FROM nope.t`, 1049, "42000", "Unknown database 'nope'"},
		"a table that is there":            {root, `CREATE TABLE orders (a INT)`, 1050, "42S01", "Table 'orders' already exists"},
		"dropping what is not there":       {root, `DROP TABLE nope`, 1051, "42S02", "Unknown table 'shop.nope'"},
		"an ambiguous column":              {root, `SELECT id FROM customers JOIN orders`, 1052, "23000", "Column 'id' in field list is ambiguous"},
		"an unknown column":                {root, `SELECT nope FROM customers`, 1054, "42S22", "Unknown column 'nope' in 'field list'"},
		"an unknown column in WHERE":       {root, `SELECT 1 FROM customers WHERE nope = 1`, 1054, "42S22", "Unknown column 'nope' in 'where clause'"},
		"an unknown column in ORDER BY":    {root, `SELECT 1 FROM customers ORDER BY nope`, 1054, "42S22", "Unknown column 'nope' in 'order clause'"},
		"two columns of one name":          {root, `CREATE TABLE t (a INT, A INT)`, 1060, "42S21", "Duplicate column name 'A'"},
		"two keys of one name":             {root, `CREATE TABLE t (a INT, KEY k (a), KEY k (a))`, 1061, "42000", "Duplicate key name 'k'"},
		"a duplicate in a unique key":      {root, `INSERT INTO customers (email) VALUES ('new@x'), ('ann@x')`, 1062, "23000", "Duplicate entry 'ann@x' for key 'customers.email'"},
		"a duplicate primary key":          {root, `INSERT INTO customers (id, email) VALUES (2, 'c@x')`, 1062, "23000", "Duplicate entry '2' for key 'customers.PRIMARY'"},
		"a duplicate by UPDATE":            {root, `UPDATE customers SET email = 'bob@x' WHERE id = 1`, 1062, "23000", "Duplicate entry 'bob@x' for key 'customers.email'"},
		"bad grammar":                      {root, `SELEC 1`, 1064, "42000", "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near 'SELEC 1' at line 1"},
		"an empty statement":               {root, `;`, 1065, "42000", "Query was empty"},
		"two primary keys":                 {root, `CREATE TABLE t (a INT PRIMARY KEY, b INT PRIMARY KEY)`, 1068, "42000", "Multiple primary key defined"},
		"too few values":                   {root, `INSERT INTO orders (customer_id, total) VALUES (1)`, 1136, "21S01", "Column count doesn't match value count at row 1"},
		"NULL where there must be a value": {root, `INSERT INTO customers (email) VALUES (NULL)`, 1048, "23000", "Column 'email' cannot be null"},
		"no value and no default":          {root, `INSERT INTO customers (name) VALUES ('x')`, 1364, "HY000", "Field 'email' doesn't have a default value"},
		"text that is too long":            {root, `INSERT INTO customers (email, name) VALUES ('a@y', 'x'), ('c@x', 'a name too long for it')`, 1406, "22001", "Data too long for column 'name' at row 2"},
		"text for a number":                {root, `UPDATE orders SET customer_id = 'x'`, 1366, "HY000", "Incorrect integer value: 'x' for column 'customer_id' at row 1"},
		"a number out of range":            {root, `UPDATE orders SET customer_id = -1`, 1264, "22003", "Out of range value for column 'customer_id' at row 1"},
		"a date that is none":              {root, `UPDATE customers SET joined = 'yesterday'`, 1292, "22007", "Incorrect datetime value: 'yesterday' for column 'joined' at row 1"},
		"a word that is not in an ENUM":    {root, `UPDATE customers SET kind = 'odd'`, 1265, "01000", "Data truncated for column 'kind' at row 1"},
		"a CHECK":                          {root, `CREATE TABLE t (a INT CHECK (a > 0))`, 1235, "42000", "This version of MySQL doesn't yet support 'CHECK': the sandbox's MySQL is for signing in, accounts and simple tables"},
		"a default that is computed":       {root, `CREATE TABLE t (a VARCHAR(36) DEFAULT (UUID()))`, 1235, "42000", "This version of MySQL doesn't yet support 'DEFAULT (expression)': the sandbox's MySQL is for signing in, accounts and simple tables"},
		"dropping a column":                {root, `ALTER TABLE orders DROP COLUMN total`, 1235, "42000", "This version of MySQL doesn't yet support 'this kind of ALTER TABLE': the sandbox's MySQL is for signing in, accounts and simple tables"},
		"a child without a parent":         {root, `INSERT INTO orders (customer_id) VALUES (99)`, 1452, "23000", "Cannot add or update a child row: a foreign key constraint fails " + constraint},
		"a parent with children":           {root, `DELETE FROM customers WHERE id = 1`, 1451, "23000", "Cannot delete or update a parent row: a foreign key constraint fails " + constraint},
		"dropping a parent":                {root, `DROP TABLE customers`, 3730, "HY000", "Cannot drop table 'customers' referenced by a foreign key constraint 'orders_ibfk_1' on table 'orders'."},
		"truncating a parent":              {root, `TRUNCATE customers`, 1701, "42000", "Cannot truncate a table referenced in a foreign key constraint (`shop`.`orders`, CONSTRAINT `orders_ibfk_1`)"},
		"an unknown table":                 {root, `SELECT * FROM nope`, 1146, "42S02", "Table 'shop.nope' doesn't exist"},
		"an unknown function":              {root, `SELECT nope()`, 1235, "42000", "This version of MySQL doesn't yet support 'NOPE()': the sandbox's MySQL is for signing in, accounts and simple tables"},
		"too few arguments":                {root, `SELECT SHA2('a')`, 1235, "42000", "This version of MySQL doesn't yet support 'SHA2() with 1 argument(s)': the sandbox's MySQL is for signing in, accounts and simple tables"},
		"an unknown variable":              {root, `SET nope = 1`, 1193, "HY000", "Unknown system variable 'nope'"},
		"a variable that cannot be set":    {root, `SET version = '9'`, 1238, "HY000", "Variable 'version' is a read only variable"},
		"a global variable":                {root, `SET GLOBAL max_connections = 1`, 1227, "42000", "Access denied; you need (at least one of) the SUPER or SYSTEM_VARIABLES_ADMIN privilege(s) for this operation"},
		"a user that is there":             {root, `CREATE USER app`, 1396, "HY000", "Operation CREATE USER failed for 'app'@'%'"},
		"a user that is not":               {root, `DROP USER nope, gone@localhost`, 1396, "HY000", "Operation DROP USER failed for 'nope'@'%','gone'@'localhost'"},
		"RDS's own user":                   {root, `ALTER USER rdsadmin@localhost IDENTIFIED BY 'x'`, 1227, "42000", "Access denied; you need (at least one of) the SYSTEM_USER privilege(s) for this operation"},
		"granting what one lacks":          {root, `GRANT ALL ON *.* TO app`, 1045, "28000", "Access denied for user 'admin'@'%' (using password: YES)"},
		"granting to nobody":               {root, `GRANT SELECT ON shop.* TO nope`, 1410, "42000", "You are not allowed to create a user with GRANT"},
		"grants of nobody":                 {root, `SHOW GRANTS FOR nope`, 1141, "42000", "There is no such grant defined for user 'nope' on host '%'"},
		"a procedure":                      {root, `CREATE PROCEDURE p() SELECT 1`, 1235, "42000", "This version of MySQL doesn't yet support 'CREATE PROCEDURE': the sandbox's MySQL is for signing in, accounts and simple tables"},
		"a trigger":                        {root, `CREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW SET @a = 1`, 1235, "42000", "This version of MySQL doesn't yet support 'CREATE TRIGGER': the sandbox's MySQL is for signing in, accounts and simple tables"},
		"changing a column in place":       {root, `ALTER TABLE orders CHANGE total sum INT`, 1235, "42000", "This version of MySQL doesn't yet support 'this kind of ALTER TABLE': the sandbox's MySQL is for signing in, accounts and simple tables"},
		"renaming a table":                 {root, `RENAME TABLE orders TO sales`, 1235, "42000", "This version of MySQL doesn't yet support 'RENAME TABLE': the sandbox's MySQL is for signing in, accounts and simple tables"},
		"copying a definition":             {root, `CREATE TABLE copies LIKE orders`, 1235, "42000", "This version of MySQL doesn't yet support 'CREATE TABLE ... LIKE': the sandbox's MySQL is for signing in, accounts and simple tables"},
		"a function that is let go":        {root, `SELECT JSON_EXTRACT('{}', '$')`, 1235, "42000", "This version of MySQL doesn't yet support 'JSON_EXTRACT()': the sandbox's MySQL is for signing in, accounts and simple tables"},
		"a type that is let go":            {root, `CREATE TABLE t (a JSON)`, 1235, "42000", "This version of MySQL doesn't yet support 'JSON': the sandbox's MySQL is for signing in, accounts and simple tables"},
		"a number too large for SQLite":    {root, `INSERT INTO large (a) VALUES ('9223372036854775808')`, 1235, "42000", "This version of MySQL doesn't yet support 'BIGINT UNSIGNED above 9223372036854775807': the sandbox's MySQL is for signing in, accounts and simple tables"},
		"a weekday's number":               {root, `SELECT DATE_FORMAT(joined, '%w') FROM customers WHERE id = 1`, 1235, "42000", "This version of MySQL doesn't yet support 'DATE_FORMAT() with %w': the sandbox's MySQL is for signing in, accounts and simple tables"},
		"a TIME before midnight":           {root, `INSERT INTO large (t) VALUES ('-12:00:00')`, 1235, "42000", "This version of MySQL doesn't yet support 'a TIME that is no time of day': the sandbox's MySQL is for signing in, accounts and simple tables"},
		"a second password":                {root, `ALTER USER app IDENTIFIED BY 'y' RETAIN CURRENT PASSWORD`, 1235, "42000", "This version of MySQL doesn't yet support 'RETAIN CURRENT PASSWORD': the sandbox's MySQL is for signing in, accounts and simple tables"},
		"a database one has nothing on":    {app, `USE mysql`, 1044, "42000", "Access denied for user 'app'@'%' to database 'mysql'"},
		"creating a database":              {app, `CREATE DATABASE d`, 1044, "42000", "Access denied for user 'app'@'%' to database 'd'"},
		"a table one has nothing on":       {app, `SELECT * FROM orders`, 1142, "42000", "SELECT command denied to user 'app'@'127.0.0.1' for table 'orders'"},
		"changing what one may only read":  {app, `DELETE FROM customers`, 1142, "42000", "DELETE command denied to user 'app'@'127.0.0.1' for table 'customers'"},
		"reading the accounts":             {app, `SELECT * FROM mysql.user`, 1142, "42000", "SELECT command denied to user 'app'@'127.0.0.1' for table 'user'"},
		"making an account":                {app, `CREATE USER b`, 1227, "42000", "Access denied; you need (at least one of) the CREATE USER privilege(s) for this operation"},
		"another's password":               {app, `SET PASSWORD FOR admin = 'x'`, 1044, "42000", "Access denied for user 'app'@'%' to database 'mysql'"},
		"another's password by ALTER USER": {app, `ALTER USER admin IDENTIFIED BY 'x'`, 1227, "42000", "Access denied; you need (at least one of) the CREATE USER privilege(s) for this operation"},
		"passing on what one may not":      {app, `GRANT SELECT ON shop.customers TO admin`, 1142, "42000", "GRANT command denied to user 'app'@'127.0.0.1' for table 'customers'"},
		"several statements at once":       {app, `SELECT 1; SELECT 2`, 1064, "42000", "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near 'SELECT 2' at line 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := s.open(t, tt.who).ExecContext(context.Background(), tt.statement)
			var e *driver.MySQLError
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want error %d", err, tt.number)
			}
			if e.Number != tt.number || string(e.SQLState[:]) != tt.state || e.Message != tt.text {
				t.Errorf("got  %d (%s) %s\nwant %d (%s) %s", e.Number, e.SQLState, e.Message, tt.number, tt.state, tt.text)
			}
			// The same by a prepared statement.
			if st, err := s.open(t, tt.who).PrepareContext(context.Background(), tt.statement); err == nil {
				defer func() { _ = st.Close() }()
				if _, err := st.Exec(); number(t, err) != tt.number {
					t.Errorf("prepared: %v, want %d", err, tt.number)
				}
			} else if number(t, err) != tt.number && !strings.Contains(err.Error(), "syntax") {
				t.Errorf("preparing: %v, want %d", err, tt.number)
			}
		})
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	for name, tt := range map[string]struct {
		statement    string
		affected, id int64
		query, want  string
	}{
		"an insert numbers from the first row": {`INSERT INTO customers (email) VALUES ('c@x'), ('d@x')`, 2, 3, `SELECT LAST_INSERT_ID(), ROW_COUNT(), name FROM customers WHERE id = 4`, "3|2|nobody"},
		"an explicit number":                   {`INSERT INTO customers (id, email) VALUES (9, 'c@x')`, 1, 9, `SELECT MAX(id) FROM customers`, "9"},
		"INSERT SET":                           {`INSERT INTO customers SET email = 'c@x', balance = DEFAULT`, 1, 3, `SELECT balance FROM customers WHERE id = 3`, "0.00"},
		"INSERT SELECT":                        {`INSERT INTO orders (customer_id, total) SELECT customer_id, total * 2 FROM orders`, 3, 4, `SELECT SUM(total) FROM orders`, "112.50"},
		"INSERT IGNORE":                        {`INSERT IGNORE INTO customers (email) VALUES ('ann@x'), ('c@x')`, 1, 4, `SELECT COUNT(*) FROM customers`, "3"},
		"ON DUPLICATE KEY UPDATE counts two":   {`INSERT INTO customers (email, name) VALUES ('ann@x', 'Anne') ON DUPLICATE KEY UPDATE name = VALUES(name)`, 2, 0, `SELECT name FROM customers WHERE id = 1`, "Anne"},
		"ON DUPLICATE KEY UPDATE of nothing":   {`INSERT INTO customers (email) VALUES ('ann@x') ON DUPLICATE KEY UPDATE name = 'Ann'`, 0, 0, `SELECT COUNT(*) FROM customers`, "2"},
		"REPLACE counts the row that went":     {`REPLACE INTO orders (id, customer_id) VALUES (3, 2)`, 2, 3, `SELECT total FROM orders WHERE id = 3`, "NULL"},
		"an update counts what changed":        {`UPDATE customers SET name = 'Ann', balance = balance`, 1, 0, `SELECT COUNT(*) FROM customers WHERE name = 'Ann'`, "2"},
		"a change of case is a change":         {`UPDATE customers SET name = 'ANN' WHERE id = 1`, 1, 0, `SELECT name FROM customers WHERE id = 1`, "ANN"},
		"an update in order":                   {`UPDATE orders SET total = 0 ORDER BY id DESC LIMIT 1`, 1, 0, `SELECT total FROM orders WHERE id = 3`, "0.00"},
		"a delete with a limit":                {`DELETE FROM orders ORDER BY total DESC LIMIT 2`, 2, 0, `SELECT id FROM orders`, "3"},
		"a delete by subquery":                 {`DELETE FROM orders WHERE customer_id = (SELECT id FROM customers WHERE name = 'Ann')`, 2, 0, `SELECT COUNT(*) FROM orders`, "1"},
		"TRUNCATE numbers from one":            {`TRUNCATE orders`, 0, 0, `SELECT COUNT(*) FROM orders`, "0"},
		"each word of an ENUM":                 {`UPDATE customers SET kind = 'old' WHERE id = 1`, 1, 0, `SELECT kind FROM customers WHERE id = 1`, "old"},
		"decimals are rounded":                 {`UPDATE orders SET total = 1.255 WHERE id = 1`, 1, 0, `SELECT total FROM orders WHERE id = 1`, "1.26"},
		"dates are completed":                  {`UPDATE customers SET joined = '2026-1-2' WHERE id = 2`, 1, 0, `SELECT joined FROM customers WHERE id = 2`, "2026-01-02 00:00:00"},
		"ADD COLUMN":                           {`ALTER TABLE customers ADD COLUMN age INT NOT NULL DEFAULT 3`, 0, 0, `SELECT age, name FROM customers WHERE id = 2`, "3|Bob"},
		"CREATE INDEX":                         {`CREATE INDEX by_total ON orders (total)`, 0, 0, `SELECT INDEX_NAME FROM information_schema.STATISTICS WHERE COLUMN_NAME = 'total'`, "by_total"},
		"IF NOT EXISTS leaves a note":          {`CREATE TABLE IF NOT EXISTS orders (a INT)`, 0, 0, `SHOW WARNINGS`, "Note|1050|Table 'orders' already exists"},
		"a user's variable":                    {`SET @a = 1 + 1, @b = 'x'`, 0, 0, `SELECT @a, @B, @c`, "2|x|NULL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := s.session(t, who{user: admin, password: adminPassword})
			db := "`" + name + "`"
			for _, statement := range shop {
				execAll(t, c, strings.Replace(strings.Replace(statement, "DATABASE shop", "DATABASE "+db, 1), "USE shop", "USE "+db, 1))
			}
			r, err := c.ExecContext(context.Background(), tt.statement)
			if err != nil {
				t.Fatal(err)
			}
			affected, _ := r.RowsAffected()
			id, _ := r.LastInsertId()
			if affected != tt.affected || id != tt.id {
				t.Errorf("affected %d, id %d; want %d, %d", affected, id, tt.affected, tt.id)
			}
			query := tt.query
			if strings.Contains(query, "CONSTRAINT_NAME =") {
				query += " AND CONSTRAINT_SCHEMA = DATABASE()"
			} else if strings.Contains(query, "STATISTICS") {
				query += " AND TABLE_SCHEMA = DATABASE()"
			}
			got, err := ask(c, query)
			if err != nil || got != tt.want {
				t.Errorf("%s: got %q, %v; want %q", tt.query, got, err, tt.want)
			}
		})
	}
}

// A dump's tables come in the order of their names, children before parents.
func TestForeignKeysMayComeBeforeTheirParents(t *testing.T) {
	t.Parallel()
	c := startServer(t).session(t, who{user: admin, password: adminPassword})
	dump := []string{
		"SET FOREIGN_KEY_CHECKS = 0",
		"DROP TABLE IF EXISTS child",
		"CREATE TABLE child (id INT PRIMARY KEY, parent_id INT, FOREIGN KEY (parent_id) REFERENCES parent (id))",
		"INSERT INTO child VALUES (1, 7)",
		"DROP TABLE IF EXISTS parent",
		"CREATE TABLE parent (id INT PRIMARY KEY)",
		"INSERT INTO parent VALUES (7)",
		"SET FOREIGN_KEY_CHECKS = 1",
	}
	execAll(t, c, append([]string{"CREATE DATABASE d", "USE d"}, append(dump, dump...)...)...)
	if _, err := c.ExecContext(t.Context(), "INSERT INTO child VALUES (2, 8)"); number(t, err) != 1452 {
		t.Errorf("a child without a parent: %v", err)
	}
	if _, err := c.ExecContext(t.Context(), "INSERT INTO child VALUES (2, 7)"); err != nil {
		t.Errorf("a child with one: %v", err)
	}
	if _, err := c.ExecContext(t.Context(), "CREATE TABLE other (id INT, FOREIGN KEY (id) REFERENCES none (id))"); number(t, err) != 1824 {
		t.Errorf("with the checks on: %v", err)
	}
}

// Whichever of several foreign keys a statement breaks is the one it names.
func TestTheBrokenForeignKeyIsNamed(t *testing.T) {
	t.Parallel()
	c := startServer(t).session(t, who{user: admin, password: adminPassword})
	execAll(t, c, "CREATE DATABASE d", "USE d",
		"CREATE TABLE p (id INT PRIMARY KEY, boss INT, CONSTRAINT boss FOREIGN KEY (boss) REFERENCES p (id))",
		"CREATE TABLE q (id INT PRIMARY KEY)",
		"CREATE TABLE c (p INT, q INT, CONSTRAINT to_p FOREIGN KEY (p) REFERENCES p (id), CONSTRAINT to_q FOREIGN KEY (q) REFERENCES q (id))",
		"INSERT INTO p VALUES (1, NULL), (2, 1)", "INSERT INTO q VALUES (5)", "INSERT INTO c VALUES (2, 5)")
	for statement, want := range map[string]string{
		"INSERT INTO c VALUES (9, 5)":      "to_p",
		"INSERT INTO c VALUES (1, 9)":      "to_q",
		"UPDATE c SET q = 9":               "to_q",
		"UPDATE q SET id = 6":              "to_q",
		"DELETE FROM p WHERE id = 2":       "to_p",
		"DELETE FROM p WHERE id = 1":       "boss",
		"INSERT INTO p VALUES (3, 9)":      "boss",
		"UPDATE p SET boss = 7 WHERE id=2": "boss",
	} {
		for _, begin := range []string{"SET autocommit = 1", "BEGIN"} {
			execAll(t, c, begin)
			_, err := c.ExecContext(t.Context(), statement)
			if n := number(t, err); n != 1451 && n != 1452 || !strings.Contains(err.Error(), "CONSTRAINT `"+want+"`") {
				t.Errorf("%s after %s: %v, want %s", statement, begin, err, want)
			}
			if _, err := c.ExecContext(t.Context(), "INSERT INTO c VALUES (9, 5)"); number(t, err) != 1452 {
				t.Errorf("the next statement after %s is not checked at once: %v", statement, err)
			}
			execAll(t, c, "ROLLBACK")
		}
	}
	execAll(t, c, "CREATE TABLE late (q INT)", "INSERT INTO late VALUES (9)")
	if _, err := c.ExecContext(t.Context(), "ALTER TABLE late ADD FOREIGN KEY (q) REFERENCES q (id)"); number(t, err) != 1452 {
		t.Errorf("a key that the rows there break: %v", err)
	}
	if got, err := ask(c, "SELECT * FROM c"); err != nil || got != "2|5" {
		t.Errorf("after all refusals there is %q, %v", got, err)
	}
}
