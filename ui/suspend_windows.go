package ui

// canSuspend is false: Windows has no job control.
func canSuspend() bool { return false }
