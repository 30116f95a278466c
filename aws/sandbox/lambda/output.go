package lambda

import (
	"strings"
	"sync"
)

// output collects an invocation's lines and sends them to the log; it is deaf
// once closed.
type output struct {
	write func(line string)

	mu     sync.Mutex
	all    strings.Builder
	closed bool
}

func (o *output) line(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return
	}
	text += "\n"
	o.all.WriteString(text)
	o.write(text)
}

func (o *output) close() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	return o.all.String()
}
