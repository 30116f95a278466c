// Package cloud is what every service of one sandbox shares: its account and
// region, its clock and pace, and the background work that ends with it.
package cloud

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"keyturn/steps"
)

// Pace says how long the sandbox's slow operations take.
type Pace string

// The three paces: as long as on AWS, long enough to watch, and not at all.
const (
	Real    Pace = "real"
	Demo    Pace = "demo"
	Instant Pace = "instant"
)

// Cloud is one sandbox's account. Close cancels the background work and waits
// for it.
type Cloud struct {
	Region    string
	AccountID string // 12 digits
	Pace      Pace
	Now       func() time.Time
	Log       *slog.Logger

	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup
}

// New makes an account. A nil logger discards.
func New(region, accountID string, pace Pace, log *slog.Logger) *Cloud {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Cloud{Region: region, AccountID: accountID, Pace: pace, Now: time.Now, Log: log, ctx: ctx, cancel: cancel}
}

// Go runs f in the background; its context ends when the cloud closes.
func (c *Cloud) Go(f func(ctx context.Context)) {
	c.work.Go(func() { f(c.ctx) })
}

// Sleep sleeps for actual at the real pace, for demo at the demo pace, and not
// at all at the instant pace. It returns the context's error if that ends first.
func (c *Cloud) Sleep(ctx context.Context, actual, demo time.Duration) error {
	d := time.Duration(0)
	switch c.Pace {
	case Real:
		d = actual
	case Demo:
		d = demo
	}
	if d == 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// ARN returns the ARN of a resource of this account and region.
func (c *Cloud) ARN(service, resource string) string {
	return c.Partition().ARN(service, c.Region, c.AccountID, resource)
}

// Partition returns the region's partition.
func (c *Cloud) Partition() steps.Partition { return steps.PartitionOf(c.Region) }

// ToOwnPartition moves the ARNs in a text from the commercial partition to the
// sandbox's own.
func (c *Cloud) ToOwnPartition(text string) string {
	return strings.ReplaceAll(text, "arn:"+steps.PartitionOf("").Name+":", "arn:"+c.Partition().Name+":")
}

// ToCommercialPartition is the inverse of ToOwnPartition.
func (c *Cloud) ToCommercialPartition(text string) string {
	return strings.ReplaceAll(text, "arn:"+c.Partition().Name+":", "arn:"+steps.PartitionOf("").Name+":")
}

// Close cancels the background work and waits for it.
func (c *Cloud) Close() {
	c.cancel()
	c.work.Wait()
}
