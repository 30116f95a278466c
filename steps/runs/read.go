package runs

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"keyturn/steps"
)

// readReceipt reads a receipt's file, and says in words what is wrong with one
// that cannot be used.
func readReceipt(path string) (steps.Receipt, error) {
	info, err := os.Stat(path)
	if err != nil {
		return steps.Receipt{}, err
	}
	if !info.Mode().IsRegular() { // a pipe would be waited for
		return steps.Receipt{}, errors.New("it is no file")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return steps.Receipt{}, err
	}
	receipt, err := decodeReceipt(data)
	if err == nil && receipt.Run+".json" != filepath.Base(path) {
		err = fmt.Errorf("it says that it is of run %q", receipt.Run)
	}
	return receipt, err
}

func decodeReceipt(data []byte) (steps.Receipt, error) {
	// The version comes first: the rest of a newer one may have other types.
	var written struct{ Version int }
	if err := json.Unmarshal(data, &written); err != nil {
		return steps.Receipt{}, damage(data, err)
	}
	if written.Version > steps.ReceiptVersion {
		return steps.Receipt{}, fmt.Errorf("%w: it is of version %d, and this one knows version %d", steps.ErrReceiptNewer, written.Version, steps.ReceiptVersion)
	}
	var receipt steps.Receipt
	if err := json.Unmarshal(data, &receipt); err != nil {
		return steps.Receipt{}, damage(data, err)
	}
	switch {
	case receipt.Run == "":
		return steps.Receipt{}, errors.New("it names no run")
	case receipt.Account != steps.Sandbox && receipt.Account != steps.AWS, receipt.AccountID == "", receipt.Region == "":
		return steps.Receipt{}, errors.New("it does not say in which account and region the run worked")
	case receipt.Opened.IsZero():
		return steps.Receipt{}, errors.New("it does not say when the run began")
	}
	return receipt, nil
}

func damage(data []byte, err error) error {
	switch {
	case len(data) == 0:
		return errors.New("it is empty")
	case err.Error() == "unexpected end of JSON input":
		return fmt.Errorf("it is cut off after %d bytes", len(data))
	}
	return fmt.Errorf("it is damaged: %w", err)
}
