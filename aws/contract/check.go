package contract

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Request is what a client sent.
type Request struct {
	Method string
	URL    *url.URL
	Header http.Header
	Body   []byte
}

// credentialScope finds the service in a signature (Signature Version 4).
var credentialScope = regexp.MustCompile(`Credential=[^/]+/[0-9]{8}/[^/]+/([^/]+)/aws4_request`)

// Check returns what is wrong with a request, one sentence a fault, or nil if
// AWS's models allow it. It quotes no value, which may be a secret, except one
// that is not in its enumeration.
func (m *Models) Check(r Request) []string {
	named := credentialScope.FindStringSubmatch(r.Header.Get("Authorization"))
	if named == nil {
		return []string{"the request is not signed with Signature Version 4"}
	}
	api, err := m.load(named[1])
	if err != nil {
		return []string{err.Error()}
	}
	c := &checker{model: api, service: named[1]}
	switch api.Metadata.Protocol {
	case "json":
		c.checkJSON(r)
	case "query", "ec2":
		c.checkQuery(r)
	case "rest-json":
		c.checkREST(r)
	default:
		c.addFault("", "its protocol %s is not checked", api.Metadata.Protocol)
	}
	return c.faults
}

// checker checks one request.
type checker struct {
	model     *model
	service   string
	operation string
	faults    []string
}

func (c *checker) addFault(at, format string, args ...any) {
	where := c.service
	if c.operation != "" {
		where += " " + c.operation
	}
	if at != "" {
		where += " " + at
	}
	c.faults = append(c.faults, where+": "+fmt.Sprintf(format, args...))
}

// findOperation returns the operation and the shape of its input, nil if it has
// none.
func (c *checker) findOperation(name string) (operation, *shapeRef, bool) {
	op, ok := c.model.Operations[name]
	if !ok {
		c.addFault("", "there is no operation %q", name)
		return operation{}, nil, false
	}
	c.operation = name
	return op, op.Input, true
}

// checkJSON checks a request of json-1.0 or json-1.1: X-Amz-Target names the
// operation, the body is the input.
func (c *checker) checkJSON(r Request) {
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	_, input, ok := c.findOperation(name)
	if !ok || input == nil {
		return
	}
	var body any
	if err := json.Unmarshal(r.Body, &body); err != nil {
		c.addFault("", "the body is not JSON")
		return
	}
	c.checkValue(body, *input, "")
}

// checkREST checks a request of rest-json: method and path name the operation,
// and a member is in the path, the query, a header or the body.
func (c *checker) checkREST(r Request) {
	for name, op := range c.model.Operations {
		inPath, ok := matchPath(op.HTTP.RequestURI, r.URL.EscapedPath())
		if !ok || op.HTTP.Method != r.Method {
			continue
		}
		_, input, _ := c.findOperation(name)
		if input != nil {
			c.checkValue(c.readRESTInput(r, *input, inPath), *input, "")
		}
		return
	}
	c.addFault("", "no operation answers to %s %s", r.Method, r.URL.Path)
}

// readRESTInput collects a request's members.
func (c *checker) readRESTInput(r Request, input shapeRef, inPath map[string]string) map[string]any {
	whole := map[string]any{}
	if len(r.Body) > 0 {
		if err := json.Unmarshal(r.Body, &whole); err != nil {
			c.addFault("", "the body is not JSON")
		}
	}
	known := map[string]bool{"x-id": true} // the SDK's own
	for name, member := range c.model.Shapes[input.Shape].Members {
		wire := member.wireName(name)
		switch text, there := "", false; member.Location {
		case "uri":
			if text, there = inPath[wire]; there {
				whole[wire] = text
			}
		case "querystring":
			known[wire] = true
			if r.URL.Query().Has(wire) {
				whole[wire] = r.URL.Query().Get(wire)
			}
		case "header":
			if text = r.Header.Get(wire); text != "" {
				whole[wire] = text
			}
		}
	}
	for name := range r.URL.Query() {
		if !known[name] {
			c.addFault("", "there is no member %q in its query", name)
		}
	}
	return whole
}

// matchPath matches a path against a template, "/applications/{applicationId}",
// and returns the parts with names.
func matchPath(template, path string) (map[string]string, bool) {
	template, _, _ = strings.Cut(template, "?")
	want, have := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return nil, false
	}
	parts := map[string]string{}
	for i, part := range want {
		name, named := strings.CutPrefix(part, "{")
		switch {
		case named:
			text, err := url.PathUnescape(have[i])
			if err != nil || text == "" {
				return nil, false
			}
			parts[strings.TrimSuffix(strings.TrimSuffix(name, "}"), "+")] = text
		case part != have[i]:
			return nil, false
		}
	}
	return parts, true
}

// wireName is what a member is called in JSON, in a path or in a query.
func (r shapeRef) wireName(name string) string {
	if r.LocationName != "" {
		return r.LocationName
	}
	return name
}

// newerMembers are members and values that AWS added after the models in Debian
// 12 (botocore 1.29, December 2022), as "service operation .path". Each is in
// the current API reference of the operation.
var newerMembers = []string{
	"rds CreateDBInstance .EngineLifecycleSupport",
	"secretsmanager ListSecrets .IncludePlannedDeletion",
}

func (c *checker) isNewer(at string) bool {
	return slices.Contains(newerMembers, c.service+" "+c.operation+" "+at)
}
