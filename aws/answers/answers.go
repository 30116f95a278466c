// Package answers has an AWS client take in an answer before the SDK lets go
// of the request.
//
// The SDK closes a request's body as soon as the answer's header is there
// (smithy-go, ClientHandler.Handle). net/http may not be done with that body:
// after its last byte it asks once more for the end, and by then a near server
// may have answered. A closed body then says io.EOF from WriteTo, where
// io.WriterTo wants nil; net/http takes that for a request that could not be
// sent and closes the connection under the answer. The SDK reports "use of
// closed network connection" for a call that was answered, and makes it again.
package answers

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// ReadFully returns a client whose Do returns when the whole answer is in memory.
// It is not for operations that stream.
func ReadFully(client aws.HTTPClient) aws.HTTPClient { return fullReader{client} }

type fullReader struct{ client aws.HTTPClient }

// Do fails where an answer breaks off, as it does where none comes: the SDK
// takes both for a fault of the network and makes the call again, with the same
// token.
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
