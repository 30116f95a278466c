package line

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

// output never fails a write, so that a full disk or a closed pipe does not stop
// a run half-way; it remembers the first error.
type output struct {
	w   io.Writer
	err error
}

func (o *output) Write(b []byte) (int, error) {
	if _, err := o.w.Write(b); err != nil && o.err == nil {
		o.err = err
	}
	return len(b), nil
}

// writeError returns an error if output was lost, unless its reader went away.
func (o *output) writeError() error {
	if o.err == nil || errors.Is(o.err, syscall.EPIPE) {
		return nil
	}
	return fmt.Errorf("the output is not complete: %w", o.err)
}
