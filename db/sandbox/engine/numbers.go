package engine

import (
	"cmp"
	"database/sql/driver"
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"

	"keyturn/db/sandbox/mysqlerr"
)

// numberFunctions take a text by as much of it as reads like a number.
// https://dev.mysql.com/doc/refman/8.4/en/numeric-functions.html
var numberFunctions = map[string]function{
	"mod": always(2, 2, func(a []driver.Value) driver.Value {
		x, xInt := a[0].(int64)
		y, yInt := a[1].(int64)
		switch {
		case number(a[1]) == 0:
			return nil
		case xInt && yInt:
			return x % y
		}
		return math.Mod(number(a[0]), number(a[1]))
	}),
	"round": always(1, 2, func(a []driver.Value) driver.Value {
		places := int64(0)
		if len(a) == 2 {
			places = min(max(integer(a[1]), -30), 30)
		}
		if i, ok := a[0].(int64); ok && places >= 0 {
			return i
		}
		f := rounded(number(a[0]), int(places))
		if places <= 0 {
			return toInteger(f)
		}
		return f
	}),
	"floor": cut(math.Floor),
	"ceil":  cut(math.Ceil),
	"abs": {least: 1, most: 1, f: func(a []driver.Value) (driver.Value, error) {
		i, ok := a[0].(int64)
		switch {
		case !ok:
			return math.Abs(number(a[0])), nil
		case i == math.MinInt64:
			return nil, mysqlerr.New(mysql.ER_DATA_OUT_OF_RANGE, "BIGINT", "abs(-9223372036854775808)")
		}
		return max(i, -i), nil
	}},
	"rand":     always(0, 0, func([]driver.Value) driver.Value { return rand.Float64() }),
	"greatest": always(2, many, func(a []driver.Value) driver.Value { return slices.MaxFunc(a, order(a)) }),
	"least":    always(2, many, func(a []driver.Value) driver.Value { return slices.MinFunc(a, order(a)) }),
}

// integerFunction is CAST(value AS SIGNED), or UNSIGNED if its second argument
// says so: it rounds a number, and takes the digits that a text begins with.
var integerFunction = function{f: func(a []driver.Value) (driver.Value, error) {
	v := a[0]
	if f, ok := v.(float64); ok {
		v = strconv.FormatFloat(math.Round(f), 'f', 0, 64)
	}
	digits := numeral.FindString(strings.TrimSpace(Text(v)))
	if end := strings.IndexAny(digits, ".eE"); end >= 0 {
		digits = digits[:end]
	}
	i, err := strconv.ParseInt(digits, 10, 64) // 0 if there are no digits
	if errors.Is(err, strconv.ErrRange) || i < 0 && integer(a[1]) != 0 {
		return nil, mysqlerr.Beyond("CAST to an integer that is out of range")
	}
	return i, nil
}}

// numberFunction is a value where MySQL wants a number.
var numberFunction = always(1, 1, func(a []driver.Value) driver.Value {
	if isNumber(a[0]) {
		return a[0]
	}
	return number(a[0])
})

// fixedFunction is mysql_fixed(number, decimals): a DECIMAL as a text.
var fixedFunction = always(2, 2, func(a []driver.Value) driver.Value {
	return strconv.FormatFloat(number(a[0]), 'f', int(integer(a[1])), 64)
})

// decimalFunction is mysql_decimal(number, precision, scale): CAST to a DECIMAL,
// which is the largest one where the number is larger.
var decimalFunction = always(3, 3, func(a []driver.Value) driver.Value {
	places := int(integer(a[2]))
	largest := rounded(math.Pow10(int(integer(a[1]))-places)-math.Pow10(-places), places)
	return max(min(rounded(number(a[0]), places), largest), -largest)
})

// bigintFunction is mysql_bigint(number, unsigned): what a calculation with
// integers gives, which SQLite makes a float when it is out of range.
var bigintFunction = function{f: func(a []driver.Value) (driver.Value, error) {
	i, ok := a[0].(int64)
	switch isUnsigned := integer(a[1]) != 0; {
	case isUnsigned && (!ok || i < 0):
		return nil, mysqlerr.New(mysql.ER_DATA_OUT_OF_RANGE, "BIGINT UNSIGNED", "an expression")
	case !ok:
		return nil, mysqlerr.New(mysql.ER_DATA_OUT_OF_RANGE, "BIGINT", "an expression")
	}
	return i, nil
}}

// cut makes an integer of a number.
func cut(f func(float64) float64) function {
	return always(1, 1, func(a []driver.Value) driver.Value {
		if i, ok := a[0].(int64); ok {
			return i
		}
		return toInteger(f(number(a[0])))
	})
}

// toInteger is a float without fraction as an integer, unless it is too large for
// one.
func toInteger(f float64) driver.Value {
	if math.Abs(f) < 1<<63 {
		return int64(f)
	}
	return f
}

// rounded rounds halves away from zero at a number of decimals. It works on the
// digits as they are written, since 1.005 is exact in MySQL.
func rounded(f float64, places int) float64 {
	unit := math.Pow10(max(-places, 0))
	exact, ok := new(big.Rat).SetString(strconv.FormatFloat(f/unit, 'f', -1, 64))
	if !ok {
		return f // not a finite number
	}
	digits, _ := strconv.ParseFloat(exact.FloatString(max(places, 0)), 64)
	return digits * unit
}

// order compares by number where all values are numbers, else by text.
func order(all []driver.Value) func(a, b driver.Value) int {
	if slices.ContainsFunc(all, func(v driver.Value) bool { return !isNumber(v) }) {
		return func(a, b driver.Value) int { return compareLoosely(Text(a), Text(b)) }
	}
	return func(a, b driver.Value) int {
		return cmp.Or(cmp.Compare(number(a), number(b)), cmp.Compare(integer(a), integer(b)))
	}
}
