package engine

import (
	"database/sql/driver"
	"fmt"
	"maps"

	"modernc.org/sqlite"
)

// scalar is a MySQL function. It takes between least and most arguments (most
// below zero: any number); unless it says that it takes NULL, it is NULL if
// one of its arguments is.
type scalar struct {
	least, most int
	takesNull   bool
	f           func(args []driver.Value) (driver.Value, error)
}

// scalars are the functions of MySQL that SQLite lacks or understands
// otherwise, by the name under which SQLite finds them.
var scalars = func() map[string]scalar {
	all := map[string]scalar{"mysql_store": storeFunction, "mysql_note": noteFunction}
	for _, some := range []map[string]scalar{stringFunctions, numberFunctions, timeFunctions} {
		maps.Copy(all, some)
	}
	return all
}()

// volatile functions give another value every time.
var volatile = map[string]bool{"mysql_uuid": true, "mysql_rand": true, "mysql_note": true}

// Has reports whether SQLite knows a function of MySQL under name because the
// engine added it.
func Has(name string) bool {
	_, ok := scalars[name]
	return ok
}

// ArgumentError is a call with a wrong number of arguments: MySQL's 1582.
type ArgumentError struct{ Function string }

func (e *ArgumentError) Error() string {
	return fmt.Sprintf("incorrect parameter count in the call to native function '%s'", e.Function)
}

// Check reports whether a function may be called with n arguments.
func Check(name string, n int) error {
	if f, ok := scalars[name]; ok && (n < f.least || f.most >= 0 && n > f.most) {
		return &ArgumentError{Function: name}
	}
	return nil
}

func (s scalar) call(name string) func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
	return func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		if err := Check(name, len(args)); err != nil {
			return nil, err
		}
		if !s.takesNull && anyNull(args) {
			return nil, nil
		}
		return s.f(args)
	}
}
