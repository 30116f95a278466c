package line

import (
	"io"
	"log/slog"
	"os"
	"time"

	"keyturn/steps"
)

// OpenLog appends to a file that only its owner may read.
func OpenLog(file string) (*slog.Logger, func() error, error) {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, err
	}
	return slog.New(slog.NewJSONHandler(f, &slog.HandlerOptions{Level: slog.LevelDebug})), f.Close, nil
}

// Log writes events to a log, each as the object that --json prints.
func Log(to *slog.Logger) func(steps.Event) {
	render := NewJSON(io.Discard, time.Now)
	return func(e steps.Event) {
		if o := render.render(e); o != nil {
			to.Info("event", "event", o)
		}
	}
}
