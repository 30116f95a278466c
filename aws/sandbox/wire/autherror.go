package wire

import "net/http"

// authError is why a request failed authentication. Each protocol has its own
// code for each reason.
type authError struct {
	reason  reason
	message string
}

type reason int

const (
	missingToken reason = iota
	incomplete
	unknownKey
	wrongSignature
	expired
)

func newAuthError(r reason, message string) *authError {
	return &authError{reason: r, message: message}
}

// toError returns the error with the code of a protocol.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
func (f *authError) toError(p Protocol) *Error {
	switch p {
	case EC2Query:
		return f.ec2Error()
	case Query:
		codes := map[reason]string{
			missingToken: "MissingAuthenticationToken", incomplete: "IncompleteSignature",
			unknownKey: "InvalidClientTokenId", wrongSignature: "SignatureDoesNotMatch", expired: "SignatureDoesNotMatch",
		}
		return &Error{Code: codes[f.reason], Message: f.message, Status: http.StatusForbidden}
	default:
		codes := map[reason]string{
			missingToken: "MissingAuthenticationTokenException", incomplete: "IncompleteSignatureException",
			unknownKey: "UnrecognizedClientException", wrongSignature: "InvalidSignatureException", expired: "InvalidSignatureException",
		}
		status := http.StatusForbidden
		if p == AWSJSON {
			status = http.StatusBadRequest // as clients of Secrets Manager, SSM or DynamoDB report it
		}
		return &Error{Code: codes[f.reason], Message: f.message, Status: status}
	}
}

func (f *authError) ec2Error() *Error {
	switch f.reason {
	case missingToken:
		return &Error{Code: "MissingAuthenticationToken", Message: "Request is missing Authentication Token", Status: http.StatusForbidden}
	case incomplete:
		return &Error{Code: "IncompleteSignature", Message: f.message, Status: http.StatusForbidden}
	case expired:
		return &Error{Code: "RequestExpired", Message: "Request has expired.", Status: http.StatusBadRequest}
	default:
		return &Error{
			Code: "AuthFailure", Message: "AWS was not able to validate the provided access credentials",
			Status: http.StatusUnauthorized,
		}
	}
}
