package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// maxSkew is how far a request's time may be from the server's.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
const maxSkew = 15 * time.Minute

// verifier verifies signatures with the known keys.
type verifier struct {
	keys    *Keys
	now     func() time.Time
	derived sync.Map // derivedKeyID → []byte
	buffers sync.Pool
}

// derivedKeyID identifies a signing key. Only dates within the skew, the server's
// region and known services get this far, so the cache stays small.
type derivedKeyID struct{ secret, date, region, service string }

// verify returns the key that signed the request, or why it is rejected.
func (v *verifier) verify(r *http.Request, s *signature, body []byte) (Key, *authError) {
	key, ok := v.keys.find(s.keyID)
	if !ok || key.SessionToken != s.token {
		return Key{}, newAuthError(unknownKey, "The security token included in the request is invalid.")
	}
	if refused := checkTime(s, v.now()); refused != nil {
		return Key{}, refused
	}
	if !hmac.Equal([]byte(v.computeSignature(r, s, key.Secret, body)), []byte(s.value)) {
		return Key{}, newAuthError(wrongSignature, "The request signature we calculated does not match the signature you provided. "+
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	}
	return key, nil
}

func checkTime(s *signature, now time.Time) *authError {
	now = now.UTC()
	oldest, newest := now.Add(-maxSkew), now.Add(maxSkew)
	allowed := "15 min."
	if s.presigned {
		oldest, allowed = now.Add(-s.expires), fmt.Sprintf("%d sec.", s.expires/time.Second)
	}
	switch {
	case s.at.Before(oldest.Truncate(time.Second)):
		return newAuthError(expired, fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - %s)",
			s.at.Format(dateFormat), oldest.Format(dateFormat), now.Format(dateFormat), allowed))
	case s.at.After(newest):
		return newAuthError(expired, fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + 15 min.)",
			s.at.Format(dateFormat), newest.Format(dateFormat), now.Format(dateFormat)))
	}
	return nil
}

// computeSignature returns the signature that the request should have.
func (v *verifier) computeSignature(r *http.Request, s *signature, secret string, body []byte) string {
	b, _ := v.buffers.Get().(*[]byte)
	if b == nil {
		b = new([]byte)
	}
	defer v.buffers.Put(b)

	*b = appendCanonical((*b)[:0], r, s, body)
	sum := sha256.Sum256(*b)

	text := append((*b)[:0], algorithm+"\n"...)
	text = s.at.AppendFormat(text, dateFormat)
	text = append(text, '\n')
	text = append(text, s.scope()...)
	text = append(text, '\n')
	text = hex.AppendEncode(text, sum[:])
	*b = text
	return hex.EncodeToString(hmacSHA256(v.signingKey(secret, s), text))
}

func (v *verifier) signingKey(secret string, s *signature) []byte {
	id := derivedKeyID{secret, s.date, s.region, s.service}
	if key, ok := v.derived.Load(id); ok {
		return key.([]byte)
	}
	key := hmacSHA256([]byte("AWS4"+secret), []byte(s.date))
	for _, part := range []string{s.region, s.service, terminator} {
		key = hmacSHA256(key, []byte(part))
	}
	v.derived.Store(id, key)
	return key
}

func hmacSHA256(key, text []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(text)
	return h.Sum(nil)
}
