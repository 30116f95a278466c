package runs

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"time"
)

// holder is who has a run's lock. It is in the lock's file, for the process that
// does not get it; what a process left there that is gone counts for nothing.
type holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

// holderOffset is where it begins: Windows lets nobody else read the byte that is
// locked, the first one.
const holderOffset = 1

func writeHolder(path string) error {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	data, err := json.Marshal(holder{os.Getpid(), host, time.Now()})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(append(data, '\n'), holderOffset)
	return errors.Join(err, f.Truncate(holderOffset+int64(len(data))+1), f.Close())
}

// readHolder returns a zero holder where none has said who it is.
func readHolder(path string) holder {
	var h holder
	f, err := os.Open(path)
	if err != nil {
		return h
	}
	defer func() { _ = f.Close() }()
	_ = json.NewDecoder(io.NewSectionReader(f, holderOffset, 4096)).Decode(&h)
	return h
}
