package steps

import (
	"errors"
	"fmt"
)

// What a service can refuse, in the words a step decides on. Package aws maps
// AWS's error codes and package db the MySQL and TLS errors to one of these;
// test with errors.Is.
var (
	ErrNotFound                  = errors.New("not found")
	ErrAlreadyExists             = errors.New("already exists")
	ErrScheduledForDeletion      = errors.New("scheduled for deletion")
	ErrAccessDenied              = errors.New("access denied")
	ErrNoCredentials             = errors.New("no credentials")
	ErrCredentialsExpired        = errors.New("credentials expired")
	ErrCredentialsRefused        = errors.New("credentials refused")
	ErrMFACodeNeeded             = errors.New("MFA code needed")
	ErrMFACodeRefused            = errors.New("MFA code refused")
	ErrNoRegion                  = errors.New("no region")
	ErrNoProfile                 = errors.New("no such profile")
	ErrBadConfiguration          = errors.New("configuration cannot be used")
	ErrServiceFailing            = errors.New("service failing")
	ErrNotAWS                    = errors.New("answer is not AWS's")
	ErrEndpointUnreachable       = errors.New("endpoint unreachable")
	ErrNoSuchEndpoint            = fmt.Errorf("no address: %w", ErrEndpointUnreachable)
	ErrUnknownOperation          = errors.New("operation unknown to the endpoint")
	ErrThrottled                 = errors.New("throttled")
	ErrInvalidInput              = errors.New("invalid input")
	ErrInvalidState              = errors.New("invalid state")
	ErrQuotaExceeded             = errors.New("quota exceeded")
	ErrNoCapacity                = errors.New("no capacity")
	ErrInUse                     = errors.New("in use by another resource")
	ErrDeletionProtected         = errors.New("deletion protected")
	ErrRotationUnfinished        = errors.New("a previous rotation is unfinished")
	ErrFunctionNotInvocable      = errors.New("function cannot be invoked")
	ErrInvokingNotAllowed        = errors.New("the function's policy does not let it be invoked")
	ErrClockWrong                = errors.New("this machine's clock is wrong")
	ErrPublicAddressUnknown      = errors.New("own address unknown")
	ErrEndpointConflict          = errors.New("another endpoint has the name")
	ErrNoDefaultNetwork          = errors.New("no default VPC or subnet")
	ErrCapabilitiesRequired      = errors.New("capabilities required")
	ErrDatabaseUnreachable       = errors.New("database unreachable")
	ErrPasswordRefused           = errors.New("password refused")
	ErrCertificateNotVerified    = errors.New("certificate not verified")
	ErrTLSRefused                = errors.New("TLS not offered")
	ErrDatabaseNameNotResolved   = errors.New("database name does not resolve")
	ErrDatabaseConnectionDropped = errors.New("database connection dropped")
	ErrSecretMalformed           = errors.New("the secret is not the JSON of a database secret")
)

// ErrConnectionBroken is an ErrEndpointUnreachable of which the client has had
// enough: connections come about and break, or the other side's certificate is
// not accepted. A poll does not look again after it.
var ErrConnectionBroken = fmt.Errorf("connection broken: %w", ErrEndpointUnreachable)

// ErrFixedCredentialsExpired are credentials from the environment that have run
// out: nothing that a person does elsewhere brings new ones into this process.
var ErrFixedCredentialsExpired = fmt.Errorf("%w in the environment", ErrCredentialsExpired)

// ServiceError is an answer of AWS's or of the database that refused a call.
// Kind is one of the errors above, or nil where none fits. Action is the IAM
// action that was denied, where the answer names one. Message is the service's
// own text; it never holds a secret. SignIn is the command line that gets
// credentials again, where they have run out and the line is known.
type ServiceError struct {
	Service   string
	Operation string
	Code      string
	Message   string
	RequestID string
	Action    string
	SignIn    string
	Kind      error
	Err       error
}

func (e *ServiceError) Error() string {
	if e.Code == "" {
		return fmt.Sprintf("%s %s: %s", e.Service, e.Operation, e.Message)
	}
	return fmt.Sprintf("%s %s: %s: %s", e.Service, e.Operation, e.Code, e.Message)
}

