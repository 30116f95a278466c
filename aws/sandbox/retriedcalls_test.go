package sandbox_test

import (
	"bytes"
	"crypto/x509"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"keyturn/aws"
	"keyturn/aws/answers"
	"keyturn/aws/sandbox"
	"keyturn/aws/sandbox/cloud"
	"keyturn/db"
	"keyturn/steps"
	"keyturn/steps/rotation"
)

// sendTwice starts a proxy that sends every request twice and returns the second
// response, as for a client that lost the first and retried.
func sendTwice(t *testing.T, endpoint string) string {
	t.Helper()
	to := must[*url.URL](t)(url.Parse(endpoint))
	transport := &http.Transport{DisableCompression: true}
	client := answers.ReadFully(&http.Client{Transport: transport})
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var answer *http.Response
		for range 2 {
			again := r.Clone(r.Context()) // with the Host that was signed
			again.RequestURI, again.URL.Scheme, again.URL.Host = "", to.Scheme, to.Host
			again.Body = io.NopCloser(bytes.NewReader(body))
			if err == nil {
				answer, err = client.Do(again)
			}
		}
		if err != nil {
			t.Error(err)
			panic(http.ErrAbortHandler)
		}
		maps.Copy(w.Header(), answer.Header)
		w.WriteHeader(answer.StatusCode)
		_, _ = io.Copy(w, answer.Body)
	}))
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		proxy.Close()
	})
	return proxy.URL
}

// noLedger discards receipts: the run is not resumed.
type noLedger struct{}

func (noLedger) Save(steps.Receipt) error { return nil }

func TestTutorialSucceedsWhenEveryCallArrivesTwice(t *testing.T) {
	t.Parallel()
	served := must[*sandbox.Sandbox](t)(sandbox.Start(t.Context(), sandbox.Options{Pace: cloud.Instant}))
	t.Cleanup(func() { _ = served.Close() })
	session := must[*aws.Session](t)(aws.Open(t.Context(), aws.Options{
		Region: served.Region, Endpoint: sendTwice(t, served.URL()),
		AccessKeyID: served.AccessKeyID, SecretAccessKey: served.SecretAccessKey,
	}))
	services := session.Services()
	services.MySQL = db.Client{RootCAs: must[*x509.CertPool](t)(db.RootsFrom(served.CAPEM()))}
	const id = "20261122-3f1c"
	run := steps.NewRun(steps.RunOptions{
		ID:      id,
		Account: &steps.Account{Kind: steps.Sandbox, ID: served.AccountID, Region: served.Region, Services: services, Pace: session.Pace()},
		Setup:   steps.Defaults(id), Clock: steps.SystemClock{}, Ledger: noLedger{}, Relay: steps.NewRelay(func(steps.Event) {}),
	})
	for _, step := range rotation.Tutorial().Steps {
		if _, err := run.Prepare(t.Context(), step); err != nil {
			t.Fatalf("%s: %v", step.ID, err)
		}
		if err := run.Execute(t.Context(), step); err != nil {
			t.Fatalf("%s: %v", step.ID, err)
		}
	}
	if left := run.Receipt().Left(); len(left) > 0 {
		t.Errorf("left in the account: %v", left)
	}
}
