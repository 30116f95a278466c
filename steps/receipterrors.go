package steps

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"keyturn/steps/format"
)

// ErrReceiptNewer means that a later keyturn wrote a receipt, with what this one
// might misunderstand.
var ErrReceiptNewer = errors.New("it was written by a newer keyturn")

// ReceiptError is a receipt that is there and cannot be used. Nothing writes
// over it.
type ReceiptError struct {
	Run  string
	Path string
	Err  error
}

func (e *ReceiptError) Error() string {
	return fmt.Sprintf("the receipt %s cannot be used: %v", e.Path, e.Err)
}

// Unwrap returns the cause.
func (e *ReceiptError) Unwrap() error { return e.Err }

// RunActiveError is a run on which another process works. PID is 0 where that
// process has not said who it is.
type RunActiveError struct {
	Run   string
	PID   int
	Host  string
	Since time.Time
}

func (e *RunActiveError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("another keyturn is working on run %s", e.Run)
	}
	return fmt.Sprintf("another keyturn is working on run %s: process %d on %s, since %s", e.Run, e.PID, e.Host, format.Minute(e.Since.Local()))
}

func receiptUnusable(e *ReceiptError) Diagnosis {
	d := Diagnosis{
		ID:   "receipt-unusable",
		What: fmt.Sprintf("The receipt of run %s cannot be used", e.Run),
		Why:  fmt.Sprintf("%s: %s", e.Path, strings.TrimPrefix(e.Err.Error(), "open "+e.Path+": ")),
		Fix: fmt.Sprintf("It is left as it is. Put a copy of it back if you have one. Without one, keyturn cleanup --find %s "+
			"looks the run up in the account by the tags of its resources, and removes it.", e.Run),
	}
	switch {
	case errors.Is(e.Err, ErrReceiptNewer):
		d.Fix = "It is left as it is. Use the keyturn that wrote it, or a newer one."
	case errors.Is(e.Err, fs.ErrPermission):
		d.Fix = "It is left as it is. Make it yours to read and write (chmod 600), then try again."
	}
	return d
}

func runActive(e *RunActiveError) Diagnosis {
	d := Diagnosis{
		ID:   "run-active",
		What: "Another keyturn is working on run " + e.Run,
		Why:  "It has not said yet which process it is.",
		Fix:  "Wait until it is done. Two processes on one run could not tell what the other has made. Nothing was changed.",
	}
	if e.PID != 0 {
		d.Why = fmt.Sprintf("It is process %d on %s, since %s.", e.PID, e.Host, format.Minute(e.Since.Local()))
		d.Fix = fmt.Sprintf("Go on there, or end that process with ctrl+c (kill -INT %d), then try again. Nothing was changed.", e.PID)
	}
	return d
}
