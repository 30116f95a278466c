package steps

import (
	"context"
	"time"
)

// AccountKind says which of the two kinds of account a run works in.
type AccountKind string

// The two accounts.
const (
	Sandbox AccountKind = "sandbox"
	AWS     AccountKind = "aws"
)

// AccountChoice is what the person chose to work in. Profile and Region are
// for AWS and may be empty: then the SDK's usual chain decides. Pace ("real",
// "demo", "instant") and Faults, the names of what is wrong there, are for the
// sandbox. AskMFACode is nil where nobody can be asked.
type AccountChoice struct {
	Kind       AccountKind
	Profile    string
	Region     string
	Pace       string
	Faults     []string
	AskMFACode AskMFACode
}

// AskMFACode asks the person for the code that an MFA device shows now, the device
// named by its serial number or ARN. It is called when the account is opened
// and, an hour or more later, whenever the session has to be renewed, and takes
// as long as the person does. Without a code it returns ErrMFACodeNeeded.
type AskMFACode func(device string) (string, error)

// Account is an opened account: its caller and its services. The front ends open
// one through an Opener, after the first frame.
type Account struct {
	Kind     AccountKind
	ID       string
	Alias    string // the account's own name, or ""
	Region   string
	Caller   string // the caller's ARN, from GetCallerIdentity
	Endpoint string // the endpoint override in force, or ""
	Services Services
	Pace     Pace
	// TryIt holds the environment lines (export NAME=value) with which another
	// terminal's aws and mysql reach the same sandbox; empty for AWS.
	TryIt []string
	// Close stops what was started for this account (the sandbox).
	Close func() error
}

// Name is the account's number and, where it has one, its alias.
func (a *Account) Name() string { return accountName(a.ID, a.Alias) }

// IsNotAWS reports whether calls go to an endpoint that stands in for AWS.
func (a *Account) IsNotAWS() bool { return a.Kind == AWS && a.Endpoint != "" }

func accountName(id, alias string) string {
	if alias == "" {
		return id
	}
	return id + " (" + alias + ")"
}

// Opener opens the account of a choice; emit receives a CallStarted and a
// CallDone for every AWS call made through the account's services.
type Opener func(ctx context.Context, choice AccountChoice, emit func(Event)) (*Account, error)

// Pace holds the poll intervals for each kind of operation.
type Pace struct {
	Database time.Duration
	Stack    time.Duration
	Rotation time.Duration
}

// Clock is a run's time source, so that a test of a 20-minute wait takes no
// time. Sleep returns the context's error if that ends first.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
}

// Caller is who signed the calls.
type Caller struct {
	AccountID string
	ARN       string
}

// Identity tells whose credentials are used (sts GetCallerIdentity).
type Identity interface {
	Caller(ctx context.Context) (Caller, error)
}

// Services are the interfaces of all calls that steps make.
type Services struct {
	Identity  Identity
	Databases DBInstances
	Network   Network
	Secrets   Secrets
	Stacks    RotationStacks
	Functions Functions
	Logs      FunctionLogs
	Address   PublicAddressFinder
	MySQL     MySQL
	// Permissions simulate what the caller may do; nil where that is not possible.
	Permissions Permissions
}
