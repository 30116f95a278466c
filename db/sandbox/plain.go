package sandbox

import (
	"fmt"

	"github.com/go-mysql-org/go-mysql/mysql"

	"keyturn/db/sandbox/engine"
)

// plainBytes is a parameter that came as bytes. Dates come packed.
func plainBytes(v mysql.TypedBytes) any {
	switch v.Type {
	case mysql.MYSQL_TYPE_DATE, mysql.MYSQL_TYPE_DATETIME, mysql.MYSQL_TYPE_TIMESTAMP:
		return unpackDate(v.Bytes)
	case mysql.MYSQL_TYPE_TIME:
		return unpackTime(v.Bytes)
	}
	return engine.Kept(string(v.Bytes))
}

// plainText is for the parser's decimals, which know how to write themselves.
func plainText(v any) any { return fmt.Sprint(v) }

// unpackDate reads the packed form of 0, 4, 7 or 11 bytes.
// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html
func unpackDate(b []byte) string {
	var p [11]byte
	copy(p[:], b)
	s := fmt.Sprintf("%04d-%02d-%02d", int(p[0])|int(p[1])<<8, p[2], p[3])
	if len(b) >= 7 {
		s += fmt.Sprintf(" %02d:%02d:%02d", p[4], p[5], p[6])
	}
	if len(b) >= 11 {
		s += fmt.Sprintf(".%06d", microseconds(p[7:11]))
	}
	return s
}

func unpackTime(b []byte) string {
	var p [12]byte
	copy(p[:], b)
	sign := ""
	if p[0] != 0 {
		sign = "-"
	}
	days := int(p[1]) | int(p[2])<<8 | int(p[3])<<16 | int(p[4])<<24
	s := fmt.Sprintf("%s%02d:%02d:%02d", sign, days*24+int(p[5]), p[6], p[7])
	if len(b) >= 12 {
		s += fmt.Sprintf(".%06d", microseconds(p[8:12]))
	}
	return s
}

func microseconds(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 | int(b[3])<<24 }
