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
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Whole returns a client whose Do returns when the whole answer is in memory.
// It is not for operations that stream.
func Whole(client aws.HTTPClient) aws.HTTPClient { return whole{client} }

type whole struct{ client aws.HTTPClient }

// Do keeps what came of an answer that breaks off, with the error at its end:
// the SDK judges it as it would have.
func (w whole) Do(r *http.Request) (*http.Response, error) {
	answer, err := w.client.Do(r)
	if err != nil {
		return answer, err
	}
	content, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	var body io.Reader = bytes.NewReader(content)
	if err != nil {
		body = io.MultiReader(body, broken{err})
	}
	answer.Body = io.NopCloser(body)
	return answer, nil
}

// broken is the end of an answer that broke off.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }
