package steps

import "context"

// Diagnose explains an error that no run was there for, such as an account
// that could not be opened.
func Diagnose(err error) Diagnosis {
	return Diagnosis{ID: "unexpected", What: "Something unexpected happened", Why: err.Error(), Raw: err.Error()}
}

func (r *Run) diagnose(_ context.Context, err error) Diagnosis { return Diagnose(err) }
