package sandbox

import (
	"fmt"

	"github.com/go-mysql-org/go-mysql/mysql"
	protocol "github.com/go-mysql-org/go-mysql/server"

	"keyturn/db/sandbox/mysqlerr"
)

// serve answers commands until the client leaves. The commands that the
// protocol library does not know are taken here before it sees them.
func (se *session) serve() {
	link := newBuffered(se.conn.Conn.Conn)
	se.conn.Conn.Conn = link
	for !se.conn.Closed() {
		command, err := link.nextCommand()
		if err != nil {
			break
		}
		se.setActivity("Query")
		se.server.questions.Add(1)
		if own, ok := ownCommands[command]; ok {
			err = se.answer(own)
		} else {
			err = se.conn.HandleCommand()
		}
		if err != nil || link.w.Flush() != nil {
			break
		}
		se.setActivity("Sleep")
	}
	if !se.conn.Closed() {
		se.conn.Close()
	}
}

// ownCommands are those that the protocol library lacks or answers wrongly.
var ownCommands = map[byte]func(*session, []byte) error{
	mysql.COM_STATISTICS:       (*session).statistics,
	mysql.COM_CHANGE_USER:      (*session).changeUser,
	mysql.COM_RESET_CONNECTION: (*session).resetConnection,
	mysql.COM_SET_OPTION:       (*session).setOption,

	mysql.COM_STMT_EXECUTE:        (*session).executeStatement,
	mysql.COM_STMT_SEND_LONG_DATA: (*session).sendLongData,
	mysql.COM_STMT_RESET:          (*session).resetStatement,
}

// answer reads one command and lets own answer it. An error that own returns
// is the answer.
func (se *session) answer(own func(*session, []byte) error) error {
	defer se.conn.ResetSequence()
	data, err := se.conn.ReadPacket()
	if err != nil {
		return err
	}
	if err := own(se, data[1:]); err != nil {
		return se.conn.WriteValue(err)
	}
	return nil
}

// statistics is the line that the command line shows after `status`.
func (se *session) statistics([]byte) error {
	s := se.server
	uptime := s.uptime()
	line := fmt.Sprintf("Uptime: %d  Threads: %d  Questions: %d  Slow queries: 0  Opens: 0  Flush tables: 1  "+
		"Open tables: 0  Queries per second avg: %.3f", uptime, s.sessionCount(), s.questions.Load(),
		float64(s.questions.Load())/float64(max(uptime, 1)))
	return se.writePacket([]byte(line))
}

// resetConnection makes the session as good as new without signing in again.
func (se *session) resetConnection([]byte) error {
	if err := se.reset(); err != nil {
		return err
	}
	return se.conn.WriteValue(nil)
}

// reset forgets everything but who is signed in and the database in use.
func (se *session) reset() error {
	err := se.tables.Rollback()
	se.tables.LetGo()
	se.explicit, se.readOnly = false, false
	se.conn.UnsetStatus(mysql.SERVER_STATUS_IN_TRANS)
	se.conn.SetStatus(mysql.SERVER_STATUS_AUTOCOMMIT)
	clear(se.variables)
	se.parser.SetSQLMode(0)
	clear(se.binary)
	se.warnings, se.insertID, se.rowCount, se.foundRows = nil, 0, 0, 0
	return err
}

// setOption turns several statements a query on and off.
func (se *session) setOption(data []byte) error {
	if len(data) < 2 {
		return mysql.ErrMalformPacket
	}
	const off = 1 // MYSQL_OPTION_MULTI_STATEMENTS_OFF
	if data[0] == off {
		se.conn.UnsetCapability(mysql.CLIENT_MULTI_STATEMENTS)
	} else {
		se.conn.SetCapability(mysql.CLIENT_MULTI_STATEMENTS)
	}
	status := se.status()
	return se.writePacket([]byte{mysql.EOF_HEADER, 0, 0, byte(status), byte(status >> 8)})
}

// status is the session's status flags.
func (se *session) status() uint16 {
	var status uint16
	for _, flag := range []uint16{mysql.SERVER_STATUS_IN_TRANS, mysql.SERVER_STATUS_AUTOCOMMIT} {
		if se.conn.HasStatus(flag) {
			status |= flag
		}
	}
	return status
}

// writePacket sends a payload with a header before it.
func (se *session) writePacket(payload []byte) error {
	return se.conn.WritePacket(append(make([]byte, 4, 4+len(payload)), payload...))
}

// HandleOtherCommand refuses what neither the library nor ownCommands know.
func (se *session) HandleOtherCommand(byte, []byte) error {
	return mysqlerr.New(mysql.ER_UNKNOWN_COM_ERROR)
}

var (
	_ protocol.Handler               = (*session)(nil)
	_ protocol.AuthenticationHandler = (*session)(nil)
)
