package aws

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"keyturn/steps"
)

// kindByCode maps AWS's error codes to the steps' errors, from the services' API
// references and the list of common errors. RDS's codes are here without the
// suffix "Fault".
var kindByCode = map[string]error{
	"DBInstanceNotFound":                  steps.ErrNotFound,
	"ResourceNotFoundException":           steps.ErrNotFound,
	"NotFoundException":                   steps.ErrNotFound,
	"ChangeSetNotFound":                   steps.ErrNotFound,
	"NoSuchEntity":                        steps.ErrNotFound,
	"InvalidGroup.NotFound":               steps.ErrNotFound,
	"InvalidPermission.NotFound":          steps.ErrNotFound,
	"InvalidSecurityGroupRuleId.NotFound": steps.ErrNotFound,
	"InvalidVpcEndpointId.NotFound":       steps.ErrNotFound,
	"InvalidVpcEndpoint.NotFound":         steps.ErrNotFound,
	"InvalidVpcID.NotFound":               steps.ErrNotFound,
	"InvalidSubnetID.NotFound":            steps.ErrNotFound,
	"InvalidInternetGatewayID.NotFound":   steps.ErrNotFound,
	"Gateway.NotAttached":                 steps.ErrNotFound,

	"DBInstanceAlreadyExists":     steps.ErrAlreadyExists,
	"ResourceExistsException":     steps.ErrAlreadyExists,
	"AlreadyExistsException":      steps.ErrAlreadyExists,
	"ConflictException":           steps.ErrAlreadyExists,
	"InvalidGroup.Duplicate":      steps.ErrAlreadyExists,
	"InvalidPermission.Duplicate": steps.ErrAlreadyExists,
	"DefaultVpcAlreadyExists":     steps.ErrAlreadyExists,
	"DBSubnetGroupAlreadyExists":  steps.ErrAlreadyExists,

	"AccessDenied":          steps.ErrAccessDenied,
	"AccessDeniedException": steps.ErrAccessDenied,
	"ForbiddenException":    steps.ErrAccessDenied,
	"UnauthorizedOperation": steps.ErrAccessDenied,
	"NotAuthorized":         steps.ErrAccessDenied,

	"ExpiredToken":          steps.ErrCredentialsExpired,
	"ExpiredTokenException": steps.ErrCredentialsExpired,
	"UnauthorizedException": steps.ErrCredentialsExpired, // IAM Identity Center, for a session that ended

	"AuthFailure":                         steps.ErrCredentialsRefused,
	"IncompleteSignature":                 steps.ErrCredentialsRefused,
	"InvalidAccessKeyId":                  steps.ErrCredentialsRefused,
	"InvalidClientTokenId":                steps.ErrCredentialsRefused,
	"InvalidSignatureException":           steps.ErrCredentialsRefused,
	"MissingAuthenticationToken":          steps.ErrCredentialsRefused,
	"MissingAuthenticationTokenException": steps.ErrCredentialsRefused,
	"SignatureDoesNotMatch":               steps.ErrCredentialsRefused,
	"UnrecognizedClientException":         steps.ErrCredentialsRefused,

	"InvalidAction":             steps.ErrUnknownOperation,
	"NotImplemented":            steps.ErrUnknownOperation,
	"NotImplementedException":   steps.ErrUnknownOperation,
	"UnknownOperation":          steps.ErrUnknownOperation,
	"UnknownOperationException": steps.ErrUnknownOperation,

	"RequestLimitExceeded":     steps.ErrThrottled,
	"Throttling":               steps.ErrThrottled,
	"ThrottlingException":      steps.ErrThrottled,
	"TooManyRequestsException": steps.ErrThrottled,

	"BadRequestException":         steps.ErrInvalidInput,
	"InvalidParameterCombination": steps.ErrInvalidInput,
	"InvalidParameterException":   steps.ErrInvalidInput,
	"InvalidParameter":            steps.ErrInvalidInput,
	"InvalidParameterValue":       steps.ErrInvalidInput,
	"MissingParameter":            steps.ErrInvalidInput,
	"ValidationError":             steps.ErrInvalidInput,
	"ValidationException":         steps.ErrInvalidInput,
	"InvalidInput":                steps.ErrInvalidInput,

	"InvalidChangeSetStatus":  steps.ErrInvalidState,
	"InvalidDBInstanceState":  steps.ErrInvalidState,
	"InvalidRequestException": steps.ErrInvalidState,

	"FreeTierRestrictionError":           steps.ErrQuotaExceeded,
	"InstanceQuotaExceeded":              steps.ErrQuotaExceeded,
	"LimitExceededException":             steps.ErrQuotaExceeded,
	"RulesPerSecurityGroupLimitExceeded": steps.ErrQuotaExceeded,
	"SecurityGroupLimitExceeded":         steps.ErrQuotaExceeded,
	"StorageQuotaExceeded":               steps.ErrQuotaExceeded,
	"VpcEndpointLimitExceeded":           steps.ErrQuotaExceeded,
	"VpcLimitExceeded":                   steps.ErrQuotaExceeded,

	"InsufficientDBInstanceCapacity": steps.ErrNoCapacity,

	"InternalError":                steps.ErrServiceFailing,
	"InternalFailure":              steps.ErrServiceFailing,
	"InternalServerErrorException": steps.ErrServiceFailing,
	"InternalServiceError":         steps.ErrServiceFailing,
	"ServiceUnavailable":           steps.ErrServiceFailing,
	"ServiceUnavailableException":  steps.ErrServiceFailing,
	"Unavailable":                  steps.ErrServiceFailing,

	"DependencyViolation": steps.ErrInUse,
	"InvalidGroup.InUse":  steps.ErrInUse,

	"InvalidDBSubnetGroupState": steps.ErrInUse,

	"DBSubnetGroupDoesNotCoverEnoughAZs": steps.ErrNoDefaultNetwork,
	"DBSubnetGroupNotFound":              steps.ErrNoDefaultNetwork,
	"InvalidSubnet":                      steps.ErrNoDefaultNetwork,
	"InvalidVPCNetworkState":             steps.ErrNoDefaultNetwork,
	"VPCIdNotSpecified":                  steps.ErrNoDefaultNetwork,

	"InsufficientCapabilitiesException": steps.ErrCapabilitiesRequired,
}

