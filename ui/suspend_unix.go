//go:build !windows

package ui

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// canSuspend reports whether a shell with job control started the program. One
// that leads its terminal's session, as in a new window of tmux or in a container,
// cannot be stopped by the terminal: the kernel ignores the signal, and the program
// would wait for ever to be continued.
func canSuspend() bool {
	session, err := unix.Getsid(0)
	return err == nil && session != syscall.Getpgrp()
}
