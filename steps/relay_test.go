package steps

import "testing"

func TestRelayNamesTheStepOfACall(t *testing.T) {
	t.Parallel()
	var heard []Event
	relay := NewRelay(func(e Event) { heard = append(heard, e) })
	relay.Emit(CallDone{Call: Call{Operation: "GetCallerIdentity"}})
	relay.enter("secret")
	relay.Emit(CallStarted{Call: Call{Operation: "CreateSecret"}})
	relay.Emit(CallDone{Call: Call{Operation: "CreateSecret"}})
	if heard[0].(CallDone).Step != "" || heard[1].(CallStarted).Step != "secret" || heard[2].(CallDone).Step != "secret" {
		t.Errorf("heard %+v", heard)
	}
}
