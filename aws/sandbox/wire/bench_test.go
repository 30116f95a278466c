package wire

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// One client with a signed request, over loopback: the endpoint beside a
// server that answers the same number of bytes and does nothing.
func BenchmarkHTTP(b *testing.B) {
	const secret = `{"Name":"one"}`
	for name, handler := range map[string]http.Handler{
		"wire": newServerAtNoon(testServices(nil)...),
		"null": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = io.WriteString(w, secret)
		}),
	} {
		b.Run(name, func(b *testing.B) {
			server := httptest.NewServer(handler)
			defer server.Close()
			signed := signedRequest(b)
			for b.Loop() {
				req := signed.Clone(b.Context())
				req.URL.Host = strings.TrimPrefix(server.URL, "http://")
				req.Body = io.NopCloser(strings.NewReader(getSecret.body))
				resp, err := server.Client().Do(req)
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					b.Fatal(resp.Status)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
		})
	}
}

// BenchmarkServe measures the endpoint without a network, for a caller without
// an authorizer and for one whose authorizer allows everything.
func BenchmarkServe(b *testing.B) {
	for name, guard := range map[string]Authorizer{"unguarded": nil, "unlimited": allowAll{}} {
		b.Run(name, func(b *testing.B) {
			s := newServerAtNoon(testServices(nil)...)
			key := testKey
			key.Authorizer = guard
			s.verifier.keys.Add(key)
			signed := signedRequest(b)
			b.ReportAllocs()
			for b.Loop() {
				signed.Body = io.NopCloser(strings.NewReader(getSecret.body))
				w := httptest.NewRecorder()
				s.ServeHTTP(w, signed)
				if w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
		})
	}
}

type allowAll struct{}

func (allowAll) Unlimited() bool        { return true }
func (allowAll) Decide(Access) Decision { return Allowed }

// signedRequest returns getSecret, signed.
func signedRequest(b *testing.B) *http.Request {
	b.Helper()
	var signed *http.Request
	getSecret.with(tampered(func(r *http.Request) { signed = r })).send(b, newServerAtNoon(testServices(nil)...))
	signed.RequestURI = ""
	return signed
}
