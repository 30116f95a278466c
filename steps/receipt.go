package steps

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The kinds of resource a run makes, by their CloudFormation type names.
const (
	KindDatabase      = "AWS::RDS::DBInstance"
	KindDBSubnetGroup = "AWS::RDS::DBSubnetGroup"
	KindSubnet        = "AWS::EC2::Subnet"
	KindSecurityGroup = "AWS::EC2::SecurityGroup"
	KindInboundRule   = "AWS::EC2::SecurityGroupIngress"
	KindVPC           = "AWS::EC2::VPC"
	KindVPCEndpoint   = "AWS::EC2::VPCEndpoint"
	KindSecret        = "AWS::SecretsManager::Secret"
	KindStack         = "AWS::CloudFormation::Stack"
	KindFunction      = "AWS::Lambda::Function"
	KindLogGroup      = "AWS::Logs::LogGroup"
)

// KindName is the last word of a CloudFormation type name: "DBInstance".
func KindName(kind string) string { return kind[strings.LastIndexByte(kind, ':')+1:] }

// KindNames are the last words of CloudFormation type names, each once, with how
// many there are of it: "SecurityGroupIngress (3)".
func KindNames(kinds []string) string {
	var names []string
	count := map[string]int{}
	for _, kind := range kinds {
		name := KindName(kind)
		if count[name]++; count[name] == 1 {
			names = append(names, name)
		}
	}
	for i, name := range names {
		if n := count[name]; n > 1 {
			names[i] = fmt.Sprintf("%s (%d)", name, n)
		}
	}
	return strings.Join(names, ", ")
}

// ReceiptVersion is the version of the receipts that are written. It goes up when
// an older program would misunderstand one; what is only added leaves it.
const ReceiptVersion = 1

// Receipt records what a run created: the intent before each creating call,
// the identifier after it, the removal at clean-up. It is an immutable value:
// its With methods return a changed copy. It never holds a secret. Version is
// ReceiptVersion, or 0 in a receipt of before there were versions.
type Receipt struct {
	Version   int               `json:"version,omitempty"`
	Run       string            `json:"run"`
	Account   AccountKind       `json:"account"`
	AccountID string            `json:"account_id"`
	Region    string            `json:"region"`
	Profile   string            `json:"profile,omitempty"`
	Endpoint  string            `json:"endpoint,omitempty"`
	Opened    time.Time         `json:"opened"`
	Updated   time.Time         `json:"updated"`
	Finished  time.Time         `json:"finished,omitzero"`
	Setup     Setup             `json:"setup"`
	Steps     []StepOutcome     `json:"steps"`
	Resources []ResourceRecord  `json:"resources"`
	Used      []UsedResource    `json:"used,omitempty"`
	Tokens    map[string]string `json:"tokens,omitempty"`
}

// StepOutcome is how a step ended last, or that it began.
type StepOutcome struct {
	Step      StepID    `json:"step"`
	State     StepState `json:"state"`
	At        time.Time `json:"at"`
	ElapsedMS int64     `json:"elapsed_ms,omitempty"`
	Diagnosis string    `json:"diagnosis,omitempty"` // a Diagnosis's ID
}

// ResourceRecord is one resource. Name is what the run asked AWS to call it,
// known before the call; ID is what AWS calls it, known after. A record with
// neither CreatedAt nor RemovedAt is an intent whose answer never came: the
// resource may exist. RestorableUntil is for a secret: its deletion is only
// scheduled.
type ResourceRecord struct {
	Kind            string    `json:"kind"`
	Name            string    `json:"name"`
	ID              string    `json:"id,omitempty"`
	Step            StepID    `json:"step"`
	IntendedAt      time.Time `json:"intended"`
	CreatedAt       time.Time `json:"made,omitzero"`
	RemovedAt       time.Time `json:"removed,omitzero"`
	RestorableUntil time.Time `json:"restorable_until,omitzero"`
	Kept            bool      `json:"kept,omitempty"`
}

// Ledger keeps receipts. Save is called before every call that makes
// something; if it fails, the call is not made.
type Ledger interface {
	Save(Receipt) error
}

// EndsWithProcess reports whether the run's resources end with the process
// that made them: a sandbox has no state on disk.
func (r Receipt) EndsWithProcess() bool { return r.Account == Sandbox }

// VerifyAccount returns an *OtherAccountError unless the run worked in this account,
// at this endpoint: elsewhere nothing of it can be found, and "not found" would
// be taken for "removed".
func (r Receipt) VerifyAccount(a *Account) error {
	if r.AccountID == a.ID && r.Endpoint == a.Endpoint {
		return nil
	}
	return &OtherAccountError{Run: r.Run, RunAccount: describeAccount(r.AccountID, r.Endpoint), OpenedAccount: describeAccount(a.ID, a.Endpoint)}
}

func describeAccount(accountID, endpoint string) string {
	if endpoint == "" {
		return "account " + accountID
	}
	return "account " + accountID + " at " + endpoint
}

// WithIntent records that a resource is about to be created. A record of the
// same kind and name that was not removed stays as it is.
func (r Receipt) WithIntent(step StepID, kind, name string, at time.Time) Receipt {
	if r.find(kind, name) >= 0 {
		return r
	}
	r.Resources = append(slices.Clone(r.Resources), ResourceRecord{Kind: kind, Name: name, Step: step, IntendedAt: at})
	return r
}

