package lambda

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Exception is an error that is reported like an uncaught Python exception.
type Exception struct {
	Type    string // "ValueError"
	Message string
	Stack   []string // outermost first: "lambda_handler", "set_secret"
}

func (e *Exception) Error() string { return e.Type + ": " + e.Message }

// failure is the payload of a failed invocation.
type failure struct {
	Message   string   `json:"errorMessage"`
	Type      string   `json:"errorType,omitempty"`
	RequestID string   `json:"requestId,omitempty"`
	Stack     []string `json:"stackTrace,omitempty"`
}

func failedResult(f failure) invocationResult {
	payload, err := json.Marshal(f)
	if err != nil {
		panic(err) // strings always marshal
	}
	return invocationResult{payload: payload, failed: true}
}

// toException returns err as an Exception.
func toException(err error) *Exception {
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

// logText is the exception in the log, with its traceback.
func (e *Exception) logText() string {
	text := "[ERROR] " + e.Error()
	if frames := e.frames(); len(frames) > 0 {
		text += "\nTraceback (most recent call last):\n" + strings.TrimSuffix(strings.Join(frames, ""), "\n")
	}
	return text
}
