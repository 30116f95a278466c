package engine

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"modernc.org/sqlite"
)

// function is a function of MySQL's that the engine adds to SQLite. It takes
// between least and most arguments; unless it says that it takes NULL, it is
// NULL if one of its arguments is.
type function struct {
	least, most int
	takesNull   bool
	f           func(args []driver.Value) (driver.Value, error)
}

// many is no limit to the number of arguments.
const many = 100

// functions are those that statements may call, by MySQL's names.
var functions = func() map[string]function {
	all := map[string]function{}
	for _, some := range []map[string]function{stringFunctions, numberFunctions, timeFunctions} {
		maps.Copy(all, some)
	}
	return all
}()

// aliases are other names of the same functions.
var aliases = map[string]string{
	"octet_length": "length", "character_length": "char_length", "lcase": "lower", "ucase": "upper",
	"mid": "substring", "substr": "substring", "position": "locate", "sha": "sha1", "ceiling": "ceil", "dayofmonth": "day",
}

// volatile functions give another value every time.
var volatile = map[string]bool{"uuid": true, "rand": true, "note": true}

// Function is SQLite's name for a function of MySQL's, "" if there is none, and
// whether it takes that many arguments.
func Function(name string, arguments int) (sqliteName string, fits bool) {
	if other, ok := aliases[name]; ok {
		name = other
	}
	f, ok := functions[name]
	if !ok {
		return "", false
	}
	return prefix + name, arguments >= f.least && arguments <= f.most
}

// TakesText reports whether a function of MySQL's takes its arguments as texts.
func TakesText(name string) bool {
	if other, ok := aliases[name]; ok {
		name = other
	}
	_, ok := stringFunctions[name]
	return ok && name != "hex"
}

// prefix keeps the engine's functions apart from SQLite's own.
const prefix = "mysql_"

// inner are the functions that only translated statements call.
var inner = map[string]function{
	"store": storeFunction, "note": noteFunction, "integer": integerFunction, "datetime": datetimeFunction,
	"moment": momentFunction, "time": timeFunction, "date_add": dateAddFunction, "like": likeFunction,
	"number": numberFunction, "fixed": fixedFunction, "decimal": decimalFunction, "bigint": bigintFunction,
}

// register adds the functions to SQLite.
func register(d *sqlite.Driver) {
	all := maps.Clone(functions)
	maps.Copy(all, inner)
	for name, f := range all {
		d.MustRegisterFunction(prefix+name, &sqlite.FunctionImpl{NArgs: -1, Deterministic: !volatile[name], Scalar: f.call})
	}
}

func (f function) call(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	if !f.takesNull && anyNull(args) {
		return nil, nil
	}
	v, err := f.f(args)
	var e *mysql.MyError
	if errors.As(err, &e) {
		err = fmt.Errorf("%s%d %s", errorMark, e.Code, e.Message)
	}
	return v, err
}

// errorMark precedes an error of MySQL's on its way through SQLite, which
// keeps only an error's text.
const errorMark = "keyturn's MySQL error "

// MySQLError finds an error that a function gave in what SQLite says.
func MySQLError(text string) (*mysql.MyError, bool) {
	_, after, _ := strings.Cut(text, errorMark)
	code, message, _ := strings.Cut(after, " ")
	number, err := strconv.ParseUint(code, 10, 16)
	return mysql.NewError(uint16(number), message), err == nil
}

// always is a function that cannot fail.
func always(least, most int, f func(a []driver.Value) driver.Value) function {
	return function{least: least, most: most, f: func(a []driver.Value) (driver.Value, error) { return f(a), nil }}
}

// ofText is a function of one text.
func ofText(f func(string) driver.Value) function {
	return always(1, 1, func(a []driver.Value) driver.Value { return f(Text(a[0])) })
}
