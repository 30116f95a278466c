package engine

import (
	"database/sql/driver"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

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
		case xInt && yInt:
			return x / y, nil
		}
		return int64(number(a[0]) / number(a[1])), nil
	}},
	"mysql_round": {1, 2, false, func(a []driver.Value) (driver.Value, error) { return rounded(a, math.Round) }},
	"truncate":    {2, 2, false, func(a []driver.Value) (driver.Value, error) { return rounded(a, math.Trunc) }},
	"mysql_floor": {1, 1, false, func(a []driver.Value) (driver.Value, error) { return int64(math.Floor(number(a[0]))), nil }},
	"mysql_ceil":  {1, 1, false, func(a []driver.Value) (driver.Value, error) { return int64(math.Ceil(number(a[0]))), nil }},
	"mysql_rand": {0, 1, false, func(a []driver.Value) (driver.Value, error) {
		if len(a) == 1 {
			seed := uint64(integer(a[0]))
			return rand.New(rand.NewPCG(seed, seed)).Float64(), nil
		}
		return rand.Float64(), nil
	}},
	"mysql_bin": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		return strconv.FormatUint(uint64(integer(a[0])), 2), nil
	}},
	"mysql_oct": {1, 1, false, func(a []driver.Value) (driver.Value, error) {
		return strconv.FormatUint(uint64(integer(a[0])), 8), nil
	}},
	"mysql_conv": {3, 3, false, func(a []driver.Value) (driver.Value, error) {
		from, to := int(integer(a[1])), int(integer(a[2]))
		if from < 2 || from > 36 || to < 2 || to > 36 {
			return nil, nil
		}
		n, err := strconv.ParseUint(strings.TrimSpace(text(a[0])), from, 64)
		if err != nil {
			return "0", nil
		}
		return strings.ToUpper(strconv.FormatUint(n, to)), nil
	}},
	// mysql_format is FORMAT: digits in groups of three.
	"mysql_format": {2, 2, false, func(a []driver.Value) (driver.Value, error) {
		digits := strconv.FormatFloat(number(a[0]), 'f', clamp(integer(a[1]), 30), 64)
		whole, fraction, hasFraction := strings.Cut(digits, ".")
		sign := ""
		if strings.HasPrefix(whole, "-") {
			sign, whole = "-", whole[1:]
		}
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + "," + whole[i:]
		}
		if hasFraction {
			whole += "." + fraction
		}
		return sign + whole, nil
	}},
}

func rounded(a []driver.Value, round func(float64) float64) (driver.Value, error) {
	places := int64(0)
	if len(a) == 2 {
		places = min(max(integer(a[1]), -30), 30)
	}
	if i, ok := a[0].(int64); ok && places >= 0 {
		return i, nil
	}
	scale := math.Pow10(int(places))
	f := round(number(a[0])*scale) / scale
	if places <= 0 && math.Abs(f) < 1<<53 {
		return int64(f), nil
	}
	return f, nil
}
