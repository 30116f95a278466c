package sandbox

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/go-mysql-org/go-mysql/mysql"

	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/rowset"
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
	st, err := se.preparedBy(data, "mysqld_stmt_execute")
	if err != nil {
		return err
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

// preparedBy is the statement whose number a command begins with.
func (se *session) preparedBy(data []byte, command string) (*binaryStatement, error) {
	if len(data) < 4 {
		return nil, mysql.ErrMalformPacket
	}
	id := binary.LittleEndian.Uint32(data)
	st, ok := se.binary[id]
	if !ok {
		return nil, mysql.NewError(mysql.ER_UNKNOWN_STMT_HANDLER,
			fmt.Sprintf("Unknown prepared statement handler (%d) given to %s", id, command))
	}
	return st, nil
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
			args[i] = engine.Kept(string(long))
			continue
		}
		if bitmap[i/8]&(1<<(i%8)) != 0 {
			continue
		}
		value, size, ok := rowset.Parameter(st.types[2*i], st.types[2*i+1]&mysql.PARAM_UNSIGNED != 0, data)
		if !ok {
			return nil, mysql.ErrMalformPacket
		}
		args[i], data = value, data[size:]
	}
	return args, nil
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
	st, err := se.preparedBy(data, "mysqld_stmt_reset")
	if err != nil {
		return err
	}
	st.long = nil
	return se.conn.WriteValue(nil)
}
