package wire

import (
	"fmt"
	"net/http"
)

// Error is an error that AWS documents, with its code as on the wire
// ("DBInstanceNotFound", "ResourceNotFoundException"). A zero Status is 400.
type Error struct {
	Code    string
	Message string
	Status  int
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Errorf returns an Error with status 400.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Status: http.StatusBadRequest}
}

func (e *Error) status() int {
	if e.Status == 0 {
		return http.StatusBadRequest
	}
	return e.Status
}

// errInternalFailure is AWS's answer to an error of its own. The cause goes only
// to the log.
var errInternalFailure = &Error{
	Code:    "InternalFailure",
	Message: "The request processing has failed because of an unknown error, exception or failure.",
	Status:  http.StatusInternalServerError,
}

var errTooLarge = &Error{
	Code:    "RequestEntityTooLargeException",
	Message: "The request entity is too large.",
	Status:  http.StatusRequestEntityTooLarge,
}

func unknownOperation(p Protocol, operation, version string) *Error {
	switch p {
	case EC2Query:
		return Errorf("InvalidAction", "The action %s is not valid for this web service.", operation)
	case Query:
		if version == "" {
			version = "NO_VERSION_SPECIFIED"
		}
		return Errorf("InvalidAction", "Could not find operation %s for version %s", operation, version)
	case RESTJSON:
		return &Error{Code: "UnknownOperationException", Message: "Unknown operation: " + operation, Status: http.StatusNotFound}
	default:
		return Errorf("UnknownOperationException", "Unknown operation: %s", operation)
	}
}
