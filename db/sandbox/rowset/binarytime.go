package rowset

import (
	"fmt"
	"time"
)

// packDate writes as many bytes as the date needs: 4, 7 with a time, 11 with
// microseconds.
func packDate(s string) []byte {
	t, err := time.Parse(time.DateTime, s)
	if err != nil {
		if t, err = time.Parse(time.DateOnly, s); err != nil {
			return []byte{0} // MySQL's zero date
		}
	}
	b := le.AppendUint16(nil, uint16(t.Year()))
	b = append(b, byte(t.Month()), byte(t.Day()), byte(t.Hour()), byte(t.Minute()), byte(t.Second()))
	b = le.AppendUint32(b, uint32(t.Nanosecond()/1000))
	size := 4
	switch {
	case t.Nanosecond() != 0:
		size = 11
	case !t.Equal(t.Truncate(24 * time.Hour)):
		size = 7
	}
	return append([]byte{byte(size)}, b[:size]...)
}

func unpackDate(b []byte) string {
	var p [11]byte
	copy(p[:], b)
	s := fmt.Sprintf("%04d-%02d-%02d", le.Uint16(p[:]), p[2], p[3])
	if len(b) >= 7 {
		s += fmt.Sprintf(" %02d:%02d:%02d", p[4], p[5], p[6])
	}
	if len(b) >= 11 {
		s += fmt.Sprintf(".%06d", le.Uint32(p[7:]))
	}
	return s
}

// packTime writes a time of day; there are days before it, and a sign.
func packTime(s string) []byte {
	t, err := time.Parse(time.TimeOnly, s)
	if err != nil {
		return []byte{0}
	}
	return []byte{8, 0, 0, 0, 0, 0, byte(t.Hour()), byte(t.Minute()), byte(t.Second())}
}

func unpackTime(b []byte) string {
	var p [12]byte
	copy(p[:], b)
	sign := ""
	if p[0] != 0 {
		sign = "-"
	}
	s := fmt.Sprintf("%s%02d:%02d:%02d", sign, le.Uint32(p[1:])*24+uint32(p[5]), p[6], p[7])
	if len(b) >= 12 {
		s += fmt.Sprintf(".%06d", le.Uint32(p[8:]))
	}
	return s
}