// kindByText has the errors whose code alone is ambiguous, with a part of their
// text as recorded from the services. The first match wins.
var kindByText = []struct {
	code, contains string
	kind           error
}{
	{"InvalidRequestException", "scheduled for deletion", steps.ErrScheduledForDeletion},
	{"InvalidRequestException", "marked for deletion", steps.ErrScheduledForDeletion},
	{"InvalidRequestException", "marked deleted", steps.ErrScheduledForDeletion},
	{"InvalidRequestException", "because it was deleted", steps.ErrScheduledForDeletion},
	{"InvalidRequestException", "previous rotation isn't complete", steps.ErrRotationUnfinished},
	{"InvalidParameterValue", "permission to create service linked role", steps.ErrAccessDenied},
	{"SignatureDoesNotMatch", "Signature expired", steps.ErrClockWrong},
	{"SignatureDoesNotMatch", "Signature not yet current", steps.ErrClockWrong},
	{"InvalidSignatureException", "Signature expired", steps.ErrClockWrong},
	{"InvalidSignatureException", "Signature not yet current", steps.ErrClockWrong},
	{"RequestExpired", "", steps.ErrClockWrong}, // for permanent keys; of temporary ones, reloadingcredentials.go knows better
	{"AccessDeniedException", "cannot invoke the specified Lambda function", steps.ErrFunctionNotInvocable},
	{"InvalidParameterCombination", "Cannot delete protected DB Instance", steps.ErrDeletionProtected},
	{"InvalidParameter", "conflicting DNS domain", steps.ErrEndpointConflict},
	{"InvalidParameterCombination", "No default subnet", steps.ErrNoDefaultNetwork},
	{"ValidationError", "does not exist", steps.ErrNotFound},
	{"BadRequestException", "Required capabilities", steps.ErrCapabilitiesRequired},
}

