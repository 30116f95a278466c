package steps

import (
	"fmt"
	"slices"
	"time"
)

// NotMade is what is said of a resource that a run uses and leaves in place.
const NotMade = "not made by keyturn"

// UsedResource is something of the account that a run works with and did not
// make. No clean-up deletes it: it is in a list of its own, beside what the run
// made.
type UsedResource struct {
	Kind string    `json:"kind"`
	Name string    `json:"name"`
	ID   string    `json:"id"`
	Step StepID    `json:"step"`
	At   time.Time `json:"at"`
}

// FindUsed returns the receipt's used resource of a kind and name.
func (r Receipt) FindUsed(kind, name string) (UsedResource, bool) {
	i := slices.IndexFunc(r.Used, func(u UsedResource) bool { return u.Kind == kind && u.Name == name })
	if i < 0 {
		return UsedResource{}, false
	}
	return r.Used[i], true
}

// UsedOf returns the used resources of a kind, oldest first.
func (r Receipt) UsedOf(kind string) []UsedResource {
	return slices.DeleteFunc(slices.Clone(r.Used), func(u UsedResource) bool { return u.Kind != kind })
}

// RecordUsed records, once, a resource that the run uses and did not make, and
// says so.
func (r *Run) RecordUsed(kind, name, id string) error {
	if _, known := r.Receipt().FindUsed(kind, name); known {
		return nil
	}
	err := r.updateReceipt(func(receipt Receipt) Receipt {
		used := UsedResource{Kind: kind, Name: name, ID: id, Step: r.step.ID, At: r.clock.Now()}
		receipt.Used = append(slices.Clone(receipt.Used), used)
		return receipt
	})
	if err != nil {
		return err
	}
	r.Report(Noted{Step: r.step.ID, Text: fmt.Sprintf("The run uses %s %s, %s: clean-up keeps it.", KindName(kind), name, NotMade)})
	return nil
}

// ReportUsed says of every used resource that it stays.
func (r *Run) ReportUsed() {
	for _, used := range r.Receipt().Used {
		r.Report(ResourceChanged{Step: r.step.ID, Action: ResourceKept, Kind: used.Kind, ID: used.ID, Used: true})
	}
}
