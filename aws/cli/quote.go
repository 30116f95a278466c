package cli

import (
	"strings"

	"keyturn/steps"
)

// bareWord is a word that means itself to bash, wherever it stands in a line.
var bareWord = steps.NewPattern(`^[A-Za-z0-9_./:=@%+,-]+$`)

// Quote makes a text one word of bash that stands for exactly that text.
func Quote(text string) string {
	if bareWord.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
