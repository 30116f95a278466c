package steps

import "reflect"

// Recall returns what the run knows of type T: what its steps found in the
// account and made there, passwords included, in memory and nowhere else. It
// is a zero T until Remember was called. Each act keeps a type of its own.
func Recall[T any](r *Run) T {
	r.mu.Lock()
	defer r.mu.Unlock()
	known, _ := r.memory[reflect.TypeFor[T]()].(T)
	return known
}

// Remember changes what the run knows of type T. Values that Recall returned
// before must not see it: change replaces slices and maps, never their
// elements.
func Remember[T any](r *Run, change func(*T)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known, _ := r.memory[reflect.TypeFor[T]()].(T)
	change(&known)
	r.memory[reflect.TypeFor[T]()] = known
}
