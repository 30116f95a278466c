package db

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"keyturn/steps"
)

// FuzzHostileServer lets a server send any bytes, first as its greeting and then
// in answer to each packet: the sign-in ends in time, with an error of ours that
// holds no password. Plain, so that the bytes reach the packets' reader.
func FuzzHostileServer(f *testing.F) {
	greeting := captured(f, func(c net.Conn) { greet(c, withoutTLS) })
	ok := packet(2, []byte{0, 0, 0, 2, 0, 0, 0})
	f.Add(greeting, ok, true)
	f.Add(greeting, refusalPacket(2, 1045, "28000", "Access denied"), true)
	f.Add(greeting[:len(greeting)/2], ok, false)
	f.Add([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"), []byte{}, false)
	f.Add(greeting, []byte{0xff, 0xff, 0xff, 2}, true)
	f.Add(greeting, packet(2, []byte("\xfecaching_sha2_password\x00")), true)
	f.Add(greeting, append(ok, packet(1, []byte{0xfb})...), true)
	f.Fuzz(func(t *testing.T, first, then []byte, plain bool) {
		mode := Verify
		if plain {
			mode = Plain
		}
		host, port := listen(t, func(c net.Conn) {
			_, _ = c.Write(first)
			buffer := make([]byte, 4096)
			for range 4 {
				if _, err := c.Read(buffer); err != nil {
					return
				}
				_, _ = c.Write(then)
			}
		})
		began := time.Now()
		conn, err := Open(t.Context(), Config{
			Host: host, Port: port, User: "u", Password: steps.NewPassword(canary), TLS: mode, Timeout: 200 * time.Millisecond,
		})
		if err == nil {
			_, err = conn.Evidence(t.Context())
			_ = conn.Close()
		}
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("it took %v", took)
		}
		if err == nil {
			return
		}
		if _, ours := errors.AsType[*steps.ServiceError](err); !ours && !strings.Contains(err.Error(), "server") {
			t.Errorf("%T: %v", err, err)
		}
		if strings.Contains(err.Error(), canary) {
			t.Errorf("the error holds the password: %v", err)
		}
	})
}

// captured is what a server writes.
func captured(f *testing.F, serve func(net.Conn)) []byte {
	f.Helper()
	ours, theirs := net.Pipe()
	go func() {
		serve(theirs)
		_ = theirs.Close()
	}()
	data, err := io.ReadAll(ours)
	if err != nil {
		f.Fatal(err)
	}
	return data
}
