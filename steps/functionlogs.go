package steps

import (
	"context"
	"time"
)

// LogLine is one event of a log group.
type LogLine struct {
	At   time.Time
	Text string
}

// FunctionLogs are the CloudWatch Logs calls that the steps make.
type FunctionLogs interface {
	// LogLines returns the group's lines since a time, oldest first; none if
	// the group does not exist yet.
	LogLines(ctx context.Context, group string, since time.Time) ([]LogLine, error)
	// DeleteLogGroup returns ErrNotFound if there is none.
	DeleteLogGroup(ctx context.Context, group string) error
	LogGroupExists(ctx context.Context, group string) (bool, error)
}
