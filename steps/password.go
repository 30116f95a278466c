package steps

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
)

// PasswordMask is what a password looks like wherever it is printed.
const PasswordMask = "••••"

// Password is a secret string. Everything that prints, logs or marshals it
// shows it covered; Reveal is the one way to its text. The zero value is "no
// password".
type Password struct{ text string }

// NewPassword wraps text so that it can no longer be printed by accident.
func NewPassword(text string) Password { return Password{text: text} }

// Reveal returns the text itself: for the call that needs it and for the key
// that shows it, nothing else.
func (p Password) Reveal() string { return p.text }

// IsZero reports whether there is no password at all.
func (p Password) IsZero() bool { return p.text == "" }

// Equal reports whether both are the same password.
func (p Password) Equal(other Password) bool { return p.text == other.text }

// Fingerprint is four hexadecimal digits of the password's SHA-256, as
// "a1:f3": enough to see that two differ, far too little to guess either.
func (p Password) Fingerprint() string {
	if p.IsZero() {
		return ""
	}
	sum := sha256.Sum256([]byte(p.text))
	return fmt.Sprintf("%02x:%02x", sum[0], sum[1])
}

// String, GoString, Format, LogValue, MarshalText and MarshalJSON all cover
// the text, so that no verb and no encoder shows it.
func (p Password) String() string               { return PasswordMask }
func (p Password) GoString() string             { return PasswordMask }
func (p Password) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(PasswordMask)) }
func (p Password) LogValue() slog.Value         { return slog.StringValue(PasswordMask) }
func (p Password) MarshalText() ([]byte, error) { return []byte(PasswordMask), nil }
func (p Password) MarshalJSON() ([]byte, error) { return []byte(`"` + PasswordMask + `"`), nil }
