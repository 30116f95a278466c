package runs

import (
	"errors"
	"os"
	"path/filepath"
)

// replaceFile stands in for renameio, which leaves Windows out because a
// rename there is not atomic in every case. os.Rename replaces the file.
func replaceFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path))
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
