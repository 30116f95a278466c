package sandbox

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/go-mysql-org/go-mysql/mysql"
)

// binaryStatement is a statement that a client prepared by COM_STMT_PREPARE.
// The protocol library answers that command; executing is done here, because
// the library forgets the types of the parameters, which a client sends only
// the first time, and the long data sent before.
type binaryStatement struct {
	query  string
	params int
	types  []byte         // two bytes a parameter: the type, and whether it is unsigned
	long   map[int][]byte // by parameter, from COM_STMT_SEND_LONG_DATA
}

// executeStatement answers COM_STMT_EXECUTE. A cursor that the client asks for
// is not opened: the rows follow at once, which the protocol allows.
// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_execute.html
func (se *session) executeStatement(data []byte) error {
	const header = 9 // number, flags, iteration count
	if len(data) < header {
		return mysql.ErrMalformPacket
	}
	id := binary.LittleEndian.Uint32(data)
	st, ok := se.binary[id]
	if !ok {
		return mysql.NewError(mysql.ER_UNKNOWN_STMT_HANDLER,
			fmt.Sprintf("Unknown prepared statement handler (%d) given to mysqld_stmt_execute", id))
	}
	args, err := st.bind(data[header:])
	if err != nil {
		return err
	}
	st.long = nil
	r, err := se.execute(st.query, args)
	if err != nil {
		return err
	}
	return se.conn.WriteValue(r)
}

// bind reads the values of the parameters.
func (st *binaryStatement) bind(data []byte) ([]any, error) {
	if st.params == 0 {
		return nil, nil
	}
	nulls := (st.params + 7) / 8
	if len(data) < nulls+1 {
		return nil, mysql.ErrMalformPacket
	}
	bitmap, newTypes := data[:nulls], data[nulls] == 1
	data = data[nulls+1:]
	if newTypes {
		if len(data) < 2*st.params {
			return nil, mysql.ErrMalformPacket
		}
		st.types, data = bytes.Clone(data[:2*st.params]), data[2*st.params:]
	}
	if len(st.types) != 2*st.params {
		return nil, mysql.ErrMalformPacket
	}
	args := make([]any, st.params)
	for i := range args {
		if long, ok := st.long[i]; ok {
			args[i] = mysql.TypedBytes{Type: mysql.MYSQL_TYPE_STRING, Bytes: long}
			continue
		}
		if bitmap[i/8]&(1<<(i%8)) != 0 {
			continue
		}
		value, size, ok := readValue(st.types[2*i], st.types[2*i+1]&mysql.PARAM_UNSIGNED != 0, data)
		if !ok {
			return nil, mysql.ErrMalformPacket
		}
		args[i], data = value, data[size:]
	}
	return args, nil
}

// readValue reads one value and tells how many bytes it took.
func readValue(code byte, unsigned bool, b []byte) (value any, size int, ok bool) {
	le := binary.LittleEndian
	size = map[byte]int{
		mysql.MYSQL_TYPE_TINY: 1, mysql.MYSQL_TYPE_SHORT: 2, mysql.MYSQL_TYPE_YEAR: 2, mysql.MYSQL_TYPE_INT24: 4,
		mysql.MYSQL_TYPE_LONG: 4, mysql.MYSQL_TYPE_FLOAT: 4, mysql.MYSQL_TYPE_LONGLONG: 8, mysql.MYSQL_TYPE_DOUBLE: 8,
	}[code]
	if len(b) < size {
		return nil, 0, false
	}
	switch code {
	case mysql.MYSQL_TYPE_NULL:
		return nil, 0, true
	case mysql.MYSQL_TYPE_FLOAT:
		return math.Float32frombits(le.Uint32(b)), size, true
	case mysql.MYSQL_TYPE_DOUBLE:
		return math.Float64frombits(le.Uint64(b)), size, true
	}
	switch size {
	case 1:
		if unsigned {
			return int64(b[0]), size, true
		}
		return int64(int8(b[0])), size, true
	case 2:
		if unsigned {
			return int64(le.Uint16(b)), size, true
		}
		return int64(int16(le.Uint16(b))), size, true
	case 4:
		if unsigned {
			return int64(le.Uint32(b)), size, true
		}
		return int64(int32(le.Uint32(b))), size, true
	case 8:
		if u := le.Uint64(b); unsigned && u > math.MaxInt64 {
			return float64(u), size, true // SQLite has no such integers
		}
		return int64(le.Uint64(b)), size, true
	}
	if len(b) == 0 {
		return nil, 0, false
	}
	s, _, n, err := mysql.LengthEncodedString(b)
	return mysql.TypedBytes{Type: code, Bytes: s}, n, err == nil
}

// sendLongData keeps a piece of a parameter. The command has no answer.
func (se *session) sendLongData(data []byte) error {
	if len(data) < 6 {
		return nil
	}
	st, ok := se.binary[binary.LittleEndian.Uint32(data)]
	i := int(binary.LittleEndian.Uint16(data[4:]))
	if !ok || i >= st.params {
		return nil
	}
	if st.long == nil {
		st.long = map[int][]byte{}
	}
	st.long[i] = append(st.long[i], data[6:]...)
	return nil
}

// resetStatement forgets the long data.
func (se *session) resetStatement(data []byte) error {
	if len(data) < 4 {
		return mysql.ErrMalformPacket
	}
	id := binary.LittleEndian.Uint32(data)
	st, ok := se.binary[id]
	if !ok {
		return mysql.NewError(mysql.ER_UNKNOWN_STMT_HANDLER,
			fmt.Sprintf("Unknown prepared statement handler (%d) given to mysqld_stmt_reset", id))
	}
	st.long = nil
	return se.conn.WriteValue(nil)
}
