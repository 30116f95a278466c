package lambda

import (
	"fmt"
	"net/http"

	"keyturn/aws/sandbox/wire"
)

func newError(status int, code, format string, args ...any) error {
	err := wire.Errorf(code, format, args...)
	err.Status = status
	return err
}

func notFound(format string, args ...any) error {
	return newError(http.StatusNotFound, "ResourceNotFoundException", format, args...)
}

func conflict(format string, args ...any) error {
	return newError(http.StatusConflict, "ResourceConflictException", format, args...)
}

func invalid(format string, args ...any) error {
	return newError(http.StatusBadRequest, "InvalidParameterValueException", format, args...)
}

func validation(value any, member, constraint string) error {
	return newError(http.StatusBadRequest, "ValidationException",
		"1 validation error detected: Value '%v' at '%s' failed to satisfy constraint: %s", value, member, constraint)
}

func tooLong(member, value string, limit int) error {
	return validation(value, member, fmt.Sprintf("Member must have length less than or equal to %d", limit))
}
