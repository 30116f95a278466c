package steps

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestCostRunsFromCreationToRemoval(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	receipt := Receipt{Setup: Defaults("20261128-3f1c"), Resources: []ResourceRecord{
		{Kind: KindDatabase, CreatedAt: at, RemovedAt: at.Add(2 * time.Hour)},
		{Kind: KindSecret, CreatedAt: at},
		{Kind: KindStack, CreatedAt: at},
		{Kind: KindVPCEndpoint, CreatedAt: at.Add(time.Hour)},
		{Kind: KindDatabase, Name: "intended only"},
	}}
	got := receipt.CostSoFar(at.Add(10 * time.Hour)).Dollars
	want := 2*(0.016+20*PricePerGiBMonth/730+PricePerAddressHour) + 10*PricePerSecretMonth/730 + 9*PricePerEndpointHour
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("cost %f, want %f", got, want)
	}
}

func TestCostInWords(t *testing.T) {
	t.Parallel()
	for want, cost := range map[string]Cost{
		"nothing":          {},
		"less than a cent": {Dollars: 0.0004},
		"about $0.12":      {Dollars: 0.118},
		"more than $0.12":  {Dollars: 0.118, AtLeast: true},
	} {
		if got := cost.String(); got != want {
			t.Errorf("%+v: %q, want %q", cost, got, want)
		}
	}
	for _, kind := range []AccountKind{Sandbox, AWS} {
		text := Cost{Dollars: 0.001}.In(kind)
		if !strings.Contains(text, "estimate") || !strings.Contains(text, "mid-2026") || len(text) > 78 {
			t.Errorf("in %s, %d letters: %s", kind, len(text), text)
		}
	}
}

func TestPricesOfWhatIsKept(t *testing.T) {
	t.Parallel()
	setup := Defaults("20261128-3f1c")
	for kind, want := range map[string]string{
		KindDatabase:      "about $0.02 an hour, $17.63 a month",
		KindSecret:        "about $0.40 a month",
		KindVPCEndpoint:   "about $0.01 an hour, $7.30 a month",
		KindSecurityGroup: "", KindInboundRule: "", KindStack: "", KindFunction: "", KindLogGroup: "",
	} {
		if got := CostIfKept(kind, setup); got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
	setup.DBClass = "db.x9.huge"
	if got := CostIfKept(KindDatabase, setup); !strings.HasPrefix(got, "more than") {
		t.Errorf("a class whose price is not known: %q", got)
	}
}
