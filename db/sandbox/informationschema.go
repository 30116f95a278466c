package sandbox

import (
	"cmp"
	"database/sql/driver"
	"slices"
	"time"

	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/catalog"
)

func schemataRows(se *session) [][]driver.Value {
	var rows [][]driver.Value
	for _, db := range se.visibleDatabases() {
		rows = append(rows, row("def", db, "utf8mb4", se.server.catalog.Collation(db), nil, "NO"))
	}
	return rows
}

func tableRows(se *session) [][]driver.Value {
	var rows [][]driver.Value
	for _, t := range se.visibleTables() {
		size := se.sizeOf(t)
		rows = append(rows, row("def", t.DB, t.Name, "BASE TABLE", "InnoDB", int64(10), "Dynamic", size.rows, int64(0),
			int64(16384), int64(0), int64(0), int64(0), size.next, t.Created.Format(time.DateTime), nil, nil, t.Collation,
			nil, "", t.Comment))
	}
	for _, t := range se.visibleSystemTables() {
		kind := "BASE TABLE"
		if t.db == "information_schema" {
			kind = "SYSTEM VIEW"
		}
		rows = append(rows, row("def", t.db, t.name, kind, nil, int64(10), nil, int64(0), int64(0), int64(0), int64(0),
			int64(0), int64(0), nil, se.server.started.UTC().Format(time.DateTime), nil, nil, nil, nil, "", ""))
	}
	slices.SortStableFunc(rows, func(a, b []driver.Value) int {
		return cmp.Or(cmp.Compare(a[1].(string), b[1].(string)), cmp.Compare(a[2].(string), b[2].(string)))
	})
	return rows
}

func columnRows(se *session) [][]driver.Value {
	var rows [][]driver.Value
	for _, t := range se.visibleTables() {
		for i, c := range t.Columns {
			nullable := "YES"
			if c.NotNull {
				nullable = "NO"
			}
			var charset driver.Value
			if catalog.IsText(c.Type) {
				charset = "utf8mb4"
			}
			characters, octets := textLength(c.Type)
			precision, scale, fraction := precisionOf(c.Type)
			rows = append(rows, row("def", t.DB, t.Name, c.Name, int64(i+1), defaultOf(c), nullable,
				catalog.DataType(c.Type), characters, octets, precision, scale, fraction, charset, collationOf(c),
				catalog.TypeText(c.Type), t.KeyOf(c.Name), extraOf(c), privilegesOnColumns, c.Comment, "", nil))
		}
	}
	for _, t := range se.visibleSystemTables() {
		for i, c := range t.columns {
			rows = append(rows, row("def", t.db, t.name, c.Name, int64(i+1), nil, "YES", catalog.DataType(c.Type), nil, nil,
				nil, nil, nil, nil, nil, catalog.TypeText(c.Type), "", "", "select", "", "", nil))
		}
	}
	return rows
}

const privilegesOnColumns = "select,insert,update,references"

// textLength is how much text fits, in characters and in bytes; NULL for
// columns that hold none.
func textLength(t *types.FieldType) (characters, octets driver.Value) {
	switch t.GetType() {
	case pm.TypeVarchar, pm.TypeVarString, pm.TypeString:
		if t.GetCharset() == "binary" {
			return int64(t.GetFlen()), int64(t.GetFlen())
		}
		return int64(t.GetFlen()), int64(t.GetFlen()) * 4
	case pm.TypeTinyBlob:
		return int64(255), int64(255)
	case pm.TypeBlob:
		return int64(65535), int64(65535)
	case pm.TypeMediumBlob:
		return int64(1<<24 - 1), int64(1<<24 - 1)
	case pm.TypeLongBlob:
		return int64(1<<32 - 1), int64(1<<32 - 1)
	}
	return nil, nil
}

// digits of the integer types. https://dev.mysql.com/doc/refman/8.4/en/information-schema-columns-table.html
var digits = map[byte]int64{pm.TypeTiny: 3, pm.TypeShort: 5, pm.TypeInt24: 7, pm.TypeLong: 10, pm.TypeLonglong: 19}

func precisionOf(t *types.FieldType) (precision, scale, fraction driver.Value) {
	switch t.GetType() {
	case pm.TypeNewDecimal:
		return int64(t.GetFlen()), int64(max(t.GetDecimal(), 0)), nil
	case pm.TypeFloat, pm.TypeDouble:
		if t.GetDecimal() > 0 {
			return int64(t.GetFlen()), int64(t.GetDecimal()), nil
		}
	}
	switch t.GetType() {
	case pm.TypeFloat:
		return int64(12), nil, nil
	case pm.TypeDouble:
		return int64(22), nil, nil
	case pm.TypeDatetime, pm.TypeTimestamp, pm.TypeDuration:
		return nil, nil, int64(max(t.GetDecimal(), 0))
	}
	if n, ok := digits[t.GetType()]; ok {
		if t.GetType() == pm.TypeLonglong && pm.HasUnsignedFlag(t.GetFlag()) {
			n++
		}
		return n, int64(0), nil
	}
	return nil, nil, nil
}
