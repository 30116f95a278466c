package line

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

// output takes everything, so that a disk that is full or a reader that went
// away does not stop a run half-way, and remembers what went wrong first.
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

// lost is an error if output was lost that somebody may still look for.
func (o *output) lost() error {
	if o.err == nil || errors.Is(o.err, syscall.EPIPE) {
		return nil
	}
	return fmt.Errorf("the output is not complete: %w", o.err)
}
