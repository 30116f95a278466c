package command

import (
	"fmt"
	"io"
	"os"
	"strings"

	"keyturn/steps"
)

// readMasterPassword takes the master password from where the person put it: a
// file ("-" is in), or KEYTURN_MASTER_PASSWORD. With neither, one is generated
// later.
func readMasterPassword(acts []steps.Act, setup *steps.Setup, file string, in io.Reader) error {
	text, from := os.Getenv("KEYTURN_MASTER_PASSWORD"), "KEYTURN_MASTER_PASSWORD"
	if file != "" {
		from = "--db-password-file"
		data, err := readAll(file, in)
		if err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
		text = strings.TrimRight(string(data), "\r\n")
	}
	if text == "" {
		return nil
	}
	for _, q := range questionsOf(acts) {
		if q.Kind != steps.Secret || !q.IsAsked(*setup) {
			continue
		}
		if err := q.Set(setup, text); err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
	}
	return nil
}

func readAll(file string, in io.Reader) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(in)
	}
	return os.ReadFile(file)
}
