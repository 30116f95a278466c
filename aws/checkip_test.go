package aws

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"keyturn/steps"
)

func TestPublicAddressIsParsedFromTheAnswer(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ answer, want string }{
		"one line of text":        {"203.0.113.7\n", "203.0.113.7"},
		"an IPv6 address":         {"2001:db8::7\n", ""},
		"the page of an emulator": {"<html>running</html>", ""},
		"nothing":                 {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Host != checkIPHost || r.Method != http.MethodGet || r.URL.Path != "/" || r.Header.Get("Authorization") != "" {
					t.Errorf("asked %s %s%s", r.Method, r.Host, r.URL.Path)
				}
				_, _ = io.WriteString(w, tt.answer)
			}))
			defer server.Close()
			got, err := addressCheck{server.Client(), server.URL}.PublicAddress(t.Context())
			if tt.want == "" {
				if !errors.Is(err, steps.ErrPublicAddressUnknown) {
					t.Errorf("got %v, %v", got, err)
				}
				return
			}
			if err != nil || got.String() != tt.want {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}
