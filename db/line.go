package db

import (
	"context"
	"net"
	"sync/atomic"
)

// line is the network connection under a sign-in. It remembers how far the
// sign-in came, because the driver reports a server that never answered, one
// that hung up and one that broke off in the middle in the same words.
type line struct {
	dial      func(ctx context.Context, network, address string) (net.Conn, error)
	connected atomic.Bool
	greeted   atomic.Bool
}

func (l *line) open(ctx context.Context, network, address string) (net.Conn, error) {
	dial := l.dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	conn, err := dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.connected.Store(true)
	return &greetedConn{Conn: conn, greeted: &l.greeted}, nil
}

// greetedConn notes the first byte that the server sends.
type greetedConn struct {
	net.Conn
	greeted *atomic.Bool
}

func (c *greetedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.greeted.Store(true)
	}
	return n, err
}
