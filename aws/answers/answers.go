// Package answers makes an AWS client read a response to its end before the SDK
// closes the request.
//
// The SDK closes a request's body as soon as it has the response's header
// (smithy-go, ClientHandler.Handle). net/http may still be reading that body:
// after the last byte it reads once more for the end, and a server on this
// machine may have answered by then. The closed body's WriteTo then returns
// io.EOF instead of nil; net/http takes that for a request that could not be
// sent and closes the connection while the response is read. The SDK reports
// "use of closed network connection" for a call that was answered, and retries.
package answers

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// ReadFully wraps a client so that Do returns once the whole response is in
// memory. It is not for operations that stream.
func ReadFully(client aws.HTTPClient) aws.HTTPClient { return fullReader{client} }

type fullReader struct{ client aws.HTTPClient }

// Do fails if the response is cut, as if none had come: the SDK takes both for
// a network error and retries with the same token.
func (w fullReader) Do(r *http.Request) (*http.Response, error) {
	response, err := w.client.Do(r)
	if err != nil {
		return response, err
	}
	content, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		return nil, fmt.Errorf("the answer broke off: %w", err)
	}
	response.Body = io.NopCloser(bytes.NewReader(content))
	return response, nil
}