// WithCreated records the identifier that AWS gave to an intended resource.
func (r Receipt) WithCreated(kind, name, id string, at time.Time) Receipt {
	return r.updateRecord(kind, name, func(rec *ResourceRecord) { rec.ID, rec.CreatedAt = id, at })
}

// WithoutIntent drops an intent whose call was rejected: nothing was created.
func (r Receipt) WithoutIntent(kind, name string) Receipt {
	if i := r.find(kind, name); i >= 0 && r.Resources[i].CreatedAt.IsZero() {
		r.Resources = slices.Delete(slices.Clone(r.Resources), i, i+1)
	}
	return r
}

// WithRemoved records that a resource is gone, or for a secret that its
// deletion is scheduled for until.
func (r Receipt) WithRemoved(kind, name string, at, until time.Time) Receipt {
	return r.updateRecord(kind, name, func(rec *ResourceRecord) { rec.RemovedAt, rec.RestorableUntil = at, until })
}

// WithAllKept records that the person keeps what is left.
func (r Receipt) WithAllKept() Receipt {
	r.Resources = slices.Clone(r.Resources)
	for i := range r.Resources {
		r.Resources[i].Kept = r.Resources[i].RemovedAt.IsZero()
	}
	return r
}

// Kept reports that the person chose to keep all that is left.
func (r Receipt) Kept() bool {
	return len(r.Left()) > 0 && !slices.ContainsFunc(r.Resources, func(rec ResourceRecord) bool {
		return rec.RemovedAt.IsZero() && !rec.Kept
	})
}

// Unfinished reports that the run can be taken up: it did not end, or left
// something, and not in a sandbox that ended with its program.
func (r Receipt) Unfinished() bool {
	return !r.EndsWithProcess() && (r.Finished.IsZero() || len(r.Left()) > 0)
}

// WithFound adds what was found of the run in the account and is not in the
// receipt.
func (r Receipt) WithFound(found Receipt) Receipt {
	for _, rec := range found.Resources {
		if rec.RemovedAt.IsZero() && r.find(rec.Kind, rec.Name) < 0 {
			r.Resources = append(slices.Clone(r.Resources), rec)
		}
	}
	for _, used := range found.Used {
		if _, known := r.FindUsed(used.Kind, used.Name); !known {
			r.Used = append(slices.Clone(r.Used), used)
		}
	}
	for name, token := range found.Tokens {
		if r.Tokens[name] == "" {
			r = r.WithToken(name, token)
		}
	}
	return r
}

// WithToken keeps a token.
func (r Receipt) WithToken(name, token string) Receipt {
	r.Tokens = maps.Clone(r.Tokens)
	if r.Tokens == nil {
		r.Tokens = map[string]string{}
	}
	r.Tokens[name] = token
	return r
}

// WithoutToken forgets a token.
func (r Receipt) WithoutToken(name string) Receipt {
	r.Tokens = maps.Clone(r.Tokens)
	delete(r.Tokens, name)
	return r
}

// WithOutcome notes how a step stands, in place of what was noted before.
func (r Receipt) WithOutcome(o StepOutcome) Receipt {
	r.Steps = slices.DeleteFunc(slices.Clone(r.Steps), func(old StepOutcome) bool { return old.Step == o.Step })
	r.Steps = append(r.Steps, o)
	return r
}

// Outcome returns how a step ended last; its State is "" if it never began.
func (r Receipt) Outcome(step StepID) StepOutcome {
	for _, o := range r.Steps {
		if o.Step == step {
			return o
		}
	}
	return StepOutcome{Step: step}
}

// Record returns the record of a kind and name that was not removed.
func (r Receipt) Record(kind, name string) (ResourceRecord, bool) {
	if i := r.find(kind, name); i >= 0 {
		return r.Resources[i], true
	}
	return ResourceRecord{}, false
}

// Existing returns the records of a kind that were not removed, oldest first.
func (r Receipt) Existing(kind string) []ResourceRecord {
	var records []ResourceRecord
	for _, rec := range r.Resources {
		if rec.Kind == kind && rec.RemovedAt.IsZero() {
			records = append(records, rec)
		}
	}
	return records
}

// Left returns what exists, or may exist, of the run: everything that was made
// or intended and not removed.
func (r Receipt) Left() []Resource {
	left := []Resource{}
	for _, rec := range r.Resources {
		if !rec.RemovedAt.IsZero() {
			continue
		}
		left = append(left, Resource{Kind: rec.Kind, ID: cmp.Or(rec.ID, rec.Name)})
	}
	return left
}

func (r Receipt) find(kind, name string) int {
	return slices.IndexFunc(r.Resources, func(rec ResourceRecord) bool {
		return rec.Kind == kind && rec.Name == name && rec.RemovedAt.IsZero()
	})
}

func (r Receipt) updateRecord(kind, name string, f func(*ResourceRecord)) Receipt {
	if i := r.find(kind, name); i >= 0 {
		r.Resources = slices.Clone(r.Resources)
		f(&r.Resources[i])
	}
	return r
}
