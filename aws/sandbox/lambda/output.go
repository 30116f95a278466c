package lambda

import (
	"strings"
	"sync"
)

// output collects an invocation's lines and writes them to the log. Once closed, it
// ignores further lines.
type output struct {
	write func(line string)

	mu     sync.Mutex
	all    strings.Builder
	closed bool
}

func (o *output) writeLine(text string) {
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
