// Package lambda is the sandbox's Lambda: functions, their resource policies and
// invocations. Uploaded code does not run: a function runs only the Go code that is
// registered for it.
package lambda

import (
	"context"
	"net/http"
	"sync"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/logs"
	"keyturn/aws/sandbox/wire"
)

// Code is a function's code: it gets an event and returns JSON. An *Exception is
// reported like an uncaught Python exception. The context ends at the function's
// timeout.
type Code func(ctx context.Context, inv Invocation) ([]byte, error)

// Invocation is the input of Code.
type Invocation struct {
	FunctionName string
	FunctionARN  string
	RoleARN      string // the execution role
	RequestID    string
	Environment  map[string]string
	SubnetIDs    []string // empty for a function outside any VPC
	GroupIDs     []string // its security groups, if in a VPC
	Event        []byte
	// Log writes one line to the function's log stream, until the timeout.
	Log func(line string)
}

// Roles is the part of IAM that the service needs.
type Roles interface {
	// Assumable reports whether the role exists and trusts the service.
	Assumable(roleARN, service string) bool
}

// Network is the part of EC2 that a function in a VPC needs.
type Network interface {
	// AttachFunction creates the function's network interfaces and returns the
	// VPC's id, or EC2's error.
	AttachFunction(function string, subnets, groups []string) (vpcID string, err error)
	// ReleaseFunction removes the function's interfaces some time later.
	ReleaseFunction(function string)
}

// Service has the account's functions.
type Service struct {
	cloud   *cloud.Cloud
	logs    *logs.Service
	roles   Roles
	network Network // nil without a VPC

	mu        sync.Mutex
	functions map[string]*function
	code      map[string]Code
}

// New returns a service without functions.
func New(c *cloud.Cloud, l *logs.Service, r Roles) *Service {
	return &Service{cloud: c, logs: l, roles: r, functions: map[string]*function{}, code: map[string]Code{}}
}

// SetNetwork sets the network of functions in a VPC. Call it before the service is
// used.
func (s *Service) SetNetwork(n Network) { s.network = n }

// Register adds or replaces the code of a name, for Deploy.
func (s *Service) Register(name string, code Code) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.code[name] = code
}

// maxRequestSize is CreateFunction's limit in bytes: a zip of 50 MB in base64.
const maxRequestSize = 70_167_211

// Wire returns the service for the wire server.
func (s *Service) Wire() wire.Service {
	const functions, function, tags = "/2015-03-31/functions", "/2015-03-31/functions/{FunctionName}", "/2017-03-31/tags/{Resource}"
	return wire.Service{
		Name: "lambda", Protocol: wire.RESTJSON, MaxBody: maxRequestSize, Accesses: s.Accesses,
		Operations: []wire.Operation{
			wire.RESTOp("CreateFunction", "POST", functions, s.CreateFunction).WithStatus(http.StatusCreated),
			wire.RESTOp("ListFunctions", "GET", functions, s.ListFunctions),
			wire.RESTOp("GetFunction", "GET", function, s.GetFunction),
			wire.RESTOp("DeleteFunction", "DELETE", function, s.DeleteFunction).WithStatus(http.StatusNoContent),
			wire.RESTOp("GetFunctionConfiguration", "GET", function+"/configuration", s.GetFunctionConfiguration),
			wire.RESTOp("UpdateFunctionConfiguration", "PUT", function+"/configuration", s.UpdateFunctionConfiguration),
			wire.RESTOp("AddPermission", "POST", function+"/policy", s.AddPermission).WithStatus(http.StatusCreated),
			wire.RESTOp("GetPolicy", "GET", function+"/policy", s.GetPolicy),
			wire.RESTOp("RemovePermission", "DELETE", function+"/policy/{StatementId}", s.RemovePermission).WithStatus(http.StatusNoContent),
			wire.RESTOp("Invoke", "POST", function+"/invocations", s.Invoke),
			wire.RESTOp("ListTags", "GET", tags, s.ListTags),
			wire.RESTOp("TagResource", "POST", tags, s.TagResource).WithStatus(http.StatusNoContent),
			wire.RESTOp("UntagResource", "DELETE", tags, s.UntagResource).WithStatus(http.StatusNoContent),
		},
	}
}
