package sandbox

import (
	"bytes"
	"crypto/subtle"
	"slices"

	"github.com/go-mysql-org/go-mysql/mysql"

	"keyturn/db/sandbox/mysqlerr"
)

// changeUser signs somebody else in on the same connection. The client is
// always asked to prove its password against a fresh nonce; the server, which
// knows the password, needs no full exchange to check it.
func (se *session) changeUser(data []byte) error {
	user, db, ok := parseChangeUser(data)
	if !ok {
		return mysql.ErrMalformPacket
	}
	credential, _, err := se.GetCredential(user)
	if err != nil {
		return err
	}
	plugin, scramble := mysql.AUTH_CACHING_SHA2_PASSWORD, mysql.CalcCachingSha2Password
	if credential.AuthPluginName == mysql.AUTH_NATIVE_PASSWORD {
		plugin, scramble = mysql.AUTH_NATIVE_PASSWORD, mysql.CalcNativePassword
	}
	nonce := mysql.RandomBuf(20)
	request := slices.Concat([]byte{mysql.EOF_HEADER}, []byte(plugin), []byte{0}, nonce, []byte{0})
	if err := se.writePacket(request); err != nil {
		return err
	}
	if err := se.flush(); err != nil {
		return err
	}
	proof, err := se.conn.ReadPacket()
	if err != nil {
		return err
	}
	if bytes.Equal(proof, []byte{0}) {
		proof = nil // how some clients say that they have no password
	}
	expected := scramble(nonce, []byte(credential.Passwords[0]))
	if subtle.ConstantTimeCompare(expected, proof) != 1 {
		return se.leave(mysqlerr.AccessDenied(user, se.host, len(proof) > 0))
	}
	if err := se.become(user, db); err != nil {
		return se.leave(err)
	}
	if plugin == mysql.AUTH_CACHING_SHA2_PASSWORD && len(proof) > 0 {
		if err := se.writePacket([]byte{mysql.MORE_DATE_HEADER, mysql.CACHE_SHA2_FAST_AUTH}); err != nil {
			return err
		}
	}
	return se.conn.WriteValue(nil)
}

// become makes a client who has proved another user's password that user.
func (se *session) become(user, db string) error {
	if err := se.admit(se.conn, user); err != nil {
		return err
	}
	if err := se.reset(); err != nil {
		return err
	}
	if se.db = ""; db == "" {
		return nil
	}
	return se.useDB(db)
}

// leave answers a refusal and ends the connection, as MySQL does when a change
// of user fails.
func (se *session) leave(refusal error) error {
	se.OnAuthFailure(se.conn, refusal)
	_ = se.conn.WriteValue(refusal)
	_ = se.flush()
	se.conn.Close()
	return nil
}

// parseChangeUser reads the user and the database; the authentication data
// between them is proved again.
// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_change_user.html
func parseChangeUser(data []byte) (user, db string, ok bool) {
	name, rest, found := bytes.Cut(data, []byte{0})
	if !found || len(rest) == 0 || len(rest) < 1+int(rest[0]) {
		return "", "", false
	}
	database, _, _ := bytes.Cut(rest[1+int(rest[0]):], []byte{0})
	return string(name), string(database), true
}

// flush sends what has been written so far.
func (se *session) flush() error {
	if b, ok := se.conn.Conn.Conn.(*buffered); ok {
		return b.w.Flush()
	}
	return nil
}
