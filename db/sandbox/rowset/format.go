package rowset

import (
	"database/sql/driver"
	"strconv"

	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/engine"
)

// Format is a value as MySQL shows it in a column of that type; NULL is nil.
func Format(v driver.Value, t *types.FieldType) []byte {
	if v == nil {
		return nil
	}
	const date = len("2006-01-02")
	shown := engine.Text(v)
	switch t.GetType() {
	case pm.TypeNewDecimal, pm.TypeFloat, pm.TypeDouble:
		if f, err := strconv.ParseFloat(shown, 64); err == nil {
			return formatFloat(f, t)
		}
	case pm.TypeTiny, pm.TypeShort, pm.TypeInt24, pm.TypeLong, pm.TypeLonglong:
		if f, ok := v.(float64); ok { // a sum beyond SQLite's integers
			return strconv.AppendFloat(nil, f, 'f', -1, 64)
		}
	case pm.TypeDatetime, pm.TypeTimestamp: // of a date alone
		if len(shown) == date {
			shown += " 00:00:00"
		}
	case pm.TypeDate:
		shown = shown[:min(len(shown), date)]
	}
	return []byte(shown)
}

// formatFloat shows as many decimals as the type names; a FLOAT that names none
// has six digits.
func formatFloat(f float64, t *types.FieldType) []byte {
	switch {
	case t.GetType() == pm.TypeNewDecimal, t.GetDecimal() > 0 && t.GetDecimal() < pm.NotFixedDec:
		return strconv.AppendFloat(nil, f, 'f', max(t.GetDecimal(), 0), 64)
	case t.GetType() == pm.TypeFloat:
		f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'g', 6, 64), 64)
	}
	return []byte(engine.Text(f))
}
