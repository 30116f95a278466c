package cli

import (
	"strings"

	"keyturn/steps"
)

// bareWord matches what bash takes literally anywhere in a line.
var bareWord = steps.NewPattern(`^[A-Za-z0-9_./:=@%+,-]+$`)

// Quote returns text as one word of bash, in single quotes where it needs them.
func Quote(text string) string {
	if bareWord.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
