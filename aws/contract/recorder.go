package contract

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
)

// Recorder is a proxy that checks every signed request against the models.
type Recorder struct {
	// URL is the proxy's endpoint.
	URL string

	models *Models
	server *httptest.Server

	mu      sync.Mutex
	checked int
	faults  []string
}

// NewRecorder starts a proxy in front of endpoint, until Close. It keeps the Host
// header, which is signed.
func NewRecorder(models *Models, endpoint string) (*Recorder, error) {
	to, err := url.Parse(endpoint)
	if err != nil {
		return nil, fmt.Errorf("record requests: %w", err)
	}
	r := &Recorder{models: models}
	proxy := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(to)
		p.Out.Host = p.In.Host
	}}
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, in *http.Request) {
		body, err := io.ReadAll(in.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		in.Body = io.NopCloser(bytes.NewReader(body))
		if in.Header.Get("Authorization") != "" {
			r.check(Request{Method: in.Method, URL: in.URL, Header: in.Header, Body: body})
		}
		proxy.ServeHTTP(w, in)
	}))
	r.URL = r.server.URL
	return r, nil
}

func (r *Recorder) check(request Request) {
	faults := r.models.Check(request)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.checked++
	for _, fault := range faults {
		if !slices.Contains(r.faults, fault) {
			r.faults = append(r.faults, fault)
		}
	}
}

// Faults returns what was wrong with the requests so far, each once.
func (r *Recorder) Faults() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.faults)
}

// Checked returns how many requests were checked.
func (r *Recorder) Checked() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.checked
}

// Close ends the endpoint.
func (r *Recorder) Close() { r.server.Close() }
