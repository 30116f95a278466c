package answers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// slowConn returns from the write of a request's body only when it is
// released, as it would on a machine that is busy.
type slowConn struct {
	net.Conn
	released, closed chan struct{}
	release, close   func()
}

func newSlowConn(c net.Conn) *slowConn {
	s := &slowConn{Conn: c, released: make(chan struct{}), closed: make(chan struct{})}
	s.release = sync.OnceFunc(func() { close(s.released) })
	s.close = sync.OnceFunc(func() { close(s.closed) })
	return s
}

func (c *slowConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if bytes.HasPrefix(p, []byte("Action=")) {
		<-c.released
	}
	return n, err
}

func (c *slowConn) Close() error {
	err := c.Conn.Close()
	c.close()
	return err
}

// lateBody reads an answer only after the request's body was written, and the
// connection closed for whatever reason.
type lateBody struct {
	io.ReadCloser
	conn *slowConn
}

func (l lateBody) Read(p []byte) (int, error) {
	l.conn.release()
	<-l.conn.closed
	return l.ReadCloser.Read(p)
}

type clientFunc func(*http.Request) (*http.Response, error)

func (do clientFunc) Do(r *http.Request) (*http.Response, error) { return do(r) }

func TestReadFullyReadsAResponseThatOvertakesItsRequest(t *testing.T) {
	t.Parallel()
	// Far more than net/http reads along with the header (4096 bytes).
	arn := strings.Repeat("x", 1<<18)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = fmt.Fprintf(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>%s</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`, arn)
	}))
	defer server.Close()
	var conn *slowConn
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		conn = newSlowConn(c)
		return conn, err
	}}
	client := ReadFully(&http.Client{Transport: transport})
	me, err := sts.New(sts.Options{
		Region: "us-east-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		HTTPClient: clientFunc(func(r *http.Request) (*http.Response, error) {
			answer, err := client.Do(r)
			if err == nil {
				answer.Body = lateBody{answer.Body, conn}
			}
			return answer, err
		}),
	}).GetCallerIdentity(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if aws.ToString(me.Arn) != arn {
		t.Errorf("read %d bytes of %d", len(aws.ToString(me.Arn)), len(arn))
	}
}

func TestReadFullyFailsOnACutResponse(t *testing.T) {
	t.Parallel()
	const came = "<GetCallerIdentityResponse>"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(came)+1))
		_, _ = io.WriteString(w, came)
	}))
	defer server.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := ReadFully(&http.Client{Transport: transport}).Do(request)
	if err == nil {
		_ = answer.Body.Close()
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("half an answer ended with %v", err)
	}
}

func TestReadFullyReturnsTheClientsError(t *testing.T) {
	t.Parallel()
	refused := errors.New("nobody there")
	client := ReadFully(clientFunc(func(*http.Request) (*http.Response, error) { return nil, refused }))
	request := httptest.NewRequest(http.MethodPost, "/", nil)
	if _, err := client.Do(request); !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
}
