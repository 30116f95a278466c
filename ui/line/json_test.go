package line

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyturn/steps"
	"keyturn/steps/rotation"
)

// noon stamps every object of a test.
func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func TestJSONObjectsKeepTheContract(t *testing.T) {
	t.Parallel()
	const at = `{"time":"2026-11-22T12:00:00Z",`
	cases := map[string]struct {
		event steps.Event
		want  string
	}{
		"the run names its account": {
			steps.RunIntroduced{Run: "r1", Account: steps.Sandbox, AccountID: "123456789012", Region: "us-east-1"},
			at + `"type":"run","run":"r1","account":"sandbox","account_id":"123456789012","region":"us-east-1"}`,
		},
		"a step's end has its time in milliseconds": {
			steps.StepChanged{Step: rotation.StepSecret, State: steps.StepDone, Elapsed: 1500 * time.Millisecond},
			at + `"type":"step","step":"secret","state":"done","elapsed_ms":1500}`,
		},
		"an empty plan is an empty list": {
			steps.Planned{Step: rotation.StepValidate},
			at + `"type":"plan","step":"validate","calls":[]}`,
		},
		"a call that succeeded has a null error": {
			steps.CallDone{Step: rotation.StepSecret, Call: steps.Call{
				Service: "secretsmanager", Operation: "CreateSecret", Mutates: true,
				CLI: "aws secretsmanager create-secret", RequestID: "id-1", Duration: 12 * time.Millisecond,
			}},
			at + `"type":"call","step":"secret","service":"secretsmanager","operation":"CreateSecret","mutates":true,` +
				`"cli":"aws secretsmanager create-secret","request_id":"id-1","duration_ms":12,"error":null}`,
		},
		"a call that failed has AWS's code": {
			steps.CallDone{Call: steps.Call{Service: "sts", Operation: "GetCallerIdentity", Error: "ExpiredToken"}},
			at + `"type":"call","service":"sts","operation":"GetCallerIdentity","mutates":false,` +
				`"cli":"","request_id":"","duration_ms":0,"error":"ExpiredToken"}`,
		},
		"a wait says for what and in which state": {
			steps.Waiting{Step: rotation.StepDatabase, For: "the database", Status: "creating", Elapsed: time.Second},
			at + `"type":"wait","step":"database","for":"the database","status":"creating","elapsed_ms":1000}`,
		},
		"a resource has its CloudFormation type": {
			steps.ResourceChanged{Step: rotation.StepDatabase, Action: steps.ResourceCreated, Kind: steps.KindDatabase, ID: "db"},
			at + `"type":"resource","step":"database","action":"created","kind":"AWS::RDS::DBInstance","id":"db"}`,
		},
		"a check has its evidence, with < and > as they are": {
			steps.Checked{Step: rotation.StepVerify, Check: steps.Check{Name: "password-changed", OK: true, Detail: "a -> b"}},
			at + `"type":"check","step":"verify","name":"password-changed","ok":true,"detail":"a -> b"}`,
		},
		"the rotation's picture holds no fingerprints": {
			steps.RotationMoved{Step: rotation.StepRotate, Versions: []steps.SecretVersion{{ID: "v1", Fingerprint: "aa:bb"}}},
			at + `"type":"rotation","step":"rotate","versions":[{"id":"v1","labels":[]}],"completed":[]}`,
		},
		"a diagnosis says what, why and what to do": {
			steps.Diagnosed{Step: rotation.StepVerify, Diagnosis: steps.Diagnosis{ID: "d", What: "a", Why: "b", Fix: "c", Raw: "raw"}},
			at + `"type":"diagnosis","step":"verify","id":"d","what":"a","why":"b","fix":"c"}`,
		},
		"the result's list is never null": {
			steps.Finished{OK: true, Elapsed: time.Second},
			at + `"type":"result","ok":true,"elapsed_ms":1000,"left":[]}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			j := NewJSON(&out, noon)
			j.runNamed = true
			j.Event(c.event)
			if diff := cmp.Diff(c.want+"\n", out.String()); diff != "" {
				t.Errorf("object (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJSONWritesOneObjectPerCall(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	j := NewJSON(&out, noon)
	j.runNamed = true
	j.Event(steps.CallStarted{Call: steps.Call{Operation: "CreateSecret"}})
	j.Event(steps.CallDone{Call: steps.Call{Operation: "CreateSecret"}})
	if n := strings.Count(out.String(), "\n"); n != 1 {
		t.Errorf("a call made %d lines, want 1", n)
	}
	if !json.Valid(out.Bytes()) {
		t.Errorf("not JSON: %s", out.String())
	}
}

func TestJSONWritesEarlyCallsWithoutRun(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	j := NewJSON(&out, noon)
	j.Event(steps.CallRetried{})
	j.Event(steps.CallDone{})
	j.Event(steps.Diagnosed{})
	j.Event(steps.Finished{})
	var types []string
	for line := range strings.Lines(out.String()) {
		var object struct{ Type string }
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatal(err)
		}
		types = append(types, object.Type)
	}
	if diff := cmp.Diff([]string{"retry", "call", "diagnosis", "result"}, types); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
}
