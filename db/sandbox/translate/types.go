package translate

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/rowset"
)

// kind is what matters of a type when values are compared or converted.
type kind int

const (
	null kind = iota
	integer
	decimal // exact, with a number of digits after the point
	double
	text
	enum
	bytes
	date // and DATETIME and TIMESTAMP
	clock
)

func kindOf(e ast.ExprNode) kind { return kindOfType(e.GetType()) }

func kindOfType(t *types.FieldType) kind {
	switch t.GetType() {
	case pm.TypeTiny, pm.TypeShort, pm.TypeInt24, pm.TypeLong, pm.TypeLonglong:
		return integer
	case pm.TypeNewDecimal:
		return decimal
	case pm.TypeFloat, pm.TypeDouble:
		return double
	case pm.TypeDate, pm.TypeDatetime, pm.TypeTimestamp:
		return date
	case pm.TypeDuration:
		return clock
	case pm.TypeEnum:
		return enum
	case pm.TypeNull:
		return null
	}
	if catalog.IsText(t) {
		return text
	}
	return bytes
}

func (k kind) isNumber() bool { return k == integer || k == decimal || k == double }

func (k kind) isTemporal() bool { return k == date || k == clock }

func (k kind) isText() bool { return k == text || k == enum }

func isDateOnly(e ast.ExprNode) bool { return e.GetType().GetType() == pm.TypeDate }

// scale is the number of digits after the point.
func scale(e ast.ExprNode) int { return max(e.GetType().GetDecimal(), 0) }

// exactScale is the scale of an integer or a DECIMAL.
func exactScale(e ast.ExprNode) (int, bool) {
	switch kindOf(e) {
	case integer:
		return 0, true
	case decimal:
		return scale(e), true
	}
	return 0, false
}

// precision is enough for every DECIMAL that a query computes.
const precision = 41

// merged is the type of what is one of several expressions: CASE, IF, COALESCE
// and the like. https://dev.mysql.com/doc/refman/8.4/en/flow-control-functions.html
func merged(all []ast.ExprNode) *types.FieldType {
	result := rowset.Null
	for _, e := range all {
		result = mergedTypes(result, e.GetType())
	}
	return result
}

func mergedTypes(a, b *types.FieldType) *types.FieldType {
	ka, kb := kindOfType(a), kindOfType(b)
	switch {
	case kb == null:
		return a
	case ka == null:
		return b
	case ka.isNumber() && kb.isNumber():
		switch {
		case ka == double || kb == double:
			return rowset.Double
		case ka == integer && kb == integer:
			return rowset.Int
		}
		return rowset.Decimal(precision, max(a.GetDecimal(), b.GetDecimal(), 0))
	case ka == kb && a.GetType() == b.GetType():
		return a
	case ka == date && kb == date:
		return rowset.Datetime
	case ka == bytes || kb == bytes:
		return rowset.Blob
	case ka == text:
		return a
	case kb == text:
		return b
	}
	return rowset.Text
}

// divPrecisionIncrement is how many digits MySQL adds when it divides: the
// default of div_precision_increment.
const divPrecisionIncrement = 4

// fixedTypes are what functions return whatever their arguments are.
var fixedTypes = map[string]*types.FieldType{
	"now": rowset.Datetime, "current_timestamp": rowset.Datetime, "localtime": rowset.Datetime,
	"localtimestamp": rowset.Datetime, "sysdate": rowset.Datetime, "utc_timestamp": rowset.Datetime,
	"from_unixtime": rowset.Datetime, "curdate": rowset.Date, "current_date": rowset.Date, "utc_date": rowset.Date,
	"date": rowset.Date, "curtime": rowset.Time, "current_time": rowset.Time, "utc_time": rowset.Time,
	"length": rowset.Int, "octet_length": rowset.Int, "char_length": rowset.Int, "character_length": rowset.Int,
	"locate": rowset.Int, "position": rowset.Int, "instr": rowset.Int, "isnull": rowset.Int, "datediff": rowset.Int,
	"year": rowset.Int, "month": rowset.Int, "day": rowset.Int, "dayofmonth": rowset.Int, "hour": rowset.Int,
	"minute": rowset.Int, "second": rowset.Int, "unix_timestamp": rowset.Int, "rand": rowset.Double,
	"hex": rowset.Text, "md5": rowset.Text, "sha": rowset.Text, "sha1": rowset.Text, "sha2": rowset.Text,
	"uuid": rowset.Text, "date_format": rowset.Text,
	"row_number": rowset.Int, "rank": rowset.Int, "dense_rank": rowset.Int, "ntile": rowset.Int,
	"percent_rank": rowset.Double, "cume_dist": rowset.Double,
}

// returned is the type of a function's value.
func returned(name string, args []ast.ExprNode) *types.FieldType {
	if t, ok := fixedTypes[name]; ok {
		return t
	}
	switch name {
	case "if":
		return merged(args[1:])
	case "ifnull", "coalesce", "greatest", "least":
		return merged(args)
	case "round":
		return rounded(args)
	case "floor", "ceil", "ceiling":
		return rounded(args[:1])
	case "mod", "abs":
		return calculated(args)
	}
	for _, a := range args {
		if kindOf(a) == bytes {
			return rowset.Blob
		}
	}
	for _, a := range args {
		if kindOf(a) == text { // the result has its argument's collation
			t := *rowset.Text
			t.SetCollate(a.GetType().GetCollate())
			return &t
		}
	}
	return rowset.Text
}

func rounded(args []ast.ExprNode) *types.FieldType {
	digits, exact := exactScale(args[0])
	if !exact {
		return rowset.Double
	}
	places := int64(0)
	if len(args) == 2 {
		v, ok := literalOf(args[1]).(int64)
		if !ok {
			return rowset.Double
		}
		places = v
	}
	if digits = int(min(places, int64(digits))); digits > 0 {
		return rowset.Decimal(precision, digits)
	}
	return rowset.Int
}

// calculated is the type of numbers that are computed from numbers.
func calculated(args []ast.ExprNode) *types.FieldType {
	t := merged(args)
	if !kindOfType(t).isNumber() {
		return rowset.Double
	}
	return t
}

// aggregated is the type of an aggregate's or a window function's value.
func aggregated(name string, args []ast.ExprNode) *types.FieldType {
	name = strings.ToLower(name)
	digits, exact := 0, false
	if len(args) > 0 {
		digits, exact = exactScale(args[0])
	}
	switch {
	case name == "count":
		return rowset.Int
	case name == "group_concat":
		return returned("concat", args)
	case name == "sum" && exact:
		return rowset.Decimal(precision, digits)
	case name == "avg" && exact:
		return rowset.Decimal(precision, digits+divPrecisionIncrement)
	case name == "sum", name == "avg":
		return rowset.Double
	case fixedTypes[name] != nil:
		return fixedTypes[name]
	case len(args) > 0: // MIN, MAX, LAG, FIRST_VALUE and the like
		t := args[0].GetType().Clone()
		t.SetFlag(t.GetFlag() &^ (pm.NotNullFlag | pm.PriKeyFlag | pm.UniqueKeyFlag | pm.MultipleKeyFlag | pm.AutoIncrementFlag))
		return t
	}
	return rowset.Text
}
