// Package rowset is a statement's result as MySQL's clients read it: typed
// columns, and rows in the text or the binary protocol.
package rowset

import (
	"database/sql/driver"
	"slices"

	"github.com/go-mysql-org/go-mysql/mysql"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/catalog"
)

// Column is one column of a result. The names of its table are empty if it is
// computed.
type Column struct {
	Name     string
	Schema   string
	Table    string // as the statement calls it
	OrgTable string
	OrgName  string
	Type     *types.FieldType
}

// Rowset is a whole result. A value is nil, int64, float64, string or []byte.
type Rowset struct {
	Columns []Column
	Rows    [][]driver.Value
}

// Collations' numbers. https://dev.mysql.com/doc/refman/8.4/en/charset-mysql.html
const (
	utf8mb4      = 255 // utf8mb4_0900_ai_ci
	noCollation  = 63
	bytesPerRune = 4
)

// Types of computed columns.
var (
	Int      = newType(pm.TypeLonglong, 21, 0)
	Double   = newType(pm.TypeDouble, 23, 31)
	Text     = newType(pm.TypeVarString, 255, 31)
	Blob     = newType(pm.TypeBlob, 65535, 31)
	Datetime = newType(pm.TypeDatetime, 19, 0)
	Date     = newType(pm.TypeDate, 10, 0)
	Time     = newType(pm.TypeDuration, 10, 0)
	Null     = newType(pm.TypeNull, 0, 0)
)

// Decimal is DECIMAL(precision, scale).
func Decimal(precision, scale int) *types.FieldType {
	return newType(pm.TypeNewDecimal, precision, scale)
}

func newType(code byte, length, decimals int) *types.FieldType {
	t := types.NewFieldType(code)
	t.SetFlen(length)
	t.SetDecimal(decimals)
	if code == pm.TypeBlob {
		t.SetCharset("binary")
	}
	return t
}

// Strings makes a result of nothing but text columns; a nil is NULL.
func Strings(names []string, rows ...[]driver.Value) *Rowset {
	r := &Rowset{Rows: rows}
	for _, name := range names {
		r.Columns = append(r.Columns, Column{Name: name, Type: Text})
	}
	return r
}

// CountNumbers makes integer columns of those text columns that hold nothing
// but integers.
func (r *Rowset) CountNumbers() {
	for i := range r.Columns {
		isNumber := func(row []driver.Value) bool { _, ok := row[i].(int64); return ok }
		isOther := func(row []driver.Value) bool { return row[i] != nil && !isNumber(row) }
		if slices.ContainsFunc(r.Rows, isNumber) && !slices.ContainsFunc(r.Rows, isOther) {
			r.Columns[i].Type = Int
		}
	}
}

// Field describes the column on the wire.
func (c Column) Field() *mysql.Field {
	f := &mysql.Field{
		Name: []byte(c.Name), OrgName: []byte(c.OrgName),
		Table: []byte(c.Table), OrgTable: []byte(c.OrgTable), Schema: []byte(c.Schema),
		Type: wireType(c.Type), Flag: uint16(c.Type.GetFlag()), Charset: noCollation,
		ColumnLength: uint32(max(c.Type.GetFlen(), 0)), Decimal: uint8(max(c.Type.GetDecimal(), 0)),
	}
	switch c.Type.GetType() {
	case pm.TypeEnum:
		f.Flag |= mysql.ENUM_FLAG
	case pm.TypeFloat, pm.TypeDouble:
		if c.Type.GetDecimal() < 0 {
			f.Decimal = pm.NotFixedDec
		}
	}
	if catalog.IsText(c.Type) {
		f.Charset = utf8mb4
		f.ColumnLength *= bytesPerRune
	} else {
		f.Flag |= mysql.BINARY_FLAG
	}
	return f
}

// wireType is the type by which the protocol knows a column's: an ENUM is a
// string with a flag, and every TEXT and BLOB is one type.
// https://dev.mysql.com/doc/c-api/8.4/en/c-api-data-structures.html
func wireType(t *types.FieldType) byte {
	switch t.GetType() {
	case pm.TypeVarchar:
		return pm.TypeVarString
	case pm.TypeEnum:
		return pm.TypeString
	case pm.TypeTinyBlob, pm.TypeMediumBlob, pm.TypeLongBlob:
		return pm.TypeBlob
	}
	return t.GetType()
}

// Encode makes the packets of a result, in the binary protocol for a prepared
// statement.
func (r *Rowset) Encode(prepared bool) *mysql.Result {
	set := mysql.NewResultset(len(r.Columns))
	for i, c := range r.Columns {
		set.Fields[i] = c.Field()
	}
	for _, row := range r.Rows {
		if prepared {
			set.RowDatas = append(set.RowDatas, r.binaryRow(row))
		} else {
			set.RowDatas = append(set.RowDatas, r.textRow(row))
		}
	}
	return mysql.NewResult(set)
}

func (r *Rowset) textRow(row []driver.Value) []byte {
	const null = 0xfb
	var packet []byte
	for i, v := range row {
		if v == nil {
			packet = append(packet, null)
			continue
		}
		packet = append(packet, mysql.PutLengthEncodedString(Format(v, r.Columns[i].Type))...)
	}
	return packet
}