// unknownOperationStatus are the HTTP statuses that, without an AWS error code,
// mean that the server does not know the operation.
var unknownOperationStatus = map[int]bool{
	http.StatusNotFound: true, http.StatusMethodNotAllowed: true,
}

// errNotImplemented is a bare 500 that does not come from AWS: emulators answer
// so where they lack an operation. They may have done a part of it.
var errNotImplemented = fmt.Errorf("%w: %w", steps.ErrUnknownOperation, steps.ErrServiceFailing)

// awsDomains are the domains of AWS's endpoints in all partitions that keyturn knows.
var awsDomains = []string{".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn", ".amazonaws.eu"}

// isFromAWS reports whether a response came from one of AWS's hosts.
func isFromAWS(err error) bool {
	answer, ok := errors.AsType[*smithyhttp.ResponseError](err)
	if !ok || answer.Response == nil || answer.Response.Request == nil {
		return false
	}
	host := answer.Response.Request.URL.Hostname()
	return slices.ContainsFunc(awsDomains, func(domain string) bool { return strings.HasSuffix(host, domain) })
}

// kindOf returns the steps' error that err means, nil if none fits.
func kindOf(err error) error {
	if unsigned, ok := errors.AsType[*credentialsError](err); ok {
		return unsigned.kind()
	}
	if refused, ok := errors.AsType[*expiredError](err); ok {
		return refused.signIn.expiredKind()
	}
	status := statusOf(err)
	if status == http.StatusNotImplemented {
		return steps.ErrUnknownOperation // whatever the code: LocalStack's is InternalFailure
	}
	if answer, ok := errors.AsType[smithy.APIError](err); ok {
		code := strings.TrimSuffix(answer.ErrorCode(), "Fault")
		for _, known := range kindByText {
			if known.code == code && strings.Contains(answer.ErrorMessage(), known.contains) {
				return known.kind
			}
		}
		if kind := kindByCode[code]; kind != nil {
			return kind
		}
	}
	switch {
	case unknownOperationStatus[status] && lacksErrorCode(err):
		return steps.ErrUnknownOperation
	case status == http.StatusInternalServerError && lacksErrorCode(err) && !isFromAWS(err):
		return errNotImplemented
	}
	// Either AWS has no such service in the region, or this machine cannot
	// resolve names.
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound && statusOf(err) == 0 {
		return steps.ErrNoSuchEndpoint
	}
	if _, ok := unreachableText(err); ok {
		return unreachableKind(err)
	}
	return kindWithoutCode(err)
}

// unreachableKind distinguishes an endpoint that a later call may reach from a
// connection that was made and then failed in every attempt.
func unreachableKind(err error) error {
	if isUntrusted(err) || !isConnectionRefused(err) && !isUnanswered(err) && !errors.Is(err, errCallTimeout) {
		return steps.ErrConnectionBroken
	}
	return steps.ErrEndpointUnreachable
}

// sdkUnknownCode is the SDK's code for a response without an error code.
const sdkUnknownCode = "UnknownError"

// lacksErrorCode reports a response without an AWS error code, or one that is
// not in AWS's form at all.
func lacksErrorCode(err error) bool {
	_, unread := errors.AsType[*smithy.DeserializationError](err)
	code := codeOf(err)
	return unread || code == sdkUnknownCode || code == "" && statusOf(err) != 0
}

// kindWithoutCode is the steps' error for a response that lacks AWS's error
// code, nil for any other error.
func kindWithoutCode(err error) error {
	switch {
	case !lacksErrorCode(err):
		return nil
	case statusOf(err) >= http.StatusInternalServerError:
		return steps.ErrServiceFailing
	}
	return steps.ErrNotAWS
}
