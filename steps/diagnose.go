package steps

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// failure is an error to diagnose, with its context.
type failure struct {
	err      error
	answer   *ServiceError // the service's refusal; a zero one where none answered
	caller   string        // the caller's ARN, or ""
	endpoint string        // the endpoint override in force, or ""
	region   string        // "" before an account is open
}

// explanations are the diagnoses by the kind of error; the first match wins.
// keyturn's own kinds come before a service's, because they may wrap one.
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
	{ErrMFACodeNeeded, mfaCodeNeeded},
	{ErrMFACodeRefused, mfaCodeRefused},
	{ErrFixedCredentialsExpired, fixedCredentialsExpired},
	{ErrCredentialsExpired, credentialsExpired},
	{ErrCredentialsRefused, credentialsRefused},
	{ErrNoRegion, noRegion},
	{ErrNoProfile, noProfile},
	{ErrBadConfiguration, badConfiguration},
	{ErrFunctionNotInvocable, functionNotInvocable},
	{ErrInvokingNotAllowed, invokingNotAllowed},
	{ErrClockWrong, clockWrong},
	{ErrDeletionProtected, deletionProtected},
	{ErrCapabilitiesRequired, capabilitiesRequired},
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
	{ErrPublicAddressUnknown, publicAddressUnknown},
	{ErrEndpointConflict, endpointConflict},
	{ErrScheduledForDeletion, scheduledForDeletion},
	{ErrAlreadyExists, nameTakenByUnknown},
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

// explainTyped explains the errors whose fields are all that a diagnosis needs.
func explainTyped(err error) (Diagnosis, bool) {
	if e, ok := errors.AsType[*RotationError](err); ok {
		return rotationFailed(e), true
	}
	if e, ok := errors.AsType[*FunctionError](err); ok {
		return functionNotUsable(e), true
	}
	if e, ok := errors.AsType[*NameTakenError](err); ok {
		return nameTakenBy(e), true
	}
	if e, ok := errors.AsType[*UnsuitableError](err); ok {
		return unsuitable(e), true
	}
	if e, ok := errors.AsType[*ReceiptError](err); ok {
		return receiptUnusable(e), true
	}
	if e, ok := errors.AsType[*NotRestorableError](err); ok {
		return notRestorable(e), true
	}
	if e, ok := errors.AsType[*RunActiveError](err); ok {
		return runActive(e), true
	}
	if e, ok := errors.AsType[*OtherAccountError](err); ok {
		return otherAccount(e), true
	}
	if e, ok := errors.AsType[*StatusError](err); ok {
		return resourceFailed(e), true
	}
	if e, ok := errors.AsType[*QuotaError](err); ok {
		return quotaReached(e), true
	}
	if e, ok := errors.AsType[*VPCDNSError](err); ok {
		return vpcDNSOff(e), true
	}
	if e, ok := errors.AsType[*EndpointError](err); ok {
		return endpointUnusable(e), true
	}
	if e, ok := errors.AsType[*ClassNotOfferedError](err); ok {
		return classNotOffered(e), true
	}
	if e, ok := errors.AsType[*TimeoutError](err); ok {
		return timedOut(e), true
	}
	if e, ok := errors.AsType[*CheckError](err); ok {
		return checkFailed(e), true
	}
	return Diagnosis{}, false
}

// unexpected is the diagnosis of an error that no entry explains.
func unexpected(f failure) Diagnosis {
	d := Diagnosis{
		ID:   "unexpected",
		What: "The step stopped at an error that keyturn does not know",
		Why:  sentence(f.err.Error()),
		Fix:  "Try again: what was made so far is found. If the error stays, clean up: the receipt knows what exists.",
	}
	if f.answer.Operation != "" {
		d.What = fmt.Sprintf("%s refused %s", serviceName(f.answer.Service), f.answer.Operation)
		d.Why = quoteAnswer(f.answer)
	}
	return d
}

// quoteAnswer quotes a service's own words.
func quoteAnswer(answer *ServiceError) string {
	if answer.Code == "" {
		return sentence(answer.Message)
	}
	return fmt.Sprintf("It answered %s: %s", answer.Code, withFullStop(answer.Message))
}

// sentence gives text a capital at its beginning and a full stop at its end.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return "No reason was given."
	}
	return withFullStop(string(unicode.ToUpper(first)) + text[size:])
}

// withFullStop gives text a full stop at its end.
func withFullStop(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return "no reason was given."
	}
	if strings.ContainsRune(".?!", rune(text[len(text)-1])) {
		return text
	}
	return text + "."
}

// serviceNameWithoutArticle is for text that has its own article or possessive:
// "AWS's Serverless Application Repository".
func serviceNameWithoutArticle(service string) string {
	return strings.TrimPrefix(serviceName(service), "The ")
}

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
