package sandbox

import (
	"bufio"
	"bytes"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"
)

// wire is a client's connection as the protocol library sees it while the
// client signs in. MySQL names clients by their address without the port; and
// the library keeps its password cache under the local address, where the
// version of the password that is being tried stands instead.
type wire struct {
	net.Conn
	version atomic.Uint64
	greeted bool
}

// Write completes the greeting, in which the library leaves the status empty: a
// client like PyMySQL takes from it that autocommit is off, and never says so.
func (w *wire) Write(p []byte) (int, error) {
	if w.greeted {
		return w.Conn.Write(p)
	}
	w.greeted = true
	return w.Conn.Write(withAutocommit(p))
}

// withAutocommit is a greeting whose status says that autocommit is on.
// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html
func withAutocommit(greeting []byte) []byte {
	const version = 4 + 1              // after the packet's header and the protocol's number
	const toStatus = 4 + 8 + 1 + 2 + 1 // thread, scramble, filler, capabilities, character set
	end := bytes.IndexByte(greeting[min(version, len(greeting)):], 0)
	status := version + end + 1 + toStatus
	if end < 0 || status >= len(greeting) {
		return greeting
	}
	greeting = bytes.Clone(greeting)
	greeting[status] |= byte(mysql.SERVER_STATUS_AUTOCOMMIT)
	return greeting
}

// named is a net.Addr that is only its text.
type named string

func (named) Network() string  { return "tcp" }
func (n named) String() string { return string(n) }

func (w *wire) RemoteAddr() net.Addr { return named(hostOf(w.Conn.RemoteAddr())) }
func (w *wire) LocalAddr() net.Addr  { return named(cacheName(w.version.Load())) }

func cacheName(version uint64) string { return "password " + strconv.FormatUint(version, 10) }

// hostOf is a client's address without its port; an IPv4 client of an IPv6
// socket has its IPv4 address.
func hostOf(addr net.Addr) string {
	host, _, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip != nil {
		return ip.String()
	}
	return host
}

// buffered lets the command loop see which command comes next, and gathers an
// answer's packets into few writes.
type buffered struct {
	net.Conn
	r *bufio.Reader
	w *bufio.Writer
}

func newBuffered(conn net.Conn) *buffered {
	return &buffered{Conn: conn, r: bufio.NewReader(conn), w: bufio.NewWriterSize(conn, 16<<10)}
}

func (b *buffered) Read(p []byte) (int, error)  { return b.r.Read(p) }
func (b *buffered) Write(p []byte) (int, error) { return b.w.Write(p) }

// nextCommand waits for a command and tells which it is.
func (b *buffered) nextCommand() (byte, error) {
	const header = 4 // length and sequence number
	start, err := b.r.Peek(header + 1)
	if err != nil {
		return 0, err
	}
	return start[header], nil
}

// refuseConnection answers error 1040 in place of a greeting. Nothing is known
// of the client yet, so the packet has no SQLSTATE.
func refuseConnection(conn net.Conn) {
	_ = conn.SetDeadline(time.Now().Add(connectTimeout))
	const code = mysql.ER_CON_COUNT_ERROR
	payload := append([]byte{mysql.ERR_HEADER, code & 0xff, code >> 8}, "Too many connections"...)
	_, _ = conn.Write(append([]byte{byte(len(payload)), 0, 0, 0}, payload...))
}
