// Package sandbox is an AWS account on loopback: one HTTP endpoint that speaks
// AWS's wire protocols, and behind it the services that the tutorial needs,
// with real MySQL servers as its databases. Its state is in memory.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"keyturn/aws/cli"
	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/fault"
	"keyturn/aws/sandbox/iam"
	"keyturn/aws/sandbox/wire"
	"keyturn/db/sandbox"
	"keyturn/steps"
)

// shutdownGrace is how long Close waits for requests in progress.
const shutdownGrace = time.Second

// Sandbox is a running sandbox. Its access key belongs to a user, who may do
// everything unless policies say otherwise.
type Sandbox struct {
	Region          string
	AccountID       string
	AccessKeyID     string
	SecretAccessKey string

	root      wire.Key
	roles     *iam.Service
	url       string
	cloud     *cloud.Cloud
	authority *sandbox.Authority
	wire      *wire.Server
	http      *http.Server
	fill      func(secrets, instances int)
	owner     *fault.Account // nil where nothing is wrong
	stopped   chan struct{}  // closed when http has stopped serving
}

// Start starts the endpoint. ctx is for the start only: the sandbox runs until
// Close.
func Start(ctx context.Context, o Options) (*Sandbox, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("start the sandbox: %w", err)
	}
	authority, err := sandbox.NewAuthority()
	if err != nil {
		return nil, fmt.Errorf("start the sandbox: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("start the sandbox: %w", err)
	}
	s := &Sandbox{
		Region:          o.Region,
		AccountID:       o.AccountID,
		AccessKeyID:     o.AccessKeyID,
		SecretAccessKey: o.SecretAccessKey,
		url:             "http://" + listener.Addr().String(),
		cloud:           cloud.New(o.Region, o.AccountID, o.Pace, o.Log),
		authority:       authority,
		stopped:         make(chan struct{}),
	}
	keys := &wire.Keys{}
	s.root = s.rootKey()
	keys.Add(s.root)
	roles := iam.New(s.cloud)
	s.roles = roles
	if err := roles.AddUser(userName, o.UserPolicy); err != nil {
		return nil, errors.Join(fmt.Errorf("start the sandbox: the user's policy: %w", err), listener.Close())
	}
	keys.Add(s.userKey(roles.Authorizer(userName)))
	faults, err := fault.Find(o.Faults)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the sandbox: %w", err), listener.Close())
	}
	serving := wire.Options{Keys: keys, Region: o.Region, Log: o.Log, Observe: s.logCall}
	injector := s.arm(faults, &serving)
	serving.Now = s.cloud.Now
	s.wire = wire.NewServer(serving, s.newServices(keys, roles, hasRepository(o.Region, faults))...)
	s.http = &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: 30 * time.Second,
		ErrorLog:          slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	go func() {
		defer close(s.stopped)
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			o.Log.Error("the sandbox's endpoint stopped", "error", err)
		}
	}()
	if injector == nil {
		return s, nil
	}
	if err := injector.Start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start the sandbox: a fault: %w", err), s.Close())
	}
	return s, nil
}

// URL returns the endpoint, for AWS_ENDPOINT_URL and --endpoint-url.
func (s *Sandbox) URL() string { return s.url }

// CAPEM returns the certificate of the authority that signs the databases'
// certificates.
func (s *Sandbox) CAPEM() []byte { return s.authority.PEM() }

// Calls returns the API calls answered so far, oldest first.
func (s *Sandbox) Calls() []wire.Call { return s.wire.Calls() }

// ActionsUsed lists the IAM actions that the user used since a policy limits
// him, including those that a service used in his name.
func (s *Sandbox) ActionsUsed() []string { return s.roles.ActionsUsed(userName) }

// Environment returns the shell lines that point AWS clients at the sandbox. The
// last unsets what would take precedence over the keys or be sent with them.
func (s *Sandbox) Environment() []string {
	return []string{
		"export AWS_ENDPOINT_URL=" + s.url,
		"export AWS_ACCESS_KEY_ID=" + s.AccessKeyID,
		"export AWS_SECRET_ACCESS_KEY=" + cli.Quote(s.SecretAccessKey),
		"export AWS_REGION=" + s.Region,
		"export AWS_DEFAULT_REGION=" + s.Region,
		"export AWS_EC2_METADATA_DISABLED=true",
		"unset AWS_SESSION_TOKEN AWS_PROFILE",
	}
}

// Close stops the endpoint, the databases and all background work, and waits
// for them.
func (s *Sandbox) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownGrace)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	<-s.stopped
	s.cloud.Close()
	if s.owner != nil {
		s.owner.Close()
	}
	if err != nil {
		return fmt.Errorf("close the sandbox: %w", err)
	}
	return nil
}

// RootKey returns an access key of the account's root user, whom no user policy
// limits. It is never shown; tests use it to undo a policy that locks the user
// out.
func (s *Sandbox) RootKey() (id, secret string) { return s.root.ID, s.root.Secret }

func (s *Sandbox) rootKey() wire.Key {
	return wire.Key{ID: newAccessKeyID(), Secret: newSecretKey(), Caller: wire.Caller{
		AccountID: s.AccountID, ARN: steps.PartitionOf(s.Region).ARN("iam", "", s.AccountID, "root"), UserID: s.AccountID,
	}}
}

// userName is the sandbox's user.
const userName = "keyturn"

// userKey is the access key of the sandbox's user.
func (s *Sandbox) userKey(guard wire.Authorizer) wire.Key {
	return wire.Key{
		ID:     s.AccessKeyID,
		Secret: s.SecretAccessKey,
		Caller: wire.Caller{
			AccountID: s.AccountID,
			ARN:       steps.PartitionOf(s.Region).ARN("iam", "", s.AccountID, "user/"+userName),
			UserID:    "AIDA0KEYTURN00000000",
		},
		Authorizer: guard,
	}
}

func (s *Sandbox) logCall(c wire.Call) {
	s.cloud.Log.Debug("call", "service", c.Service, "operation", c.Operation, "caller", c.ARN, "code", c.Code, "request", c.RequestID)
}
