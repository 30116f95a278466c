package wire

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
)

// readBody reads a body of at most limit bytes, still compressed: the client
// signed it so.
func readBody(r *http.Request, limit int64) ([]byte, *Error) {
	if r.ContentLength > limit {
		return nil, errTooLarge
	}
	if r.ContentLength == 0 || r.Body == nil {
		return nil, nil
	}
	var b bytes.Buffer
	if r.ContentLength > 0 {
		b.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	n, err := b.ReadFrom(io.LimitReader(r.Body, limit+1))
	switch {
	case err != nil:
		return nil, &Error{Code: "RequestAbortedException", Message: "The request was aborted before its end."}
	case n > limit:
		return nil, errTooLarge
	}
	return b.Bytes(), nil
}

// decompress decodes a gzip content encoding. The limit holds for the result too.
func decompress(r *http.Request, body []byte, limit int64) ([]byte, *Error) {
	switch strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Encoding"))) {
	case "", "identity", "aws-chunked":
		return body, nil
	case "gzip":
	default:
		return nil, malformedBody(errors.New("unknown content encoding"))
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, malformedBody(err)
	}
	plain, err := io.ReadAll(io.LimitReader(z, limit+1))
	switch {
	case err != nil:
		return nil, malformedBody(err)
	case int64(len(plain)) > limit:
		return nil, errTooLarge
	}
	return plain, nil
}

func malformedBody(err error) *Error {
	return Errorf("MalformedHttpRequestException", "The body cannot be decompressed: %v", err)
}
