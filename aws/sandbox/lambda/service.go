// Package lambda is the sandbox's Lambda: functions, their resource policies
// and invocations. There is no runtime for code that someone uploads: a
// function runs only if code of this program was registered for it.
package lambda

import (
	"context"
	"net/http"
	"sync"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/logs"
	"keyturn/aws/sandbox/wire"
)

// Code is a function's code: it is given an event and returns the answer's
// JSON. An *Exception is reported as Python's runtime reports one that nobody
// caught. The context ends when the function's timeout has passed.
type Code func(ctx context.Context, inv Invocation) ([]byte, error)

// Invocation is what code is started with.
type Invocation struct {
	FunctionName string
	FunctionARN  string
	RoleARN      string // whose rights the code acts with
	RequestID    string
	Environment  map[string]string
	SubnetIDs    []string // empty for a function outside any VPC
	GroupIDs     []string // its security groups, if in a VPC
	Event        []byte
	// Log writes one line to the function's log stream; after the timeout it
	// writes nothing.
	Log func(line string)
}

// Roles is the part of IAM that making a function needs.
type Roles interface {
	// Assumable reports whether the role exists and trusts the service.
	Assumable(roleARN, service string) bool
}

// Network is the part of EC2 that a function in a VPC needs.
type Network interface {
	// AttachFunction gives the function interfaces in subnets of one VPC, and
	// returns the VPC's id, or EC2's error.
	AttachFunction(function string, subnets, groups []string) (vpcID string, err error)
	// ReleaseFunction lets the function's interfaces go some time later.
	ReleaseFunction(function string)
}

// Service holds the account's functions.
type Service struct {
	cloud   *cloud.Cloud
	logs    *logs.Service
	roles   Roles
	network Network // nil: there is no VPC

	mu        sync.Mutex
	functions map[string]*function
	code      map[string]Code
}

// New makes an account without functions.
func New(c *cloud.Cloud, l *logs.Service, r Roles) *Service {
	return &Service{cloud: c, logs: l, roles: r, functions: map[string]*function{}, code: map[string]Code{}}
}

// InNetwork gives the functions a network. Call it before the service is used.
func (s *Service) InNetwork(n Network) { s.network = n }

// Register makes code known by a name, for Deploy. Functions deployed earlier
// under the name run it from now on.
func (s *Service) Register(name string, code Code) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.code[name] = code
}

// mostRequest is the size in bytes at which CreateFunction refuses a request:
// a zip of 50 MB in base64.
const mostRequest = 70_167_211

// Wire is the service as clients reach it.
func (s *Service) Wire() wire.Service {
	const functions, function, tags = "/2015-03-31/functions", "/2015-03-31/functions/{FunctionName}", "/2017-03-31/tags/{Resource}"
	return wire.Service{
		Name: "lambda", Protocol: wire.RESTJSON, MaxBody: mostRequest, Accesses: s.Accesses,
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
