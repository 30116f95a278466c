package wire

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	dateFormat = "20060102T150405Z"
	terminator = "aws4_request"

	// maxExpiry is the longest life of a presigned URL: seven days.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
	maxExpiry = 7 * 24 * time.Hour
)

// signature is a request's SigV4 signature with its parameters.
type signature struct {
	keyID, date, region, service string
	headers                      []string // in lower case, as signed
	value                        string   // 64 hexadecimal digits
	at                           time.Time
	token                        string
	presigned                    bool
	expires                      time.Duration // presigned only
}

// scope is the credential scope, the third line of the string to sign.
func (s *signature) scope() string {
	return s.date + "/" + s.region + "/" + s.service + "/" + terminator
}

// readSignature parses the signature from the Authorization header or, for a
// presigned request, from the query string.
func readSignature(r *http.Request) (*signature, *authError) {
	if header := r.Header.Get("Authorization"); header != "" {
		return readHeader(r, header)
	}
	if strings.Contains(r.URL.RawQuery, "X-Amz-Signature") || strings.Contains(r.URL.RawQuery, "X-Amz-Algorithm") {
		return readQuery(r.URL.Query())
	}
	return nil, newAuthError(missingToken, "Missing Authentication Token")
}

func readHeader(r *http.Request, header string) (*signature, *authError) {
	s := &signature{token: r.Header.Get("X-Amz-Security-Token")}
	if refused := s.parseAuthorization(header); refused != nil {
		return nil, refused
	}
	stamp := r.Header.Get("X-Amz-Date")
	if stamp == "" {
		if at, err := http.ParseTime(r.Header.Get("Date")); err == nil {
			stamp = at.UTC().Format(dateFormat)
		}
	}
	if stamp == "" {
		return nil, newAuthError(incomplete, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
	}
	return s, s.setTime(stamp)
}

// parseAuthorization reads "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…,
// Signature=…"; the blanks after the commas are optional.
func (s *signature) parseAuthorization(header string) *authError {
	rest, ok := strings.CutPrefix(header, algorithm)
	if !ok || rest == "" || (rest[0] != ' ' && rest[0] != '\t') {
		return newAuthError(incomplete, "Unsupported AWS 'algorithm' in the Authorization header: it must be "+algorithm+".")
	}
	var credential, headers string
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Credential":
			credential = value
		case "SignedHeaders":
			headers = value
		case "Signature":
			s.value = value
		}
	}
	for _, p := range []struct{ name, value string }{
		{"Credential", credential}, {"Signature", s.value}, {"SignedHeaders", headers},
	} {
		if p.value == "" {
			return newAuthError(incomplete, "Authorization header requires '"+p.name+"' parameter.")
		}
	}
	return s.setCredential(credential, headers)
}

func readQuery(q url.Values) (*signature, *authError) {
	s := &signature{presigned: true, value: q.Get("X-Amz-Signature"), token: q.Get("X-Amz-Security-Token")}
	if q.Get("X-Amz-Algorithm") != algorithm {
		return nil, newAuthError(incomplete, "AWS query-string parameters must include 'X-Amz-Algorithm' with the value "+algorithm+".")
	}
	for _, name := range []string{"X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"} {
		if q.Get(name) == "" {
			return nil, newAuthError(incomplete, "AWS query-string parameters must include '"+name+"'.")
		}
	}
	s.expires = 15 * time.Minute
	if text := q.Get("X-Amz-Expires"); text != "" {
		seconds, err := strconv.Atoi(text)
		s.expires = time.Duration(seconds) * time.Second
		if err != nil || seconds < 0 || seconds > int(maxExpiry/time.Second) {
			return nil, newAuthError(incomplete, "X-Amz-Expires must be a number of seconds less than a week.")
		}
	}
	if refused := s.setCredential(q.Get("X-Amz-Credential"), q.Get("X-Amz-SignedHeaders")); refused != nil {
		return nil, refused
	}
	return s, s.setTime(q.Get("X-Amz-Date"))
}

func (s *signature) setCredential(credential, headers string) *authError {
	parts := strings.Split(credential, "/")
	if len(parts) < 5 || parts[len(parts)-1] != terminator {
		return newAuthError(incomplete, "Credential must have at least 5 slash-delimited elements, e.g. keyid/date/region/service/term.")
	}
	n := len(parts)
	s.keyID = strings.Join(parts[:n-4], "/")
	s.date, s.region, s.service = parts[n-4], parts[n-3], parts[n-2]
	s.headers = strings.Split(headers, ";")
	for _, h := range s.headers {
		if h == "host" {
			return nil
		}
	}
	return newAuthError(wrongSignature, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
}

func (s *signature) setTime(stamp string) *authError {
	at, err := time.Parse(dateFormat, stamp)
	if err != nil {
		return newAuthError(incomplete, "Date must be in ISO-8601 'basic format'.")
	}
	s.at = at
	if s.date != stamp[:8] {
		return newAuthError(wrongSignature, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.")
	}
	return nil
}
