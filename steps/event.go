package steps

import (
	"fmt"
	"time"
)

// StepID names a step; it is the word in the JSON output and the receipt.
type StepID string

// Event is something that happened while a walkthrough ran. The terminal, the
// line mode and the JSON output are three renderings of one stream of events;
// none of them ever holds a secret.
type Event interface{ event() }

// RunIntroduced says which run it is and whose account it works in; it is the
// first event but for calls that opened the account. Alias, Caller and Endpoint
// are as in Account. Resumed says that the run had stopped and is taken up.
type RunIntroduced struct {
	Run       string
	Account   AccountKind
	AccountID string
	Alias     string
	Region    string
	Caller    string
	Endpoint  string
	Resumed   bool
}

// AccountName is the account's number and, where it has one, its alias.
func (r RunIntroduced) AccountName() string { return accountName(r.AccountID, r.Alias) }

// StepState is where a step stands.
type StepState string

// The states a step reports.
const (
	StepStarted StepState = "started"
	StepDone    StepState = "done"
	StepSkipped StepState = "skipped"
	StepFailed  StepState = "failed"
)

// StepChanged reports a step's start and its end. Elapsed is zero at the start.
type StepChanged struct {
	Step    StepID
	State   StepState
	Elapsed time.Duration
}

// PlannedCall is one AWS call that will change something. Service is the AWS
// CLI's name for the service ("rds", "serverlessrepo"), Operation the API's
// ("CreateDBInstance"), Why a short sentence for the person.
type PlannedCall struct {
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Why       string `json:"why"`
}

// Planned lists every changing call of a step before the first is made.
type Planned struct {
	Step  StepID
	Calls []PlannedCall
}

// Call is one AWS API call. CLI is the AWS CLI line that makes the same call,
// rendered from the SDK's input with secrets redacted. Duration, RequestID and
// Error (AWS's error code, empty when it succeeded) are known when it is done.
type Call struct {
	Service   string
	Operation string
	Mutates   bool
	CLI       string
	RequestID string
	Duration  time.Duration
	Error     string
}

// CallStarted is sent before a call leaves, CallDone when its answer is in.
type (
	CallStarted struct {
		Step StepID
		Call Call
	}
	CallDone struct {
		Step StepID
		Call Call
	}
)

// CallRetried reports that an attempt of a call did not succeed and another is
// made, Attempt of at most Of. Reason is what the service did, as the end of a
// sentence that begins with its name: "answers 500".
type CallRetried struct {
	Step      StepID
	Service   string
	Operation string
	Attempt   int
	Of        int
	Reason    string
}

// String says it in a sentence, without its full stop.
func (c CallRetried) String() string {
	return fmt.Sprintf("%s %s; trying again, %d of %d", serviceName(c.Service), c.Reason, c.Attempt, c.Of)
}

// RunResumed says in three sentences where a run that was taken up had stopped, what
// of it is there, and where it goes on.
type RunResumed struct{ Stopped, There, Next string }

// Noted tells the person of something unusual.
type Noted struct {
	Step StepID
	Text string
}

// Waiting reports what a step polls, its status, how long that has taken and how
// long it usually takes (zero: unknown). It is sent at the first poll, whenever
// Status changes, and at least every 30 s.
type Waiting struct {
	Step    StepID
	For     string
	Status  string
	Elapsed time.Duration
	Usual   time.Duration
}

// ResourceAction is what happened to a resource.
type ResourceAction string

// What a run does with the resources it is responsible for.
const (
	ResourceCreated ResourceAction = "created"
	ResourceDeleted ResourceAction = "deleted"
	ResourceKept    ResourceAction = "kept"
)

// ResourceChanged reports a resource made, removed or kept. Kind is the
// CloudFormation type name ("AWS::RDS::DBInstance").
type ResourceChanged struct {
	Step   StepID
	Action ResourceAction
	Kind   string
	ID     string
	Used   bool // kept because the run did not make it
}

// Check is one thing that was proved, by the names of the JSON contract
// ("signs-in"), with its evidence in Detail.
type Check struct {
	Name   string
	OK     bool
	Detail string
}

// Checked reports a check as soon as it is known.
type Checked struct {
	Step  StepID
	Check Check
}

// SecretVersion is one version of a secret as DescribeSecret tells it, with
// the fingerprint of its password where that is known.
type SecretVersion struct {
	ID          string
	Labels      []string
	Fingerprint string
}

// ShortVersion is the beginning of a version's id, or of another long one:
// enough to tell two apart.
func ShortVersion(id string) string {
	if len(id) > 8 {
		return id[:8]
	}
	return id
}

// RotationPhase is one of the four things the rotation function does.
type RotationPhase string

// The rotation function's four calls, in order.
const (
	PhaseCreate RotationPhase = "createSecret"
	PhaseSet    RotationPhase = "setSecret"
	PhaseTest   RotationPhase = "testSecret"
	PhaseFinish RotationPhase = "finishSecret"
)

// RotationMoved is the state of a rotation: which label is on which version,
// and the function's phases that are known to be done, from the labels and the
// function's own log.
type RotationMoved struct {
	Step      StepID
	Versions  []SecretVersion
	Completed []RotationPhase
}

// Diagnosed reports why a step failed.
type Diagnosed struct {
	Step      StepID
	Diagnosis Diagnosis
}

// Finished is the last event of a run. Left lists what still exists of it.
type Finished struct {
	OK      bool
	Elapsed time.Duration
	Left    []Resource
	Cost    Cost // since the run's first resource was made, an estimate
}

func (RunResumed) event()      {}
func (RunIntroduced) event()   {}
func (StepChanged) event()     {}
func (Planned) event()         {}
func (CallStarted) event()     {}
func (CallDone) event()        {}
func (CallRetried) event()     {}
func (Noted) event()           {}
func (Waiting) event()         {}
func (ResourceChanged) event() {}
func (Checked) event()         {}
func (RotationMoved) event()   {}
func (Diagnosed) event()       {}
func (Finished) event()        {}
