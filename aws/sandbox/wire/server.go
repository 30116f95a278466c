package wire

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// globalRegion is the region for which clients sign requests to global
// services and endpoints.
const globalRegion = "us-east-1"

// Options are what a Server needs besides its services. Keys is required.
type Options struct {
	Keys    *Keys
	Region  string // requests signed for another are rejected; empty accepts any
	Now     func() time.Time
	Log     *slog.Logger
	Observe func(Call) // called after every request, before its answer is sent; may be nil
	// Before is called before a request's handler and may answer in its place;
	// may be nil.
	Before func(ctx context.Context, c Call, in any) *Error
	// Loses reports whether the answer to a request is lost on its way; may be nil.
	Loses func(Call) bool
}

// Server is the endpoint of all services.
type Server struct {
	region   string
	verifier verifier
	now      func() time.Time
	log      *slog.Logger
	observe  func(Call)
	before   func(ctx context.Context, c Call, in any) *Error
	loses    func(Call) bool
	services map[string]*service
	calls    callLog
}

// NewServer creates the services' codecs. It panics if a protocol cannot encode
// an operation's types, which is a bug.
func NewServer(o Options, services ...Service) *Server {
	s := &Server{region: o.Region, now: o.Now, log: o.Log, observe: o.Observe, before: o.Before, loses: o.Loses, services: map[string]*service{}}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.verifier.keys, s.verifier.now = o.Keys, s.now
	for _, def := range services {
		s.services[def.Name] = newService(def)
	}
	return s
}

// Calls returns the newest callLogSize requests, oldest first, including
// rejected ones.
func (s *Server) Calls() []Call { return s.calls.all() }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{http: r, id: uuid.NewString(), call: Call{At: s.now()}}
	a := s.respond(x)
	x.call.Code = a.errorCode
	x.call.RequestID = x.id
	s.calls.add(x.call)
	if s.observe != nil {
		s.observe(x.call)
	}
	if s.loses != nil && s.loses(x.call) {
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	h["Date"] = []string{s.now().UTC().Format(http.TimeFormat)}
	for name, values := range a.header {
		h[name] = values
	}
	if a.contentType != "" {
		h["Content-Type"] = []string{a.contentType}
	}
	h["X-Amzn-Requestid"] = []string{x.id}
	h["Content-Length"] = []string{strconv.Itoa(len(a.body))}
	if a.status == http.StatusNoContent {
		delete(h, "Content-Length")
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// exchange is one request that is being served.
type exchange struct {
	http   *http.Request
	id     string // the request id in the response
	body   []byte // decompressed
	target target
	call   Call
}

// response is what the client gets. code is the error code, empty for a success.
type response struct {
	status      int
	contentType string
	header      http.Header
	body        []byte
	errorCode   string
}

func (s *Server) respond(x *exchange) response {
	sig, refused := readSignature(x.http)
	var svc *service
	if sig != nil {
		svc = s.services[sig.service]
		x.call.Service, x.call.AccessKeyID = sig.service, sig.keyID
	} else {
		svc = s.guessService(x.http)
	}
	if svc == nil {
		return s.unknownService(x)
	}
	x.call.Service = svc.Name
	if refused != nil {
		return svc.errorResponse(x, refused.toError(svc.Protocol))
	}
	if !s.inRegion(sig, svc) {
		s.log.Warn("the request is signed for another region", "service", svc.Name, "region", sig.region, "sandbox", s.region)
		return svc.errorResponse(x, newAuthError(wrongSignature, "Credential should be scoped to a valid region.").toError(svc.Protocol))
	}
	sent, err := readBody(x.http, svc.bodyLimit())
	if err != nil {
		return svc.errorResponse(x, err)
	}
	key, refused := s.verifier.verify(x.http, sig, sent)
	if refused != nil {
		return svc.errorResponse(x, refused.toError(svc.Protocol))
	}
	x.call.ARN = key.Caller.ARN
	if x.body, err = decompress(x.http, sent, svc.bodyLimit()); err != nil {
		return svc.errorResponse(x, err)
	}
	return s.serve(x, svc, key)
}

// serve routes an authenticated request and runs its handler.
func (s *Server) serve(x *exchange, svc *service, key Key) response {
	var refused *Error
	x.target, refused = svc.route(x)
	x.call.Operation = x.target.name
	if refused != nil {
		s.log.Warn("the sandbox does not know this operation", "service", svc.Name, "operation", x.target.name)
		return svc.errorResponse(x, refused)
	}
	op := x.target.op
	in, err := op.codec.decode(x)
	if err == nil && s.before != nil {
		if refused := s.before(x.http.Context(), x.call, in); refused != nil {
			return svc.errorResponse(x, refused)
		}
	}
	if err == nil && key.Caller.limited() {
		if a, d, no := key.Caller.firstDenied(svc.accesses(op.Name, in)); no {
			return svc.errorResponse(x, deniedError(&svc.Service, a, key.Caller, d))
		}
	}
	if err == nil {
		var out any
		if out, err = s.run(WithCaller(x.http.Context(), key.Caller), op, in); err == nil {
			var a response
			if a, err = op.codec.encode(x, out); err == nil {
				return a
			}
		}
	}
	var e *Error
	if !errors.As(err, &e) {
		if x.http.Context().Err() != nil { // the client has hung up; nobody reads the answer
			return svc.errorResponse(x, errInternalFailure)
		}
		s.log.Error("the sandbox failed", "service", svc.Name, "operation", op.Name, "request", x.id, "error", err)
		e = errInternalFailure
	}
	return svc.errorResponse(x, e)
}

// run calls the handler and turns a panic into an error with its stack trace.
func (s *Server) run(ctx context.Context, op *operation, in any) (out any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return op.call(ctx, in)
}

func (s *Server) inRegion(sig *signature, svc *service) bool {
	return s.region == "" || sig.region == s.region || svc.Global && sig.region == globalRegion
}

// unknownService answers a request for a service that the sandbox lacks, in the
// protocol that the request seems to use.
func (s *Server) unknownService(x *exchange) response {
	p := guessProtocol(x.http)
	s.log.Warn("the sandbox does not know this service", "service", x.call.Service, "path", x.http.URL.Path)
	if x.call.Service == "" {
		return encodeError(Service{Protocol: p}, x, newAuthError(missingToken, "Missing Authentication Token").toError(p))
	}
	return encodeError(Service{Protocol: p}, x, &Error{
		Code: unknownOperation(p, "", "").Code, Message: "The sandbox has no service " + strconv.Quote(x.call.Service) + ".",
		Status: http.StatusNotFound,
	})
}
