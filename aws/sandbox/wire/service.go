package wire

import (
	"net/http"
	"strings"
)

// defaultMaxBody is the largest request body in bytes, unless the service sets
// MaxBody.
const defaultMaxBody = 1 << 20

// service is a Service with its operations' codecs.
type service struct {
	Service
	operations map[string]*operation
	routes     []*operation // restJson: tried in order
}

// operation is an Operation with its codec.
type operation struct {
	Operation
	codec codec
	path  pathTemplate // restJson
}

// codec decodes a request into an operation's input and encodes its output.
type codec interface {
	decode(x *exchange) (any, error)
	encode(x *exchange, out any) (response, error)
}

// target is the requested operation, with the labels of its path.
type target struct {
	name   string
	op     *operation
	labels map[string]string
}

func newService(def Service) *service {
	s := &service{Service: def, operations: make(map[string]*operation, len(def.Operations))}
	for _, o := range def.Operations {
		op := &operation{Operation: o}
		switch def.Protocol {
		case AWSJSON:
			op.codec = newJSONCodec(def, o)
		case Query, EC2Query:
			op.codec = newQueryCodec(def, o)
		case RESTJSON:
			op.path = parsePath(o.path)
			op.codec = newRESTCodec(def, o, op.path)
			s.routes = append(s.routes, op)
		}
		s.operations[o.Name] = op
	}
	return s
}

func (s *service) bodyLimit() int64 {
	if s.MaxBody > 0 {
		return s.MaxBody
	}
	return defaultMaxBody
}

// route finds the operation that the request names.
func (s *service) route(x *exchange) (target, *Error) {
	switch s.Protocol {
	case RESTJSON:
		return s.routePath(x.http)
	case AWSJSON:
		requested := x.http.Header.Get("X-Amz-Target")
		name, ok := strings.CutPrefix(requested, s.Target)
		if !ok {
			return target{name: requested}, unknownOperation(s.Protocol, requested, "")
		}
		return s.findOperation(name, "")
	default:
		form, err := readForm(x)
		if err != nil {
			return target{}, err
		}
		name, version := form.Get("Action"), form.Get("Version")
		if name == "" {
			return target{}, Errorf("MissingAction", "The request must contain the parameter Action")
		}
		if version != s.Version {
			return target{name: name}, unknownOperation(s.Protocol, name, version)
		}
		return s.findOperation(name, version)
	}
}

func (s *service) findOperation(name, version string) (target, *Error) {
	op := s.operations[name]
	if op == nil {
		return target{name: name}, unknownOperation(s.Protocol, name, version)
	}
	return target{name: name, op: op}, nil
}

func (s *service) routePath(r *http.Request) (target, *Error) {
	segments, ok := splitPath(r.URL.EscapedPath())
	for _, op := range s.routes {
		if !ok || op.method != r.Method {
			continue
		}
		if labels, matches := op.path.match(segments); matches {
			return target{name: op.Name, op: op, labels: labels}, nil
		}
	}
	name := r.Method + " " + r.URL.Path
	return target{name: name}, unknownOperation(s.Protocol, name, "")
}

func (s *service) errorResponse(x *exchange, e *Error) response { return encodeError(s.Service, x, e) }

// guessService finds the service of a request without a signature, by its target,
// its version, or its path.
func (s *Server) guessService(r *http.Request) *service {
	requested := r.Header.Get("X-Amz-Target")
	version := r.URL.Query().Get("Version")
	for _, svc := range s.services {
		switch {
		case svc.Protocol == AWSJSON && strings.HasPrefix(requested, svc.Target),
			version != "" && svc.Version == version:
			return svc
		case svc.Protocol == RESTJSON && r.URL.Path != "/":
			if _, err := svc.routePath(r); err == nil {
				return svc
			}
		}
	}
	return nil
}

// guessProtocol guesses the protocol of a request for an unknown service.
func guessProtocol(r *http.Request) Protocol {
	switch {
	case r.Header.Get("X-Amz-Target") != "":
		return AWSJSON
	case r.URL.Path != "/" && r.URL.Path != "":
		return RESTJSON
	default:
		return Query
	}
}
