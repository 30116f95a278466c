package rowset

import (
	"database/sql/driver"
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"
)

// binaryRow is a row as prepared statements answer it.
// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html
func (r *Rowset) binaryRow(row []driver.Value) []byte {
	const offset = 2 // of the bitmap of NULLs
	bitmap := make([]byte, (len(row)+7+offset)/8)
	var values []byte
	for i, v := range row {
		if v == nil {
			bitmap[(i+offset)/8] |= 1 << ((i + offset) % 8)
			continue
		}
		values = append(values, binaryValue(v, r.Columns[i].Type)...)
	}
	return append(append([]byte{mysql.OK_HEADER}, bitmap...), values...)
}

func binaryValue(v driver.Value, t *types.FieldType) []byte {
	le := binary.LittleEndian
	shown := Format(v, t)
	switch t.GetType() {
	case pm.TypeTiny:
		return []byte{byte(parseInt(shown))}
	case pm.TypeShort, pm.TypeYear:
		return le.AppendUint16(nil, uint16(parseInt(shown)))
	case pm.TypeInt24, pm.TypeLong:
		return le.AppendUint32(nil, uint32(parseInt(shown)))
	case pm.TypeLonglong:
		return le.AppendUint64(nil, uint64(parseInt(shown)))
	case pm.TypeFloat:
		return le.AppendUint32(nil, math.Float32bits(float32(parseFloat(shown))))
	case pm.TypeDouble:
		return le.AppendUint64(nil, math.Float64bits(parseFloat(shown)))
	case pm.TypeDate, pm.TypeDatetime, pm.TypeTimestamp:
		return binaryDate(string(shown))
	case pm.TypeDuration:
		return binaryTime(string(shown))
	}
	return mysql.PutLengthEncodedString(shown)
}

func parseInt(b []byte) int64 {
	if i, err := strconv.ParseInt(string(b), 10, 64); err == nil {
		return i
	}
	if u, err := strconv.ParseUint(string(b), 10, 64); err == nil {
		return int64(u)
	}
	return int64(parseFloat(b))
}

func parseFloat(b []byte) float64 {
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return 0
	}
	return f
}

func binaryDate(s string) []byte {
	t, err := time.Parse("2006-01-02 15:04:05", s)
	if err != nil {
		if t, err = time.Parse(time.DateOnly, s); err != nil {
			return []byte{0} // MySQL's zero date
		}
	}
	b := binary.LittleEndian.AppendUint16([]byte{4}, uint16(t.Year()))
	b = append(b, byte(t.Month()), byte(t.Day()))
	if micro := t.Nanosecond() / 1000; micro != 0 {
		b[0] = 11
		b = append(b, byte(t.Hour()), byte(t.Minute()), byte(t.Second()))
		return binary.LittleEndian.AppendUint32(b, uint32(micro))
	}
	if t.Hour() != 0 || t.Minute() != 0 || t.Second() != 0 {
		b[0] = 7
		b = append(b, byte(t.Hour()), byte(t.Minute()), byte(t.Second()))
	}
	return b
}

func binaryTime(s string) []byte {
	negative := byte(0)
	if strings.HasPrefix(s, "-") {
		negative, s = 1, s[1:]
	}
	s, fraction, _ := strings.Cut(s, ".")
	parts := append(strings.Split(s, ":"), "0", "0")
	hours, minutes, secs := parseInt([]byte(parts[0])), parseInt([]byte(parts[1])), parseInt([]byte(parts[2]))
	micro := parseInt([]byte((fraction + "000000")[:6]))
	if hours == 0 && minutes == 0 && secs == 0 && micro == 0 {
		return []byte{0}
	}
	b := binary.LittleEndian.AppendUint32([]byte{8, negative}, uint32(hours/24))
	b = append(b, byte(hours%24), byte(minutes), byte(secs))
	if micro != 0 {
		b[0] = 12
		b = binary.LittleEndian.AppendUint32(b, uint32(micro))
	}
	return b
}
