package steps

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// failure is an error on its way to a diagnosis, with what is known around it.
type failure struct {
	err      error
	answer   *ServiceError // the service's refusal; a zero one where none answered
	caller   string        // the caller's ARN, or ""
	endpoint string        // the endpoint override in force, or ""
	region   string        // "" before an account is open
}

// explanations are the diagnoses by the kind of error, the first that fits
// counts. Errors of a type of their own come before those of a service, which
// they may hold.
var explanations = []struct {
	kind    error
	explain func(failure) Diagnosis
}{
	{ErrReceiptNotSaved, receiptNotSaved},
	{ErrSecretMalformed, secretMalformed},
	{ErrDatabaseUnreachable, databaseUnreachable},
	{ErrDatabaseNameNotResolved, databaseNameNotResolved},
	{ErrDatabaseConnectionDropped, databaseConnectionDropped},
	{ErrPasswordUnknown, passwordUnknown},
	{ErrPasswordRefused, passwordRefused},
	{ErrCertificateNotVerified, tlsNotVerified},
	{ErrTLSRefused, tlsRefused},
	{ErrNoCredentials, noCredentials},
	{ErrCodeNeeded, codeNeeded},
	{ErrCodeRefused, codeRefused},
	{ErrFixedCredentialsExpired, fixedCredentialsExpired},
	{ErrCredentialsExpired, credentialsExpired},
	{ErrCredentialsRefused, credentialsRefused},
	{ErrNoRegion, noRegion},
	{ErrNoProfile, noProfile},
	{ErrBadConfiguration, badConfiguration},
	{ErrFunctionNotInvocable, functionNotInvocable},
	{ErrRotationUnfinished, rotationUnfinished},
	{ErrAccessDenied, accessDenied},
	{ErrEndpointUnreachable, endpointUnreachable},
	{ErrUnknownOperation, unknownOperation},
	{ErrServiceFailing, serviceFailing},
	{ErrNotAWS, notAWS},
	{ErrThrottled, throttled},
	{ErrQuotaExceeded, quotaExceeded},
	{ErrNoCapacity, noCapacity},
	{ErrNoDefaultNetwork, noDefaultNetwork},
	{ErrNoAddress, noAddress},
	{ErrEndpointConflict, endpointConflict},
	{ErrScheduledForDeletion, scheduledForDeletion},
	{ErrAlreadyExists, nameTaken},
	{ErrNotFound, resourceGone},
	{ErrInvalidInput, inputRefused},
	{ErrInvalidState, stateRefused},
}

// Diagnose explains an error outside a run, such as an account that could not
// be opened. What a run found goes through the same explanations.
func Diagnose(err error) Diagnosis {
	f := failure{err: err}
	if opening, ok := errors.AsType[*OpenError](err); ok {
		f.endpoint = opening.Endpoint
	}
	d := explain(f)
	if d.ID == "unexpected" {
		d.What = "The run could not begin"
		d.Fix = "Nothing was changed. See to what it names, then run keyturn again."
	}
	return d
}

func explain(f failure) Diagnosis {
	f.answer = &ServiceError{}
	if answer, ok := errors.AsType[*ServiceError](f.err); ok {
		f.answer = answer
	}
	d, ok := explainTyped(f.err)
	if !ok {
		d = unexpected(f)
		for _, known := range explanations {
			if errors.Is(f.err, known.kind) {
				d = known.explain(f)
				break
			}
		}
	}
	d.Raw = f.err.Error()
	if f.answer.RequestID != "" {
		d.Raw += "\nrequest id " + f.answer.RequestID
	}
	return d
}

// explainTyped explains the errors that say all by themselves.
func explainTyped(err error) (Diagnosis, bool) {
	if e, ok := errors.AsType[*RotationError](err); ok {
		return rotationFailed(e), true
	}
	if e, ok := errors.AsType[*FunctionError](err); ok {
		return functionNotUsable(e), true
	}
	if e, ok := errors.AsType[*TakenError](err); ok {
		return taken(e), true
	}
	if e, ok := errors.AsType[*UnsuitableError](err); ok {
		return unsuitable(e), true
	}
	if e, ok := errors.AsType[*OtherAccountError](err); ok {
		return otherAccount(e), true
	}
	if e, ok := errors.AsType[*StatusError](err); ok {
		return stuck(e), true
	}
	if e, ok := errors.AsType[*QuotaError](err); ok {
		return quotaReached(e), true
	}
	if e, ok := errors.AsType[*VPCNamesError](err); ok {
		return vpcNamesOff(e), true
	}
	if e, ok := errors.AsType[*EndpointError](err); ok {
		return endpointUnusable(e), true
	}
	if e, ok := errors.AsType[*ClassNotOfferedError](err); ok {
		return classNotOffered(e), true
	}
	if e, ok := errors.AsType[*TimeoutError](err); ok {
		return gaveUp(e), true
	}
	if e, ok := errors.AsType[*CheckError](err); ok {
		return notProved(e), true
	}
	return Diagnosis{}, false
}

// unexpected still says what happened, why, and what to do.
func unexpected(f failure) Diagnosis {
	d := Diagnosis{
		ID:   "unexpected",
		What: "The step stopped at an error that keyturn does not know",
		Why:  sentence(f.err.Error()),
		Fix:  "Try again: what was made so far is found. If the error stays, clean up: the receipt knows what exists.",
	}
	if f.answer.Operation != "" {
		d.What = fmt.Sprintf("%s refused %s", serviceName(f.answer.Service), f.answer.Operation)
		d.Why = said(f.answer)
	}
	return d
}

// said quotes a service's own words.
func said(answer *ServiceError) string {
	if answer.Code == "" {
		return sentence(answer.Message)
	}
	return fmt.Sprintf("It answered %s: %s", answer.Code, stopped(answer.Message))
}

// sentence gives text a capital at its beginning and a full stop at its end.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return "No reason was given."
	}
	return stopped(string(unicode.ToUpper(first)) + text[size:])
}

// stopped gives text a full stop at its end.
func stopped(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return "no reason was given."
	}
	if strings.ContainsRune(".?!", rune(text[len(text)-1])) {
		return text
	}
	return text + "."
}

// bareName is a service's name for a place that has its article already: "AWS's
// Serverless Application Repository".
func bareName(service string) string { return strings.TrimPrefix(serviceName(service), "The ") }

// serviceName is what a person calls the AWS CLI's name of a service, at the
// beginning of a sentence.
func serviceName(service string) string {
	names := map[string]string{
		"rds": "RDS", "ec2": "EC2", "secretsmanager": "Secrets Manager", "sts": "STS", "iam": "IAM", "lambda": "Lambda",
		"cloudformation": "CloudFormation", "logs": "CloudWatch Logs", "mysql": "The database",
		"serverlessrepo": "The Serverless Application Repository",
	}
	if name := names[service]; name != "" {
		return name
	}
	return service
}