// Unwrap lets errors.Is find the kind and errors.As the cause.
func (e *ServiceError) Unwrap() []error {
	var errs []error
	if e.Kind != nil {
		errs = append(errs, e.Kind)
	}
	if e.Err != nil {
		errs = append(errs, e.Err)
	}
	return errs
}

// NameTakenError is a name that somebody else's resource has. Owner is the run
// that made it, "" if no run did. ScheduledForDeletion is for a secret.
type NameTakenError struct {
	Kind                 string
	Name                 string
	Owner                string
	ScheduledForDeletion bool
}

func (e *NameTakenError) Error() string { return fmt.Sprintf("%s %s: %v", e.Kind, e.Name, e.Unwrap()) }

// Unwrap returns ErrAlreadyExists or ErrScheduledForDeletion.
func (e *NameTakenError) Unwrap() error {
	if e.ScheduledForDeletion {
		return ErrScheduledForDeletion
	}
	return ErrAlreadyExists
}

// StatusError is a resource in a status from which it does not recover by
// itself. Reason is AWS's, where it gives one.
type StatusError struct {
	Kind   string
	ID     string
	Status string
	Reason string
}

func (e *StatusError) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("%s %s is %s", e.Kind, e.ID, e.Status)
	}
	return fmt.Sprintf("%s %s is %s: %s", e.Kind, e.ID, e.Status, e.Reason)
}

// VPCDNSError is a VPC in which names do not resolve (Support false), or what
// is in it has no public names (Hostnames false).
type VPCDNSError struct {
	VPCID              string
	Support, Hostnames bool
}

func (e *VPCDNSError) Error() string {
	return fmt.Sprintf("%s has enableDnsSupport %t and enableDnsHostnames %t", e.VPCID, e.Support, e.Hostnames)
}

// EndpointError is an interface endpoint that a function cannot use. Why is a
// sentence, Fix what to do.
type EndpointError struct{ ID, Why, Fix string }

func (e *EndpointError) Error() string { return "endpoint " + e.ID + ": " + e.Why }

// ClassNotOfferedError is an instance class that cannot be ordered here.
type ClassNotOfferedError struct {
	Classes       []string
	EngineVersion string
}

func (e *ClassNotOfferedError) Error() string {
	return fmt.Sprintf("no instance class of %v can be ordered for MySQL %s here", e.Classes, e.EngineVersion)
}

// OpenError is why an account could not be opened. Endpoint is the endpoint
// override in force, or "".
type OpenError struct {
	Endpoint string
	Err      error
}

func (e *OpenError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *OpenError) Unwrap() error { return e.Err }

// OtherAccountError is a run that is taken up in an account in which it did
// not work, or at an endpoint that stands in for another one. Worked and
// Opened name the two: "account 123456789012 at http://127.0.0.1:4000". Run is
// "" where the credentials of a run changed while it worked.
type OtherAccountError struct{ Run, RunAccount, OpenedAccount string }

func (e *OtherAccountError) Error() string {
	if e.Run == "" {
		return fmt.Sprintf("the run works in %s: the credentials are now those of %s", e.RunAccount, e.OpenedAccount)
	}
	return fmt.Sprintf("run %s worked in %s: this is %s", e.Run, e.RunAccount, e.OpenedAccount)
}

// FunctionError is a function of the person's own that cannot rotate the
// secret as it is. Problem is the end of a sentence that begins with the
// function, Fix a sentence.
type FunctionError struct{ ARN, Problem, Fix string }

func (e *FunctionError) Error() string { return e.ARN + ": " + e.Problem }

// RotationError is a rotation that did not finish. Phase is the first of the
// function's four that is not known to be done, Line the function's own word
// on it, "" where its log has none. AWSPENDING is still in place. Cancelled is a
// rotation that was turned off meanwhile.
type RotationError struct {
	Phase     RotationPhase
	Line      string
	TimedOut  bool
	Cancelled bool
}

func (e *RotationError) Error() string {
	if e.Line == "" {
		return fmt.Sprintf("rotation stopped in %s", e.Phase)
	}
	return fmt.Sprintf("rotation stopped in %s: %s", e.Phase, e.Line)
}
