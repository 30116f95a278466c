package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// unsignedPayload replaces the body's hash if the client did not hash the body.
const unsignedPayload = "UNSIGNED-PAYLOAD"

// appendCanonical appends SigV4's canonical request, with the headers that the
// client signed and the body as it was sent.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func appendCanonical(b []byte, r *http.Request, s *signature, body []byte) []byte {
	b = append(b, r.Method...)
	b = append(b, '\n')
	b = appendCanonicalPath(b, r.URL.EscapedPath())
	b = append(b, '\n')
	b = appendCanonicalQuery(b, r.URL.RawQuery)
	b = append(b, '\n')
	for _, name := range s.headers {
		b = append(b, name...)
		b = append(b, ':')
		b = appendHeader(b, r, name)
		b = append(b, '\n')
	}
	b = append(b, '\n')
	for i, name := range s.headers {
		if i > 0 {
			b = append(b, ';')
		}
		b = append(b, name...)
	}
	b = append(b, '\n')
	if r.Header.Get("X-Amz-Content-Sha256") == unsignedPayload {
		return append(b, unsignedPayload...)
	}
	sum := sha256.Sum256(body)
	return hex.AppendEncode(b, sum[:])
}

// appendCanonicalPath escapes the path once more than it was sent: every
// service but S3 signs the path encoded twice.
func appendCanonicalPath(b []byte, escaped string) []byte {
	if escaped == "" {
		return append(b, '/')
	}
	return appendEscaped(b, escaped, true)
}

func appendCanonicalQuery(b []byte, raw string) []byte {
	if raw == "" {
		return b
	}
	var pairs []string
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name == "" || name == "X-Amz-Signature" {
			continue
		}
		p := appendEscaped(nil, unescape(name), false)
		p = append(p, '=')
		pairs = append(pairs, string(appendEscaped(p, unescape(value), false)))
	}
	slices.SortFunc(pairs, func(x, y string) int {
		xName, xValue, _ := strings.Cut(x, "=")
		yName, yValue, _ := strings.Cut(y, "=")
		if c := strings.Compare(xName, yName); c != 0 {
			return c
		}
		return strings.Compare(xValue, yValue)
	})
	return append(b, strings.Join(pairs, "&")...)
}

func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// appendEscaped percent-encodes all but the characters that RFC 3986 calls
// unreserved, and the slash in a path.
func appendEscaped(b []byte, s string, path bool) []byte {
	const hexDigits = "0123456789ABCDEF"
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			c == '-', c == '.', c == '_', c == '~', c == '/' && path:
			b = append(b, c)
		default:
			b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return b
}

// appendHeader appends a header's values with repeated spaces collapsed.
// net/http keeps three headers outside a request's header map.
func appendHeader(b []byte, r *http.Request, name string) []byte {
	switch name {
	case "host":
		return appendCollapsed(b, r.Host)
	case "content-length":
		if r.ContentLength >= 0 {
			return strconv.AppendInt(b, r.ContentLength, 10)
		}
	case "transfer-encoding":
		return append(b, strings.Join(r.TransferEncoding, ",")...)
	}
	for i, value := range r.Header.Values(name) {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendCollapsed(b, value)
	}
	return b
}

func appendCollapsed(b []byte, s string) []byte {
	s = strings.TrimSpace(s)
	for i := range len(s) {
		if s[i] == ' ' && i > 0 && s[i-1] == ' ' {
			continue
		}
		b = append(b, s[i])
	}
	return b
}
