package secrets

import (
	"errors"

	"keyturn/aws/sandbox/wire"
)

// The error codes of the API reference; AccessDeniedException and
// ValidationException are common to all services.
const (
	codeAccessDenied     = "AccessDeniedException"
	codeInvalidNextToken = "InvalidNextTokenException"
	codeInvalidParameter = "InvalidParameterException"
	codeInvalidRequest   = "InvalidRequestException"
	codeLimitExceeded    = "LimitExceededException"
	codeNotFound         = "ResourceNotFoundException"
	codeExists           = "ResourceExistsException"
	codeMalformedPolicy  = "MalformedPolicyDocumentException"
	codePublicPolicy     = "PublicPolicyException"
	codeValidation       = "ValidationException"
)

func errNotFound() *wire.Error {
	return wire.Errorf(codeNotFound, "Secrets Manager can't find the specified secret.")
}

func errMarkedForDeletion() *wire.Error {
	return wire.Errorf(codeInvalidRequest, "You can't perform this operation on the secret because it was marked for deletion.")
}

func errTokenInUse(token, arn string) *wire.Error {
	return wire.Errorf(codeExists, "You can't use ClientRequestToken %s because that value is already in use for a version of secret %s.", token, arn)
}

// errConstraint returns the error of AWS's services for a value that breaks a
// constraint of the API model. It leaves out secret values.
func errConstraint(value, member, constraint string) *wire.Error {
	if value != "" {
		value = " '" + value + "'"
	}
	return wire.Errorf(codeValidation, "1 validation error detected: Value%s at '%s' failed to satisfy constraint: Member must %s", value, member, constraint)
}

// isCode reports whether an error is an API error with this code.
func isCode(err error, code string) bool {
	var e *wire.Error
	return errors.As(err, &e) && e.Code == code
}
