package rowset

import (
	"database/sql/driver"
	"math"
	"strconv"
	"strings"

	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"
)

// Format is a value as MySQL shows it in a column of that type.
func Format(v driver.Value, t *types.FieldType) []byte {
	switch v := v.(type) {
	case []byte:
		return v
	case string:
		if t.GetType() == pm.TypeNewDecimal {
			if f, err := strconv.ParseFloat(v, 64); err == nil {
				return formatFloat(f, t)
			}
		}
		return padTime(v, t)
	case int64:
		if t.GetType() == pm.TypeNewDecimal && t.GetDecimal() > 0 {
			return []byte(strconv.FormatInt(v, 10) + "." + strings.Repeat("0", t.GetDecimal()))
		}
		if width := t.GetFlen(); pm.HasZerofillFlag(t.GetFlag()) {
			digits := strconv.FormatInt(v, 10)
			return []byte(strings.Repeat("0", max(width-len(digits), 0)) + digits)
		}
		return strconv.AppendInt(nil, v, 10)
	case float64:
		return formatFloat(v, t)
	case bool:
		if v {
			return []byte("1")
		}
		return []byte("0")
	}
	return nil
}

func formatFloat(f float64, t *types.FieldType) []byte {
	switch t.GetType() {
	case pm.TypeNewDecimal:
		return strconv.AppendFloat(nil, f, 'f', max(t.GetDecimal(), 0), 64)
	case pm.TypeFloat:
		return strconv.AppendFloat(nil, f, 'g', 6, 32)
	case pm.TypeTiny, pm.TypeShort, pm.TypeInt24, pm.TypeLong, pm.TypeLonglong:
		return strconv.AppendFloat(nil, f, 'f', -1, 64)
	}
	if a := math.Abs(f); a != 0 && (a < 1e-15 || a >= 1e15) {
		return []byte(strings.Replace(strconv.FormatFloat(f, 'e', -1, 64), "e+", "e", 1))
	}
	return strconv.AppendFloat(nil, f, 'f', -1, 64)
}

// padTime gives a date that was stored without its time one, where the column
// has times.
func padTime(s string, t *types.FieldType) []byte {
	const date = len("2006-01-02")
	switch t.GetType() {
	case pm.TypeDatetime, pm.TypeTimestamp:
		if len(s) == date {
			return []byte(s + " 00:00:00")
		}
	case pm.TypeDate:
		if len(s) > date {
			return []byte(s[:date])
		}
	}
	return []byte(s)
}
