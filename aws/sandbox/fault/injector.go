package fault

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"keyturn/aws/sandbox/wire"
)

// Injector lets faults strike in one account. Its methods are the wire server's
// hooks.
type Injector struct {
	account *Account
	log     *slog.Logger
	lost    []func(wire.Call) bool
	refused []refusal

	mu      sync.Mutex
	strikes [][]strike // still to come, of each fault
}

// NewInjector arms the faults. Start lets those strike that are there from the
// beginning.
func NewInjector(faults []Fault, a *Account, log *slog.Logger) *Injector {
	i := &Injector{account: a, log: log}
	for _, f := range faults {
		i.strikes = append(i.strikes, f.strikes)
		if f.refuse != nil {
			i.refused = append(i.refused, f.refuse())
		}
		if f.lose != nil {
			i.lost = append(i.lost, f.lose())
		}
	}
	return i
}

// Start lets the faults strike that are there from the beginning.
func (i *Injector) Start(ctx context.Context) error { return i.strike(ctx, "", person, nil) }

// Before is called before a request is served. The owner's own calls pass.
func (i *Injector) Before(ctx context.Context, c wire.Call, in any) *wire.Error {
	by := person
	switch {
	case c.AccessKeyID == i.account.ownerKey:
		return nil
	case strings.Contains(c.ARN, ":assumed-role/"):
		by = function
	}
	if err := i.strike(ctx, c.Service+" "+c.Operation, by, in); err != nil {
		i.log.Error("a fault could not strike", "error", err)
	}
	if by != person {
		return nil
	}
	for _, refuse := range i.refused {
		if refused := refuse(ctx, c); refused != nil {
			return refused
		}
	}
	return nil
}

// Loses reports whether the answer to a call that was served does not arrive.
func (i *Injector) Loses(c wire.Call) bool {
	if c.AccessKeyID != i.account.personKey {
		return false
	}
	return slices.ContainsFunc(i.lost, func(loses func(wire.Call) bool) bool { return loses(c) })
}

// strike strikes with each fault whose next blow is due, and returns when it
// has.
func (i *Injector) strike(ctx context.Context, operation string, by caller, in any) error {
	for _, due := range i.due(operation, by) {
		if err := due.do(context.WithoutCancel(ctx), i.account, in); err != nil {
			return fmt.Errorf("strike before %q: %w", operation, err)
		}
	}
	return nil
}

// due takes the blows that are due from those to come.
func (i *Injector) due(operation string, by caller) []strike {
	i.mu.Lock()
	defer i.mu.Unlock()
	var due []strike
	for n, left := range i.strikes {
		if len(left) > 0 && left[0].by == by && left[0].isBefore(operation) {
			due = append(due, left[0])
			i.strikes[n] = left[1:]
		}
	}
	return due
}

// isBefore reports whether a call of an operation, or the start, is what a
// strike waits for.
func (s strike) isBefore(operation string) bool {
	if operation == "" {
		return len(s.before) == 0
	}
	return slices.Contains(s.before, operation)
}
