package engine

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
)

// numberFunctions take a text by as much of it as reads like a number.
// https://dev.mysql.com/doc/refman/8.4/en/numeric-functions.html
var numberFunctions = map[string]scalar{
	"mysql_mod": {2, 2, false, func(a []driver.Value) (driver.Value, error) {
		x, xInt := a[0].(int64)
		y, yInt := a[1].(int64)
		switch {
		case number(a[1]) == 0:
			return nil, nil
		case xInt && yInt:
			return x % y, nil
		}
		return math.Mod(number(a[0]), number(a[1])), nil
	}},
	// mysql_div is the operator DIV, which cuts towards zero.
	"mysql_div": {2, 2, false, func(a []driver.Value) (driver.Value, error) {
		x, xInt := a[0].(int64)
		y, yInt := a[1].(int64)
		switch {
		case number(a[1]) == 0:
			return nil, nil
		case xInt && yInt && y != -1:
			return x / y, nil
		}
		return whole(math.Trunc(number(a[0])/number(a[1])), "BIGINT", "DIV")
	}},
	"mysql_round": {1, 2, false, func(a []driver.Value) (driver.Value, error) { return rounded(a, true) }},
	"truncate":    {2, 2, false, func(a []driver.Value) (driver.Value, error) { return rounded(a, false) }},
	"mysql_floor": {1, 1, false, func(a []driver.Value) (driver.Value, error) { return floored(a[0], math.Floor), nil }},
	"mysql_ceil":  {1, 1, false, func(a []driver.Value) (driver.Value, error) { return floored(a[0], math.Ceil), nil }},
	"mysql_abs": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		if i, ok := a[0].(int64); ok && i != math.MinInt64 {
			return max(i, -i), nil
		} else if ok {
			return whole(1<<63, "BIGINT", "abs")
		}
		return math.Abs(number(a[0])), nil
	}},
	"mysql_sign": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		switch n := number(a[0]); {
		case n > 0:
			return int64(1), nil
		case n < 0:
			return int64(-1), nil
		}
		return int64(0), nil
	}},
	"mysql_sqrt": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		if number(a[0]) < 0 {
			return nil, nil
		}
		return math.Sqrt(number(a[0])), nil
	}},
	"mysql_pow": {2, 2, false, func(a []driver.Value) (driver.Value, error) {
		f := math.Pow(number(a[0]), number(a[1]))
		if math.IsInf(f, 0) || math.IsNaN(f) {
			return nil, outOfRange("DOUBLE", "pow")
		}
		return f, nil
	}},
	"mysql_rand": {0, 1, false, func(a []driver.Value) (driver.Value, error) {
		if len(a) == 1 {
			seed := uint64(integer(a[0]))
			return rand.New(rand.NewPCG(seed, seed)).Float64(), nil
		}
		return rand.Float64(), nil
	}},
	"greatest": {2, -1, false, func(a []driver.Value) (driver.Value, error) { return slices.MaxFunc(a, compareValues(a)), nil }},
	"least":    {2, -1, false, func(a []driver.Value) (driver.Value, error) { return slices.MinFunc(a, compareValues(a)), nil }},
}

// whole is a float as an integer, unless it is too large for one.
func whole(f float64, kind, function string) (driver.Value, error) {
	if f < math.MinInt64 || f >= math.MaxInt64 {
		return nil, outOfRange(kind, function)
	}
	return int64(f), nil
}

func outOfRange(kind, function string) error {
	return &StoreError{Code: 1690, Text: fmt.Sprintf("%s value is out of range in '%s'", kind, function)}
}

// floored stays a float where no integer is large enough.
func floored(v driver.Value, cut func(float64) float64) driver.Value {
	if i, ok := v.(int64); ok {
		return i
	}
	f := cut(number(v))
	if math.Abs(f) < 1<<63 {
		return int64(f)
	}
	return f
}

// rounded rounds halves away from zero, or cuts, at a number of decimals. It
// works on the digits as they are written, since 1.005 is exact in MySQL.
func rounded(a []driver.Value, halves bool) (driver.Value, error) {
	places := 0
	if len(a) == 2 {
		places = int(min(max(integer(a[1]), -30), 30))
	}
	if i, ok := a[0].(int64); ok && places >= 0 {
		return i, nil
	}
	exact, ok := new(big.Rat).SetString(text(normal(a[0])))
	if !ok {
		return a[0], nil // not a finite number
	}
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(places, -places))), nil))
	if places < 0 {
		scale.Inv(scale)
	}
	digits := exact.Mul(exact, scale).FloatString(0)
	if !halves {
		digits, _, _ = strings.Cut(exact.FloatString(30), ".")
	}
	units, _ := new(big.Rat).SetString(digits)
	units.Quo(units, scale)
	if units.IsInt() && units.Num().IsInt64() && places <= 0 {
		return units.Num().Int64(), nil
	}
	f, _ := units.Float64()
	return f, nil
}

// normal is a value as a number.
func normal(v driver.Value) driver.Value {
	if i, ok := v.(int64); ok {
		return i
	}
	return number(v)
}

// compareValues orders by number where all values are numbers, else by text.
func compareValues(all []driver.Value) func(a, b driver.Value) int {
	numbers := true
	for _, v := range all {
		switch v.(type) {
		case int64, float64:
		default:
			numbers = false
		}
	}
	return func(a, b driver.Value) int {
		x, xInt := a.(int64)
		y, yInt := b.(int64)
		switch {
		case !numbers:
			return compareLoosely(text(a), text(b))
		case xInt && yInt:
			return cmp.Compare(x, y)
		}
		return cmp.Compare(number(a), number(b))
	}
}
