package rowset

import (
	"database/sql/driver"
	"encoding/binary"
	"math"
	"strconv"

	"github.com/go-mysql-org/go-mysql/mysql"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/engine"
)

// The binary protocol is for prepared statements: their rows, and the values of
// their parameters.
// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html

// sizes are the bytes of the numbers that have a fixed size.
var sizes = map[byte]int{
	pm.TypeTiny: 1, pm.TypeShort: 2, pm.TypeYear: 2, pm.TypeInt24: 4, pm.TypeLong: 4, pm.TypeFloat: 4,
	pm.TypeLonglong: 8, pm.TypeDouble: 8,
}

var le = binary.LittleEndian

func (r *Rowset) binaryRow(row []driver.Value) []byte {
	const offset = 2 // of the bitmap of NULLs
	bitmap := make([]byte, (len(row)+7+offset)/8)
	var values []byte
	for i, v := range row {
		if v == nil {
			bitmap[(i+offset)/8] |= 1 << ((i + offset) % 8)
			continue
		}
		values = append(values, pack(Format(v, r.Columns[i].Type), r.Columns[i].Type)...)
	}
	return append(append([]byte{mysql.OK_HEADER}, bitmap...), values...)
}

// pack writes a value, which is given as the text protocol shows it.
func pack(shown []byte, t *types.FieldType) []byte {
	switch code := t.GetType(); code {
	case pm.TypeTiny, pm.TypeShort, pm.TypeInt24, pm.TypeLong, pm.TypeLonglong:
		i, err := strconv.ParseInt(string(shown), 10, 64)
		if err != nil {
			i = int64(parseFloat(shown))
		}
		return le.AppendUint64(nil, uint64(i))[:sizes[code]]
	case pm.TypeFloat:
		return le.AppendUint32(nil, math.Float32bits(float32(parseFloat(shown))))
	case pm.TypeDouble:
		return le.AppendUint64(nil, math.Float64bits(parseFloat(shown)))
	case pm.TypeDate, pm.TypeDatetime, pm.TypeTimestamp:
		return packDate(string(shown))
	case pm.TypeDuration:
		return packTime(string(shown))
	}
	return mysql.PutLengthEncodedString(shown)
}

func parseFloat(b []byte) float64 {
	f, _ := strconv.ParseFloat(string(b), 64)
	return f
}

// Parameter reads the value of a parameter as SQLite takes it, and tells how
// many bytes it took.
func Parameter(code byte, unsigned bool, b []byte) (value any, size int, ok bool) {
	size, isNumber := sizes[code]
	switch {
	case code == pm.TypeNull:
		return nil, 0, true
	case len(b) < max(size, 1):
		return nil, 0, false
	case !isNumber:
		s, _, size, err := mysql.LengthEncodedString(b)
		return unpack(code, s), size, err == nil
	}
	var word [8]byte
	copy(word[:], b[:size])
	bits := le.Uint64(word[:])
	unused := 64 - 8*size
	switch {
	case code == pm.TypeFloat:
		return float64(math.Float32frombits(uint32(bits))), size, true
	case code == pm.TypeDouble:
		return math.Float64frombits(bits), size, true
	case !unsigned:
		return int64(bits<<unused) >> unused, size, true // the sign comes down with the shift
	case bits > math.MaxInt64:
		return float64(bits), size, true // SQLite has no such integers
	}
	return int64(bits), size, true
}

func unpack(code byte, b []byte) any {
	switch code {
	case pm.TypeDate, pm.TypeDatetime, pm.TypeTimestamp:
		return unpackDate(b)
	case pm.TypeDuration:
		return unpackTime(b)
	}
	return engine.Kept(string(b))
}
