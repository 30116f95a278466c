package steps

import "context"

// Diagnosis says what failed, why, and what to do, each in plain sentences.
// Raw is the service's own text, for the details key. Remedies are what the
// program itself offers to do.
type Diagnosis struct {
	ID       string
	What     string
	Why      string
	Fix      string
	Raw      string
	Remedies []Remedy
	// AutoRetry says that another attempt takes another path, so that an
	// unattended run makes one too.
	AutoRetry bool
}

// Offer adds a remedy where there is one.
func (d *Diagnosis) Offer(r Remedy, ok bool) {
	if ok {
		d.Remedies = append(d.Remedies, r)
	}
}

// Remedy is a repair that the program can make if the person agrees; Plan lists
// its changing calls.
type Remedy struct {
	ID    string
	Label string // "add the inbound rule for port 3306, then try again"
	Plan  []PlannedCall
	Apply func(ctx context.Context, r *Run) error
}
