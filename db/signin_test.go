package db

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"keyturn/steps"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const canary = "canary-Zq7!x" // must never be part of an error's text

func TestSignInErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		host  string // 127.0.0.1 if empty
		serve func(net.Conn)
		dial  func(context.Context, string, string) (net.Conn, error)
		want  error
	}{
		"a server that never greets is unreachable": {
			serve: func(c net.Conn) { _, _ = io.Copy(io.Discard, c) },
			want:  steps.ErrDatabaseUnreachable,
		},
		"a port where nobody listens is unreachable": {
			want: steps.ErrDatabaseUnreachable,
		},
		"an address that swallows packets is unreachable": {
			dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			},
			want: steps.ErrDatabaseUnreachable,
		},
		"a name that nobody knows does not resolve": {
			host: "database.invalid",
			dial: func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "database.invalid", IsNotFound: true}}
			},
			want: steps.ErrDatabaseNameNotResolved,
		},
		"a server that hangs up at once has dropped the connection": {
			serve: func(net.Conn) {},
			want:  steps.ErrDatabaseConnectionDropped,
		},
		"a server that hangs up after its greeting has dropped the connection": {
			serve: func(c net.Conn) { greet(c, withTLS) },
			want:  steps.ErrDatabaseConnectionDropped,
		},
		"a server that falls silent after its greeting has dropped the connection": {
			serve: func(c net.Conn) { greet(c, withTLS); _, _ = io.Copy(io.Discard, c) },
			want:  steps.ErrDatabaseConnectionDropped,
		},
		"a server without TLS is refused": {
			serve: func(c net.Conn) { greet(c, withoutTLS) },
			want:  steps.ErrTLSRefused,
		},
		"a server that answers the handshake in clear text does not speak TLS": {
			serve: func(c net.Conn) {
				greet(c, withTLS)
				_, _ = c.Write([]byte("this is not TLS"))
				_, _ = io.Copy(io.Discard, c)
			},
			want: steps.ErrTLSRefused,
		},
		"a refused password is told apart": {
			serve: func(c net.Conn) {
				_, _ = c.Write(refusalPacket(0, 1045, "28000", "Access denied for user 'u'@'host' (using password: YES)"))
			},
			want: steps.ErrPasswordRefused,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host, port := listen(t, test.serve)
			if test.host != "" {
				host = test.host
			}
			client := Client{Timeout: 300 * time.Millisecond, Dial: test.dial}
			_, err := client.SignIn(t.Context(), steps.Credentials{
				Host: host, Port: port, Username: "u", Password: steps.NewPassword(canary),
			})
			if !errors.Is(err, test.want) {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("the error holds the password: %v", err)
			}
			if _, ok := errors.AsType[*steps.ServiceError](err); !ok {
				t.Errorf("%T is not a ServiceError", err)
			}
		})
	}
}

func TestCancelledSignInReturnsTheContextError(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	host, port := listen(t, func(c net.Conn) { cancel(); _, _ = io.Copy(io.Discard, c) })
	_, err := Open(ctx, Config{Host: host, Port: port, User: "u"})
	if !errors.Is(err, context.Canceled) || errors.Is(err, steps.ErrDatabaseUnreachable) {
		t.Errorf("got %v, want the cancellation alone", err)
	}
}

// listen serves connections on loopback until the test ends; with a nil serve
// the port is closed again before anybody can call.
func listen(t *testing.T, serve func(net.Conn)) (host string, port int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address, _ := listener.Addr().(*net.TCPAddr)
	if serve == nil {
		_ = listener.Close()
		return "127.0.0.1", address.Port
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serve(conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
	return "127.0.0.1", address.Port
}

const (
	withoutTLS = 0x0200 | 0x8000 // PROTOCOL_41, SECURE_CONNECTION
	withTLS    = withoutTLS | 0x0800
)

// greet sends a MySQL 8.4 greeting and, where the client is to answer it,
// reads the SSL request that follows.
func greet(c net.Conn, capabilities uint16) {
	body := append([]byte{10}, "8.4.0\x00"...)
	body = append(body, 1, 0, 0, 0)
	body = append(body, "12345678\x00"...)
	body = append(body, byte(capabilities), byte(capabilities>>8), 45, 2, 0, 8, 0, 21)
	body = append(body, make([]byte, 10)...)
	body = append(body, "123456789012\x00caching_sha2_password\x00"...)
	_, _ = c.Write(packet(0, body))
	if capabilities == withTLS {
		_, _ = io.ReadFull(c, make([]byte, 36))
	}
}

func refusalPacket(sequence byte, number uint16, state, text string) []byte {
	return packet(sequence, append([]byte{0xff, byte(number), byte(number >> 8)}, "#"+state+text...))
}

func packet(sequence byte, body []byte) []byte {
	n := len(body)
	return append([]byte{byte(n), byte(n >> 8), byte(n >> 16), sequence}, body...)
}
