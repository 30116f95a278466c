package engine

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// memory is SQLite with MySQL's functions.
func memory(tb testing.TB) *Conn {
	tb.Helper()
	c, err := open()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = c.close() })
	return c
}

// show writes a value so that its type can be told.
func show(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case string:
		return "'" + v + "'"
	case []byte:
		return fmt.Sprintf("x'%x'", v)
	}
	return fmt.Sprint(v)
}

// Each row is what the MySQL 8.4 manual says of a function.
func TestFunctionsAreAsTheManualSays(t *testing.T) {
	t.Parallel()
	for call, want := range map[string]string{
		"concat('a', NULL)": "NULL", "concat('é', 1, 1.5)": "'é11.5'", "concat('')": "''",
		"concat_ws(',', 'a', NULL, 'b', '')": "'a,b,'", "concat_ws(NULL, 'a')": "NULL", "concat_ws(',', NULL)": "''",
		"mysql_length('é')": "2", "mysql_length(NULL)": "NULL", "mysql_length(-10)": "3", "mysql_length(x'00ff')": "2",
		"char_length('é€')": "2", "char_length('')": "0", "char_length(NULL)": "NULL", "char_length(x'00ff00')": "3",
		"mysql_lower('ÀÉ')": "'àé'", "mysql_upper('straße')": "'STRAßE'", "mysql_upper(NULL)": "NULL",
		"mysql_left('é€x', 2)": "'é€'", "mysql_left('abc', -1)": "''", "mysql_left('abc', 9)": "'abc'", "mysql_left(NULL, 1)": "NULL",
		"mysql_right('é€x', 2)": "'€x'", "mysql_right('abc', 0)": "''", "mysql_right('abc', NULL)": "NULL",
		"mysql_substr('Quadratically', 5)": "'ratically'", "mysql_substr('Quadratically', 5, 6)": "'ratica'",
		"mysql_substr('Sakila', -3)": "'ila'", "mysql_substr('Sakila', -5, 3)": "'aki'", "mysql_substr('abc', 0)": "''",
		"mysql_substr('abc', 0, 2)": "''", "mysql_substr('abc', 2, -1)": "''", "mysql_substr('abc', -9)": "''",
		"mysql_substr('é€x', 2, 1)": "'€'", "mysql_substr(NULL, 1)": "NULL", "mysql_substr('abc', 2, 99)": "'bc'",
		"mysql_trim('  bar   ', ' ', 'BOTH')": "'bar'", "mysql_trim('xxxbarxxx', 'x', 'LEADING')": "'barxxx'",
		"mysql_trim('xxxbarxxx', 'x', 'BOTH')": "'bar'", "mysql_trim('barxxyz', 'xyz', 'TRAILING')": "'barx'",
		"mysql_trim('abcba', 'ab', 'BOTH')": "'cba'", "mysql_trim(NULL, ' ', 'BOTH')": "NULL", "mysql_trim('a', '', 'BOTH')": "'a'",
		"lpad('hi', 4, '??')": "'??hi'", "lpad('hi', 1, '?')": "'h'", "lpad('é', 3, '€x')": "'€xé'", "lpad('hi', -1, '?')": "NULL",
		"lpad('hi', 3, '')": "NULL", "rpad('hi', 5, '?')": "'hi???'", "rpad('hi', NULL, '?')": "NULL",
		"repeat('é', 2)": "'éé'", "repeat('a', 0)": "''", "repeat('a', -1)": "''", "repeat(NULL, 3)": "NULL",
		"reverse('abé')": "'éba'", "reverse(NULL)": "NULL",
		"mysql_replace('www.mysql.com', 'w', 'Ww')": "'WwWwWw.mysql.com'", "mysql_replace('a', '', 'x')": "'a'",
		"mysql_replace('a', NULL, 'x')": "NULL", "mysql_replace('aA', 'a', 'é')": "'éA'",
		"locate('bar', 'foobarbar')": "4", "locate('xbar', 'foobar')": "0", "locate('bar', 'foobarbar', 5)": "7",
		"locate('', 'foo')": "1", "locate('B', 'éb')": "2", "locate('e', 'é')": "1", "locate('a', NULL)": "NULL", "locate('a', 'a', 0)": "0",
		"locate('x', 'straßex')":                   "7",
		"substring_index('www.mysql.com', '.', 2)": "'www.mysql'", "substring_index('www.mysql.com', '.', -2)": "'mysql.com'",
		"substring_index('a', '', 1)": "''", "substring_index('a.b', '.', 0)": "''", "substring_index(NULL, '.', 1)": "NULL",
		"mysql_hex(NULL)": "NULL", "mysql_hex('')": "''", "mysql_hex('abc')": "'616263'", "mysql_hex(255)": "'FF'", "mysql_hex(-1)": "'FFFFFFFFFFFFFFFF'",
		"mysql_hex('é')": "'C3A9'", "mysql_hex(x'00ff')": "'00FF'", "mysql_hex(15.6)": "'10'",
		"mysql_unhex('4D7953514C')": "'MySQL'", "mysql_unhex('GG')": "NULL", "mysql_unhex(NULL)": "NULL", "mysql_unhex('F')": "'\x0f'", "mysql_unhex('00FF')": "x'00ff'",
		"md5('testing')": "'ae2b1fca515949e5d54fb22b8ed95575'", "sha1('abc')": "'a9993e364706816aba3e25717850c26c9cd0d89d'",
		"sha2('abc', 224)": "'23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7'", "sha2('abc', 1)": "NULL", "sha2(NULL, 256)": "NULL", "md5(NULL)": "NULL",
		"mysql_mod(234, 10)": "4", "mysql_mod(-29, 9)": "-2", "mysql_mod(34.5, 3)": "1.5", "mysql_mod(1, 0)": "NULL", "mysql_mod(NULL, 1)": "NULL",
		"mysql_div(5, 2)": "2", "mysql_div(-5, 2)": "-2", "mysql_div(5, -2)": "-2", "mysql_div(5, 0)": "NULL", "mysql_div(5.9, 2)": "2",
		"mysql_round(-1.23)": "-1", "mysql_round(-1.58)": "-2", "mysql_round(1.58)": "2", "mysql_round(1.298, 1)": "1.3",
		"mysql_round(1.298, 0)": "1", "mysql_round(23.298, -1)": "20", "mysql_round(1.005, 2)": "1.01", "mysql_round(-2.5)": "-3",
		"mysql_round(NULL)": "NULL", "mysql_round(7, 2)": "7", "mysql_round('2.5x')": "3", "mysql_round(9223372036854775807)": "9223372036854775807",
		"truncate(1.223, 1)": "1.2", "truncate(1.999, 0)": "1", "truncate(-1.999, 1)": "-1.9", "truncate(122, -2)": "100", "truncate(-155, -1)": "-150",
		"mysql_floor(1.23)": "1", "mysql_floor(-1.23)": "-2", "mysql_ceil(1.23)": "2", "mysql_ceil(-1.23)": "-1", "mysql_floor(NULL)": "NULL",
		"mysql_abs(-32)": "32", "mysql_abs(2.5)": "2.5", "mysql_abs(NULL)": "NULL", "mysql_sign(-32)": "-1", "mysql_sign(0)": "0", "mysql_sign('x')": "0",
		"mysql_sqrt(4)": "2", "mysql_sqrt(-16)": "NULL", "mysql_pow(2, -2)": "0.25", "mysql_pow(2, NULL)": "NULL",
		"greatest(2, 0)": "2", "greatest(34.0, 3.0, 5.0, 767.0)": "767", "greatest('B', 'A', 'C')": "'C'", "greatest(1, NULL)": "NULL", "least(2, 0)": "0", "least('b', 'A')": "'A'",
		"least(9223372036854775807, 9223372036854775806)": "9223372036854775806",
		"year('1987-01-01')":                              "1987", "month('2008-02-03')": "2", "dayofmonth('2007-02-03')": "3", "year(NULL)": "NULL", "year('x')": "NULL",
		"hour('10:05:03')": "10", "minute('2008-02-03 10:05:03')": "5", "second('10:05:03')": "3",
		"dayofweek('2007-02-03')": "7", "weekday('2008-02-03 22:23:00')": "6", "dayofyear('2007-02-03')": "34",
		"mysql_date('2003-12-31 01:02:03')": "'2003-12-31'", "mysql_time('2003-12-31 01:02:03')": "'01:02:03'",
		"last_day('2004-02-05')": "'2004-02-29'", "last_day('2003-03-32')": "NULL",
		"datediff('2007-12-31 23:59:59', '2007-12-30')": "1", "datediff('2010-11-30 23:59:59', '2010-12-31')": "-31",
		"mysql_shift('2018-05-01', 1, 'DAY')": "'2018-05-02'", "mysql_shift('2024-03-30', 1, 'MONTH')": "'2024-04-30'",
		"mysql_shift('2024-03-31', 1, 'MONTH')": "'2024-04-30'", "mysql_shift('2020-12-31 23:59:59', 1, 'SECOND')": "'2021-01-01 00:00:00'",
		"mysql_shift('2018-12-31', -1, 'YEAR')": "'2017-12-31'", "mysql_shift(NULL, 1, 'DAY')": "NULL",
		"mysql_between('MONTH', '2003-02-01', '2003-05-01')": "3", "mysql_between('YEAR', '2002-05-01', '2001-01-01')": "-1",
		"date_format('2009-10-04 22:23:00', '%W %M %Y')": "'Sunday October 2009'", "date_format('2007-10-04 22:23:00', '%H:%i:%s')": "'22:23:00'",
		"unix_timestamp('2015-11-13 10:20:19')": "1447410019", "from_unixtime(1447430881)": "'2015-11-13 16:08:01'", "from_unixtime(-1)": "NULL",
	} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			rows, err := memory(t).Query("SELECT " + call)
			if err != nil {
				t.Fatal(err)
			}
			if got := show(rows.Values[0][0]); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestFunctionsFailWhereMySQLDoes(t *testing.T) {
	t.Parallel()
	for call, says := range map[string]string{
		"repeat('a', 99999999999)":        "max_allowed_packet",
		"mysql_pow(10, 1000)":             "1690",
		"mysql_abs(-9223372036854775808)": "1690",
		"mysql_div(1e300, 1e-10)":         "1690",
		"lpad('a', 99999999999, 'b')":     "max_allowed_packet",
		"lpad('a')":                       "parameter count",
		"sha2('a')":                       "parameter count",
	} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			_, err := memory(t).Query("SELECT " + call)
			if err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("got %v, want %q", err, says)
			}
		})
	}
}

// What holds for every text, checked with texts of all kinds.
func TestTextFunctionsHoldTogether(t *testing.T) {
	t.Parallel()
	c := memory(t)
	rapid.Check(t, func(rt *rapid.T) {
		s, n := rapid.String().Draw(rt, "s"), rapid.Int64Range(-12, 12).Draw(rt, "n")
		if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
			rt.Skip("kept as bytes")
		}
		rows, err := c.Query(`SELECT reverse(reverse(?1)) = ?1 COLLATE BINARY,
			concat(mysql_left(?1, ?2), mysql_substr(?1, max(?2, 0) + 1)) = ?1 COLLATE BINARY,
			mysql_unhex(mysql_hex(?1)) = ?1 COLLATE BINARY,
			char_length(lpad(?1, 7, 'x')) = 7,
			char_length(?1) <= mysql_length(?1)`, s, n)
		if err != nil {
			rt.Fatal(err)
		}
		for i, v := range rows.Values[0] {
			if v != int64(1) {
				rt.Fatalf("law %d: %v", i+1, v)
			}
		}
	})
}
