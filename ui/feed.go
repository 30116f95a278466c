package ui

import (
	"sync"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
)

// feed carries what the running work reports into the program, in the order in
// which it was reported: events from the steps and the outcome of a job pass
// through the same queue, so an outcome never overtakes the events before it.
// Putting never blocks the work.
type feed struct {
	mu      sync.Mutex
	attempt int
	items   []feedItem
	ready   chan struct{} // holds one token while items wait
}

// feedItem is an event or an outcome, with the number of the attempt that
// reported it.
type feedItem struct {
	attempt int
	value   any
}

// feedMsg brings everything that waited in the feed.
type feedMsg []feedItem

func newFeed() *feed { return &feed{ready: make(chan struct{}, 1)} }

// setAttempt sets the attempt number of everything that is put from now on.
func (f *feed) setAttempt(attempt int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.attempt = attempt
}

// emit is the event sink of the steps and the account.
func (f *feed) emit(e steps.Event) { f.put(e) }

func (f *feed) put(value any) {
	f.mu.Lock()
	f.items = append(f.items, feedItem{attempt: f.attempt, value: value})
	f.mu.Unlock()
	select {
	case f.ready <- struct{}{}:
	default:
	}
}

// drain returns all items and empties the feed.
func (f *feed) drain() []feedItem {
	f.mu.Lock()
	defer f.mu.Unlock()
	items := f.items
	f.items = nil
	return items
}

// next waits for the next items; the program asks again after each message.
func (f *feed) next(done <-chan struct{}) tea.Cmd {
	return func() tea.Msg {
		select {
		case <-f.ready:
			return feedMsg(f.drain())
		case <-done:
			return nil
		}
	}
}
