package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"keyturn/aws/answers"
)

// trouble is what happens to a call.
type trouble string

const (
	killedBefore    trouble = "killed before the call"
	killedUnknowing trouble = "killed before the answer"
	killedAfter     trouble = "killed after the answer"

	cutBefore    trouble = "cut before the call"
	cutUnknowing trouble = "cut before the answer"
	truncated    trouble = "an answer cut in half"
	delayed      trouble = "an answer that comes late"
	broken       trouble = "an error 500"
	garbled      trouble = "garbage for an answer"
)

// disturbance is a trouble that a run has at a call of its own, by its number, and
// for good at each that follows.
type disturbance struct {
	trouble
	at      int // 0 never
	forGood bool
}

func (d disturbance) String() string {
	if d.forGood {
		return fmt.Sprintf("%s from %d on", d.trouble, d.at)
	}
	return fmt.Sprintf("%s %d", d.trouble, d.at)
}

func (d disturbance) hits(call int) bool {
	return d.at > 0 && (call == d.at || d.forGood && call > d.at)
}

// lateness is how late an answer comes; when all do, they come a tenth of it late.
const lateness = 2 * time.Second

// disturber stands in front of a sandbox and disturbs whoever calls it.
type disturber struct {
	server *httptest.Server
	to     *url.URL
	client interface {
		Do(*http.Request) (*http.Response, error)
	}

	mu    sync.Mutex
	calls int
	disturbance
	kill func()
}

func newDisturber(t *testing.T, endpoint string) *disturber {
	t.Helper()
	to, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true}
	d := &disturber{to: to, client: answers.ReadFully(&http.Client{Transport: transport})}
	d.server = httptest.NewServer(d)
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		d.server.Close()
	})
	return d
}

// next counts a call and says what happens to it.
func (d *disturber) next(r *http.Request) (now trouble, kill func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.Header.Get("Authorization") == "" { // the certificates, which are no call
		return "", nil
	}
	if d.calls++; d.hits(d.calls) {
		return d.trouble, d.kill
	}
	return "", nil
}

func (d *disturber) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now, kill := d.next(r)
	switch now {
	case killedBefore:
		kill()
		panic(http.ErrAbortHandler)
	case cutBefore:
		panic(http.ErrAbortHandler)
	}
	answer, content := d.pass(r)
	switch now {
	case killedUnknowing:
		kill()
		panic(http.ErrAbortHandler)
	case cutUnknowing:
		panic(http.ErrAbortHandler)
	case broken:
		w.Header().Set("X-Amzn-Requestid", "disturbed")
		w.Header().Set("X-Amzn-Errortype", "InternalFailure") // without a code it is no service of AWS's
		http.Error(w, "<ErrorResponse><Error><Code>InternalFailure</Code></Error></ErrorResponse>", http.StatusInternalServerError)
		return
	case garbled:
		content = []byte(strings.Repeat("\x00<{\xff", 100))
		answer.Header.Del("Content-Length")
		answer.Header.Del("X-Amz-Crc32")
	case delayed:
		late := time.NewTimer(d.lateness())
		defer late.Stop()
		select {
		case <-late.C:
		case <-r.Context().Done():
		}
	}
	maps.Copy(w.Header(), answer.Header)
	w.WriteHeader(answer.StatusCode)
	if now == truncated {
		_, _ = w.Write(content[:len(content)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(content)
	if now == killedAfter {
		_ = http.NewResponseController(w).Flush()
		kill()
	}
}

// pass has the sandbox do a call, also when its caller is gone meanwhile.
func (d *disturber) pass(r *http.Request) (*http.Response, []byte) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	passed, err := http.NewRequest(r.Method, d.to.String()+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	passed.Host, passed.Header = r.Host, r.Header.Clone()
	answer, err := d.client.Do(passed)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	content, _ := io.ReadAll(answer.Body) // it is in memory
	return answer, content
}

func (d *disturber) lateness() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.forGood {
		return lateness / 10
	}
	return lateness
}
