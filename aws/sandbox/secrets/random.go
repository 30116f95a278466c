package secrets

import (
	"crypto/rand"
	"encoding/binary"
)

// randomBelow returns a uniform random number in [0, n) from the system's secure
// source.
func randomBelow(n int) int {
	limit := uint32(1<<32 - 1<<32%uint64(n) - 1)
	for {
		var b [4]byte
		_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
		if r := binary.LittleEndian.Uint32(b[:]); r <= limit {
			return int(r % uint32(n))
		}
	}
}
