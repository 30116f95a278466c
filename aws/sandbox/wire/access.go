package wire

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
)

// Access is one thing that a request does, as IAM sees it: a request may be
// several (a creation with tags is also a tagging).
type Access struct {
	Action   string // "rds:CreateDBInstance"
	Resource string // an ARN, or "*" for an action without resource types
	// ShownAs is the resource in a denial's text, if that is not the ARN.
	ShownAs string
	// Context holds condition keys of the request ("iam:PassedToService").
	Context map[string]string
}

// Decision is the outcome of evaluating the policies for an access.
type Decision int

// The three decisions of IAM's evaluation logic.
const (
	Allowed Decision = iota
	ImplicitlyDenied
	ExplicitlyDenied
)

// Authorizer decides what a key's caller may do. The server asks it at every
// request.
type Authorizer interface {
	// Unlimited reports whether everything is allowed, so that a request's
	// accesses need not be computed.
	Unlimited() bool
	Decide(a Access) Decision
}

// AllowActions is an Authorizer that allows the actions for which it returns
// true.
type AllowActions func(action string) bool

// Unlimited is false.
func (AllowActions) Unlimited() bool { return false }

// Decide looks at the action only.
func (o AllowActions) Decide(a Access) Decision {
	if o(a.Action) {
		return Allowed
	}
	return ImplicitlyDenied
}

// accesses lists what a request does, by the service's own table.
func (s *Service) accesses(operation string, in any) []Access {
	if s.Accesses != nil {
		if known := s.Accesses(operation, in); known != nil {
			return known
		}
	}
	return []Access{{Action: s.Name + ":" + operation, Resource: "*"}}
}

// Member returns an input's string member, "" if it has none of that name or it
// is not set.
func Member(in any, name string) string {
	field := reflect.Indirect(reflect.ValueOf(in)).FieldByName(name)
	if !field.IsValid() {
		return ""
	}
	if field = reflect.Indirect(field); field.Kind() != reflect.String {
		return ""
	}
	return field.String()
}

// Authorize checks accesses that a service makes in the name of the request's
// caller. It returns the error for the first that is denied.
func Authorize(ctx context.Context, accesses ...Access) error {
	c := CallerFrom(ctx)
	if a, d, ok := c.firstDenied(accesses); ok {
		return &Error{Code: "AccessDenied", Message: deniedMessage(a, c, d), Status: http.StatusForbidden}
	}
	return nil
}

// firstDenied returns the first access that the caller is denied, if any.
func (c Caller) firstDenied(accesses []Access) (Access, Decision, bool) {
	if !c.limited() {
		return Access{}, Allowed, false
	}
	for _, a := range accesses {
		if d := c.authorizer.Decide(a); d != Allowed {
			return a, d, true
		}
	}
	return Access{}, Allowed, false
}

func (c Caller) limited() bool { return c.authorizer != nil && !c.authorizer.Unlimited() }

// deniedError is the service's error for a denied access.
func deniedError(s *Service, a Access, c Caller, d Decision) *Error {
	text := deniedMessage(a, c, d)
	switch s.Protocol {
	case EC2Query:
		return &Error{Code: "UnauthorizedOperation", Message: "You are not authorized to perform this operation. " + text, Status: http.StatusForbidden}
	case Query:
		return &Error{Code: "AccessDenied", Message: text, Status: http.StatusForbidden}
	case RESTJSON:
		return &Error{Code: "AccessDeniedException", Message: text, Status: http.StatusForbidden}
	default:
		return &Error{Code: "AccessDeniedException", Message: text, Status: http.StatusBadRequest}
	}
}

// deniedMessage is IAM's text (user guide, "Troubleshoot access denied error messages").
func deniedMessage(a Access, c Caller, d Decision) string {
	on := a.Resource
	if a.ShownAs != "" {
		on = a.ShownAs
	}
	if on != "*" {
		on = " on resource: " + on
	} else {
		on = ""
	}
	why := fmt.Sprintf("because no identity-based policy allows the %s action", a.Action)
	if d == ExplicitlyDenied {
		why = "with an explicit deny in an identity-based policy"
	}
	return fmt.Sprintf("User: %s is not authorized to perform: %s%s %s", c.ARN, a.Action, on, why)
}
