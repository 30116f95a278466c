package wire

import (
	"sync"
	"time"
)

// callLogSize is how many calls are kept: a few megabytes at most.
const callLogSize = 8192

// Call is one answered request. It never has anything of a body. Code is AWS's
// error code, empty for a success. Service and Operation may be empty if the
// request was rejected before they were known.
type Call struct {
	Service     string
	Operation   string
	AccessKeyID string
	ARN         string // the caller's, once the signature was checked
	Code        string
	RequestID   string
	At          time.Time
}

// callLog keeps the newest calls.
type callLog struct {
	mu    sync.Mutex
	calls []Call
	next  int // the oldest, once the journal is full
}

func (j *callLog) add(c Call) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.calls) < callLogSize {
		j.calls = append(j.calls, c)
		return
	}
	j.calls[j.next] = c
	j.next = (j.next + 1) % callLogSize
}

func (j *callLog) all() []Call {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append(append(make([]Call, 0, len(j.calls)), j.calls[j.next:]...), j.calls[:j.next]...)
}
