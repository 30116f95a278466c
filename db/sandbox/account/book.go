package account

import (
	"cmp"
	"maps"
	"slices"
	"sync"
)

// Book is every account of one server. It is safe for concurrent use. It does
// not check who asks.
type Book struct {
	changing sync.Mutex // held by the one who changes
	mu       sync.RWMutex
	accounts Accounts
}

// Accounts are a server's accounts at one moment.
type Accounts map[Name]*Account

// All is every account, for reading.
func (b *Book) All() Accounts {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.accounts
}

// Update lets f change the accounts: all that it does counts at once, or
// nothing if it fails. f may read the book meanwhile.
func (b *Book) Update(f func(Accounts) error) error {
	b.changing.Lock()
	defer b.changing.Unlock()
	changed := Accounts{}
	maps.Copy(changed, b.All())
	if err := f(changed); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.accounts = changed
	return nil
}

// Edit is a copy of an account, for the caller to change, that has taken its
// place; nil if there is none.
func (all Accounts) Edit(name Name) *Account {
	a, ok := all[name]
	if !ok {
		return nil
	}
	edited := *a
	all[name] = &edited
	return &edited
}

// Now is an account as it is by now, or as it was if it has been dropped: that
// does not end its sessions.
func (b *Book) Now(a *Account) *Account {
	if now, ok := b.All()[a.Name]; ok {
		return now
	}
	return a
}

// Candidate is the account with which user signs in from hosts. Someone unknown
// gets one with which nobody can, so that the refusal does not tell.
func (all Accounts) Candidate(user string, hosts Hosts) *Account {
	var best *Account
	for name, a := range all {
		if name.User != user || !name.matches(hosts) {
			continue
		}
		if best == nil || wildcardAt(name.Host) > wildcardAt(best.Name.Host) {
			best = a
		}
	}
	if best == nil {
		return unusable(Name{User: user})
	}
	return best
}

// Sorted orders the accounts by user and host.
func (all Accounts) Sorted() []*Account {
	return slices.SortedFunc(maps.Values(all), func(a, b *Account) int {
		return cmp.Or(cmp.Compare(a.Name.User, b.Name.User), cmp.Compare(a.Name.Host, b.Name.Host))
	})
}
