package wire

import "sync"

// Key is an access key and its caller.
type Key struct {
	ID           string
	Secret       string
	SessionToken string // of temporary credentials; the request must carry it
	Caller       Caller
	// Authorizer decides what the caller may do; nil allows everything.
	Authorizer Authorizer
}

// Keys are the access keys that a server accepts. The zero value is empty. Keys
// may be added while requests are served.
type Keys struct {
	mu   sync.RWMutex
	byID map[string]Key
}

// Add adds a key and sets its Caller's AccessKeyID.
func (k *Keys) Add(key Key) {
	key.Caller.AccessKeyID, key.Caller.authorizer = key.ID, key.Authorizer
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byID == nil {
		k.byID = map[string]Key{}
	}
	k.byID[key.ID] = key
}

func (k *Keys) find(id string) (Key, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	key, ok := k.byID[id]
	return key, ok
}
