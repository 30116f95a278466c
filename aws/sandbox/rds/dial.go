package rds

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"keyturn/aws/sandbox/ec2"
)

// admits reports whether the instance lets in new connections from an origin: it
// is publicly accessible in a subnet with a route to the internet, or the origin is
// in its VPC, and its security groups admit the origin to the port it was created
// with, usually 3306. A rule for the loopback port in its endpoint counts as well.
func (s *Service) admits(i *instance, from ec2.Origin) bool {
	s.mu.RLock()
	db := i.db
	s.mu.RUnlock()
	outside := !from.InVPC() && (!aws.ToBool(db.PubliclyAccessible) || !s.firewall.OpenToInternet(subnetsOf(db.DBSubnetGroup)))
	if db.Endpoint == nil || outside || aws.ToString(db.DBInstanceStatus) == rebooting {
		return false
	}
	in := activeGroups(db)
	return s.firewall.Admits(in, from, *db.DbInstancePort) || s.firewall.Admits(in, from, *db.Endpoint.Port)
}

// waitUntilAdmitted returns nil once the instance lets in connections from an
// origin, or the context's error.
func (s *Service) waitUntilAdmitted(ctx context.Context, i *instance, from ec2.Origin) error {
	for {
		s.mu.RLock()
		settings := s.changed
		s.mu.RUnlock()
		rules := s.firewall.Changed()
		if s.admits(i, from) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-settings:
		case <-rules:
		}
	}
}

// DialFrom connects to an instance's endpoint from another place than the
// user's machine. The security groups see that origin. Where they do not admit
// it, the call blocks until its context ends, like a connection whose first
// packet is dropped.
func (s *Service) DialFrom(from ec2.Origin) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		i, err := s.resolve(network, address)
		if err != nil {
			return nil, err
		}
		if err := s.waitUntilAdmitted(ctx, i, from); err != nil {
			if errors.Is(err, context.DeadlineExceeded) {
				err = os.ErrDeadlineExceeded
			}
			return nil, &net.OpError{Op: "dial", Net: network, Err: err}
		}
		s.mu.RLock()
		g := i.gate
		s.mu.RUnlock()
		return g.dial(ctx, from.Addr)
	}
}

// resolve finds the instance behind an endpoint. Only instances have names and
// addresses in the sandbox's internet.
func (s *Service) resolve(network, address string) (*instance, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	if host != "127.0.0.1" && host != "localhost" {
		return nil, &net.OpError{Op: "dial", Net: network, Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, i := range s.instances {
		if e := i.db.Endpoint; e != nil && strconv.Itoa(int(*e.Port)) == port {
			return i, nil
		}
	}
	return nil, &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
}

// dial opens a TCP connection that the gate has already let in. It uses a port
// that is open for this one connection only, so that nothing else can bypass
// the rules.
func (g *gate) dial(ctx context.Context, from netip.Addr) (net.Conn, error) {
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	defer func() { _ = listener.Close() }()
	var d net.Dialer
	clientConn, err := d.DialContext(ctx, "tcp", listener.Addr().String())
	if err != nil {
		return nil, err
	}
	serverConn, err := acceptFrom(listener, clientConn.LocalAddr().String())
	if err == nil {
		err = g.deliver(ctx, serverConn, from, nil)
	}
	if err != nil {
		_ = clientConn.Close()
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}
	return clientConn, nil
}

// acceptFrom accepts the connection of one client and closes all others.
func acceptFrom(l *net.TCPListener, client string) (net.Conn, error) {
	if err := l.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return nil, err
	}
	for {
		c, err := l.Accept()
		if err != nil || c.RemoteAddr().String() == client {
			return c, err
		}
		_ = c.Close()
	}
}
