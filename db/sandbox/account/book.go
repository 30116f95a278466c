package account

import (
	"slices"
	"strings"
	"sync"

	"github.com/go-mysql-org/go-mysql/mysql"

	"keyturn/steps"
)

// Book is every account of one server. Its methods are safe for concurrent
// use. They check that an account exists, not who asks.
type Book struct {
	mu       sync.RWMutex
	accounts map[Name]*Account
	version  uint64
	// retired is told of a password that no longer counts.
	retired func(user string, version uint64)
}

// NewBook makes an empty book. retired is called, with the book locked, for
// every password that is replaced or dropped.
func NewBook(retired func(user string, version uint64)) *Book {
	return &Book{accounts: map[Name]*Account{}, retired: retired}
}

// Candidate is the account with which user signs in from hosts.
func (b *Book) Candidate(user string, hosts Hosts) (Credential, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var best *Account
	for name, a := range b.accounts {
		if name.User == user && name.matches(hosts) && (best == nil || compareHosts(name.Host, best.Name.Host) < 0) {
			best = a
		}
	}
	if best == nil {
		return Credential{}, false
	}
	return Credential{Account: best, Plugin: best.Plugin, Password: best.secret.password, Version: best.version}, true
}

// Standing is what may keep an account out although its password is right.
type Standing struct {
	Current bool // the credential is still the account's
	Locked  bool
	Expired bool
	Require Requirement
}

// Standing tells how the account of a credential stands now.
func (b *Book) Standing(c Credential) Standing {
	b.mu.RLock()
	defer b.mu.RUnlock()
	a := c.Account
	return Standing{
		Current: b.accounts[a.Name] == a && a.version == c.Version,
		Locked:  a.Locked,
		Expired: a.Expired,
		Require: a.Require,
	}
}

// Create adds an account.
func (b *Book) Create(spec Spec) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.accounts[spec.Name]; ok {
		return ErrExists
	}
	a := &Account{
		Name: spec.Name, Plugin: mysql.AUTH_CACHING_SHA2_PASSWORD, internal: spec.Internal, grants: Grants{},
		secret: newSecret("", steps.Password{}),
	}
	b.apply(a, spec)
	b.accounts[spec.Name] = a
	return nil
}

// Alter changes what the spec names of an account.
func (b *Book) Alter(spec Spec) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, ok := b.accounts[spec.Name]
	if !ok {
		return ErrUnknown
	}
	b.apply(a, spec)
	return nil
}

// Drop removes an account.
func (b *Book) Drop(name Name) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, ok := b.accounts[name]
	if !ok {
		return ErrUnknown
	}
	delete(b.accounts, name)
	b.retired(a.Name.User, a.version)
	return nil
}

// Rename gives an account another name.
func (b *Book) Rename(from, to Name) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, ok := b.accounts[from]
	if !ok {
		return ErrUnknown
	}
	if _, ok := b.accounts[to]; ok {
		return ErrExists
	}
	delete(b.accounts, from)
	b.retired(from.User, a.version)
	b.version++
	a.Name, a.version = to, b.version
	b.accounts[to] = a
	return nil
}

// apply sets what the spec names; the book must be locked.
func (b *Book) apply(a *Account, spec Spec) {
	if spec.Plugin != "" {
		a.Plugin = spec.Plugin
	}
	if spec.Password != nil {
		b.retired(a.Name.User, a.version)
		b.version++
		a.secret, a.version, a.Expired = newSecret(a.Plugin, *spec.Password), b.version, false
	}
	if spec.Require != nil {
		a.Require = *spec.Require
	}
	if spec.Locked != nil {
		a.Locked = *spec.Locked
	}
	if spec.Expired {
		a.Expired = true
	}
	if spec.Comment != nil {
		a.Comment = *spec.Comment
	}
}

// Has reports whether there is such an account, and whether it is internal.
func (b *Book) Has(name Name) (exists, internal bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	a, ok := b.accounts[name]
	return ok, ok && a.internal
}

// All copies every account, ordered by user and host.
func (b *Book) All() []Account {
	b.mu.RLock()
	defer b.mu.RUnlock()
	all := make([]Account, 0, len(b.accounts))
	for _, a := range b.accounts {
		copied := *a
		copied.grants = a.grants.clone()
		all = append(all, copied)
	}
	slices.SortFunc(all, func(x, y Account) int {
		if x.Name.User != y.Name.User {
			return strings.Compare(x.Name.User, y.Name.User)
		}
		return strings.Compare(x.Name.Host, y.Name.Host)
	})
	return all
}

// SetPassword is Alter with nothing but a password.
func (b *Book) SetPassword(name Name, password steps.Password) error {
	return b.Alter(Spec{Name: name, Password: &password})
}
