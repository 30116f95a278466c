package engine

import (
	"database/sql/driver"
	"strings"
	"time"

	"keyturn/db/sandbox/mysqlerr"
)

// verbs are DATE_FORMAT's letters as Go's layouts write them.
// https://dev.mysql.com/doc/refman/8.4/en/date-and-time-functions.html#function_date-format
var verbs = map[byte]string{
	'Y': "2006", 'y': "06", 'm': "01", 'c': "1", 'd': "02", 'e': "2", 'H': "15", 'h': "03", 'I': "03", 'l': "3",
	'i': "04", 's': "05", 'S': "05", 'p': "PM", 'M': "January", 'b': "Jan", 'W': "Monday", 'a': "Mon",
	'T': "15:04:05", 'r': "03:04:05 PM", 'j': "002",
}

// beyondVerbs count weeks, or write a number in a way that Go's layouts lack.
const beyondVerbs = "DUuVvXxwk"

func formatted(t time.Time, format string) (driver.Value, error) {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		verb := format[i]
		switch layout, ok := verbs[verb]; {
		case ok:
			b.WriteString(t.Format(layout))
		case verb == 'f':
			b.WriteString(t.Format(".000000")[1:])
		case strings.IndexByte(beyondVerbs, verb) >= 0:
			return nil, mysqlerr.Beyond("DATE_FORMAT() with %" + string(verb))
		default:
			b.WriteByte(verb)
		}
	}
	return b.String(), nil
}
