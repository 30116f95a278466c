package catalog

import (
	"fmt"
	"strings"

	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/engine"
)

// TypeText is a column's type as MySQL 8 shows it: "int unsigned".
func TypeText(t *types.FieldType) string {
	name := DataType(t)
	switch t.GetType() {
	case pm.TypeTiny:
		if t.GetFlen() == 1 {
			name = "tinyint(1)"
		}
	case pm.TypeVarchar, pm.TypeVarString, pm.TypeString:
		name = fmt.Sprintf("%s(%d)", name, t.GetFlen())
	case pm.TypeNewDecimal:
		name = fmt.Sprintf("%s(%d,%d)", name, t.GetFlen(), max(t.GetDecimal(), 0))
	case pm.TypeFloat, pm.TypeDouble:
		if t.GetDecimal() > 0 { // FLOAT(M,D), which Knex makes
			name = fmt.Sprintf("%s(%d,%d)", name, t.GetFlen(), t.GetDecimal())
		}
	case pm.TypeDatetime, pm.TypeTimestamp:
		if t.GetDecimal() > 0 {
			name = fmt.Sprintf("%s(%d)", name, t.GetDecimal())
		}
	case pm.TypeEnum:
		elems := make([]string, len(t.GetElems()))
		for i, e := range t.GetElems() {
			elems[i] = engine.QuoteText(e)
		}
		name += "(" + strings.Join(elems, ",") + ")"
	}
	if pm.HasUnsignedFlag(t.GetFlag()) {
		name += " unsigned"
	}
	return name
}

// DataType is a column's type without its length.
func DataType(t *types.FieldType) string { return types.TypeToStr(t.GetType(), t.GetCharset()) }

// IsText reports whether values of the type are characters, not bytes.
func IsText(t *types.FieldType) bool {
	switch t.GetType() {
	case pm.TypeVarchar, pm.TypeVarString, pm.TypeString, pm.TypeEnum,
		pm.TypeBlob, pm.TypeTinyBlob, pm.TypeMediumBlob, pm.TypeLongBlob:
		return t.GetCharset() != "binary"
	}
	return false
}
