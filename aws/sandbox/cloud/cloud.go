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

// Pace says how long the sandbox's slow things take.
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

// Sleep sleeps as long as something takes at this pace: actual on AWS, demo
// for someone who watches, nothing at the instant pace. It returns the
// context's error if that ends first.
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

// ARN is the name of a resource of this account and region.
func (c *Cloud) ARN(service, resource string) string {
	return c.Partition().ARN(service, c.Region, c.AccountID, resource)
}

// Partition is the region's.
func (c *Cloud) Partition() steps.Partition { return steps.PartitionOf(c.Region) }

// ToOwnPartition writes the ARNs of a text that is written for commercial AWS as those of
// the sandbox's own partition.
func (c *Cloud) ToOwnPartition(text string) string {
	return strings.ReplaceAll(text, "arn:"+steps.PartitionOf("").Name+":", "arn:"+c.Partition().Name+":")
}

// ToCommercialPartition undoes Here.
func (c *Cloud) ToCommercialPartition(text string) string {
	return strings.ReplaceAll(text, "arn:"+c.Partition().Name+":", "arn:"+steps.PartitionOf("").Name+":")
}

// Close ends the background work and waits until it has.
func (c *Cloud) Close() {
	c.cancel()
	c.work.Wait()
}
