package line

import (
	"encoding/json"
	"io"
	"time"

	"keyturn/steps"
)

// JSON renders events as the README's "JSON output" section tells: one object
// a line. Its fields are a contract with scripts.
type JSON struct {
	enc        *json.Encoder
	now        func() time.Time
	runNamed   bool
	earlyCalls []any // calls made to open the account, until the run is named
}

// NewJSON writes to w; now stamps the objects.
func NewJSON(w io.Writer, now func() time.Time) *JSON {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return &JSON{enc: enc, now: now}
}

type stamp struct {
	Time string       `json:"time"`
	Type string       `json:"type"`
	Step steps.StepID `json:"step,omitempty"`
}

type runObject struct {
	stamp
	Run       string            `json:"run"`
	Account   steps.AccountKind `json:"account"`
	AccountID string            `json:"account_id"`
	Alias     string            `json:"alias,omitempty"`
	Region    string            `json:"region"`
	Caller    string            `json:"caller,omitempty"`
	Endpoint  string            `json:"endpoint,omitempty"`
	Resumed   bool              `json:"resumed,omitempty"`
}

type resumedObject struct {
	stamp
	Stopped string `json:"stopped"`
	There   string `json:"there"`
	Next    string `json:"next"`
}

type stepObject struct {
	stamp
	State     steps.StepState `json:"state"`
	ElapsedMS int64           `json:"elapsed_ms"`
}

type planObject struct {
	stamp
	Calls []steps.PlannedCall `json:"calls"`
}

type callObject struct {
	stamp
	Service    string  `json:"service"`
	Operation  string  `json:"operation"`
	Mutates    bool    `json:"mutates"`
	CLI        string  `json:"cli"`
	RequestID  string  `json:"request_id"`
	DurationMS int64   `json:"duration_ms"`
	Error      *string `json:"error"`
}

type retryObject struct {
	stamp
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Attempt   int    `json:"attempt"`
	Of        int    `json:"of"`
	Reason    string `json:"reason"`
}

type noteObject struct {
	stamp
	Text string `json:"text"`
}

type waitObject struct {
	stamp
	For       string `json:"for"`
	Status    string `json:"status"`
	ElapsedMS int64  `json:"elapsed_ms"`
}

type resourceObject struct {
	stamp
	Action steps.ResourceAction `json:"action"`
	Kind   string               `json:"kind"`
	ID     string               `json:"id"`
}

type checkObject struct {
	stamp
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

type versionObject struct {
	ID     string   `json:"id"`
	Labels []string `json:"labels"`
}

type rotationObject struct {
	stamp
	Versions  []versionObject       `json:"versions"`
	Completed []steps.RotationPhase `json:"completed"`
}

type diagnosisObject struct {
	stamp
	ID   string `json:"id"`
	What string `json:"what"`
	Why  string `json:"why"`
	Fix  string `json:"fix"`
}

type resultObject struct {
	stamp
	OK        bool             `json:"ok"`
	ElapsedMS int64            `json:"elapsed_ms"`
	Left      []steps.Resource `json:"left"`
}

// Event writes the event's object. A call is written when it is done, and after
// the run's own object, which is the first: a script reads there which run it is.
// Where the account could not be opened, the calls come first.
func (j *JSON) Event(e steps.Event) {
	switch o := j.render(e).(type) {
	case nil:
	case callObject, retryObject:
		if !j.runNamed {
			j.earlyCalls = append(j.earlyCalls, o)
			return
		}
		j.write(o)
	case runObject:
		j.write(append([]any{o}, j.earlyCalls...)...)
		j.runNamed, j.earlyCalls = true, nil
	default:
		j.write(append(j.earlyCalls, o)...)
		j.runNamed, j.earlyCalls = true, nil
	}
}

func (j *JSON) write(objects ...any) {
	for _, o := range objects {
		_ = j.enc.Encode(o) // a reader that went away must not stop a run half-way
	}
}

func (j *JSON) render(e steps.Event) any {
	switch e := e.(type) {
	case steps.RunIntroduced:
		return runObject{j.stamp("run", ""), e.Run, e.Account, e.AccountID, e.Alias, e.Region, e.Caller, e.Endpoint, e.Resumed}
	case steps.RunResumed:
		return resumedObject{j.stamp("resumed", ""), e.Stopped, e.There, e.Next}
	case steps.StepChanged:
		return stepObject{j.stamp("step", e.Step), e.State, e.Elapsed.Milliseconds()}
	case steps.Planned:
		return planObject{j.stamp("plan", e.Step), nonNil(e.Calls)}
	case steps.CallDone:
		return j.call(e)
	case steps.CallRetried:
		return retryObject{j.stamp("retry", e.Step), e.Service, e.Operation, e.Attempt, e.Of, e.Reason}
	case steps.Noted:
		return noteObject{j.stamp("note", e.Step), e.Text}
	case steps.Waiting:
		return waitObject{j.stamp("wait", e.Step), e.For, e.Status, e.Elapsed.Milliseconds()}
	case steps.ResourceChanged:
		return resourceObject{j.stamp("resource", e.Step), e.Action, e.Kind, e.ID}
	case steps.Checked:
		return checkObject{j.stamp("check", e.Step), e.Check.Name, e.Check.OK, e.Check.Detail}
	case steps.RotationMoved:
		return j.rotation(e)
	case steps.Diagnosed:
		d := e.Diagnosis
		return diagnosisObject{j.stamp("diagnosis", e.Step), d.ID, d.What, d.Why, d.Fix}
	case steps.Finished:
		return resultObject{j.stamp("result", ""), e.OK, e.Elapsed.Milliseconds(), nonNil(e.Left)}
	}
	return nil
}

func (j *JSON) call(e steps.CallDone) callObject {
	o := callObject{
		stamp: j.stamp("call", e.Step), Service: e.Call.Service, Operation: e.Call.Operation,
		Mutates: e.Call.Mutates, CLI: e.Call.CLI, RequestID: e.Call.RequestID,
		DurationMS: e.Call.Duration.Milliseconds(),
	}
	if e.Call.Error != "" {
		o.Error = &e.Call.Error
	}
	return o
}

func (j *JSON) rotation(e steps.RotationMoved) rotationObject {
	o := rotationObject{stamp: j.stamp("rotation", e.Step), Versions: []versionObject{}, Completed: nonNil(e.Completed)}
	for _, v := range e.Versions {
		o.Versions = append(o.Versions, versionObject{v.ID, nonNil(v.Labels)})
	}
	return o
}

func (j *JSON) stamp(kind string, step steps.StepID) stamp {
	return stamp{Time: j.now().UTC().Format(time.RFC3339Nano), Type: kind, Step: step}
}

// nonNil makes an absent list an empty one, so that scripts never meet null.
func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
