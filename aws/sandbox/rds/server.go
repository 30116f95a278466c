package rds

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/ec2"
	"keyturn/steps"
)

// server is an instance's MySQL server.
type server interface {
	// Serve answers connections until the listener closes.
	Serve(net.Listener) error
	SetPassword(user string, password steps.Password) error
	CreateDatabase(name string) error
	Close() error
}

// bootFunc creates a server of an engine version with its master user.
type bootFunc func(version, user string, password steps.Password) (server, error)

// startServer boots the instance's server and opens its port. The server stops
// when i.down is closed or the cloud closes.
func (s *Service) startServer(i *instance, password steps.Password) error {
	s.mu.RLock()
	version, user, database := *i.db.EngineVersion, *i.db.MasterUsername, i.db.DBName
	s.mu.RUnlock()

	mysql, err := s.boot(version, user, password)
	if err != nil {
		return fmt.Errorf("boot MySQL: %w", err)
	}
	if database != nil {
		if err := mysql.CreateDatabase(*database); err != nil {
			return errors.Join(err, mysql.Close())
		}
	}
	port, err := s.listen()
	if err != nil {
		return errors.Join(fmt.Errorf("listen: %w", err), mysql.Close())
	}
	g := newGate(port, func(ctx context.Context, from netip.Addr) error {
		return s.waitUntilAdmitted(ctx, i, ec2.Internet(from))
	})
	s.cloud.Go(func(context.Context) {
		if err := mysql.Serve(g); err != nil && !errors.Is(err, net.ErrClosed) {
			s.cloud.Log.Error("database server stopped", "instance", *i.db.DBInstanceIdentifier, "err", err)
		}
	})
	s.cloud.Go(func(ctx context.Context) {
		select {
		case <-ctx.Done():
		case <-i.stopServer:
		}
		_ = g.Close()
		_ = mysql.Close()
	})

	address := port.Addr().(*net.TCPAddr)
	s.update(i, func(db *types.DBInstance) {
		i.server, i.gate = mysql, g
		db.InstanceCreateTime = aws.Time(s.cloud.Now().UTC())
		db.Endpoint = &types.Endpoint{
			Address:      aws.String(address.IP.String()),
			Port:         aws.Int32(int32(address.Port)),
			HostedZoneId: aws.String(hostedZone),
		}
	})
	return nil
}

// hostedZone is the Route 53 zone of RDS's endpoints in us-east-1.
const hostedZone = "Z2R2ITUGPM61AM"
