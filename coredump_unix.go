//go:build !windows

package main

import "syscall"

// withoutCoreDumps keeps passwords in memory from a file: Go dumps core where
// GOTRACEBACK=crash asks for it.
func withoutCoreDumps() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) }
