package lambda

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Exception is an error as Python's runtime reports one that nobody caught:
// its type, its text and, outermost first, the functions it came through.
type Exception struct {
	Type    string // "ValueError"
	Message string
	Stack   []string // "lambda_handler", "set_secret"
}

func (e *Exception) Error() string { return e.Type + ": " + e.Message }

// failure is the payload of a function that failed.
type failure struct {
	Message   string   `json:"errorMessage"`
	Type      string   `json:"errorType,omitempty"`
	RequestID string   `json:"requestId,omitempty"`
	Stack     []string `json:"stackTrace,omitempty"`
}

func fail(f failure) finished {
	payload, err := json.Marshal(f)
	if err != nil {
		panic(err) // strings always marshal
	}
	return finished{payload: payload, failed: true}
}

// exception is what Python's runtime would have caught.
func exception(err error) *Exception {
	var e *Exception
	if errors.As(err, &e) {
		return e
	}
	return &Exception{Type: "Exception", Message: err.Error()}
}

func (e *Exception) frames() []string {
	var frames []string
	for _, name := range e.Stack {
		frames = append(frames, fmt.Sprintf("  File \"/var/task/lambda_function.py\", in %s\n", name))
	}
	return frames
}

// report is the log event of an exception: its text, then the way it came.
func (e *Exception) report() string {
	text := "[ERROR] " + e.Error()
	if frames := e.frames(); len(frames) > 0 {
		text += "\nTraceback (most recent call last):\n" + strings.TrimSuffix(strings.Join(frames, ""), "\n")
	}
	return text
}
