package lambda

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"

	"keyturn/steps"
)

const (
	latest = "$LATEST"

	// namePattern is the API reference's for FunctionName: a name, a partial
	// ARN or a whole one, each with or without a qualifier.
	namePattern = `(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`
)

// The maximum lengths of a function's name and of a name or ARN in a call (API
// reference of CreateFunction).
const (
	maxNameLength      = 64
	maxReferenceLength = 140
)

var (
	functionReference = steps.NewPattern(`^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2}(?:-[a-z]+)+-\d):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9_-]+)(?::(\$LATEST|[a-zA-Z0-9_-]+))?$`)
	functionName      = steps.NewPattern(`^[a-zA-Z0-9_-]{1,64}$`)
)

// target is the function and version that a call names.
type target struct {
	name      string
	qualifier string // "" if none was given
}

// parseTarget reads a function's name as every call takes it, with the qualifier
// that may come apart from it.
func (s *Service) parseTarget(action string, name, qualifier *string) (target, error) {
	text := aws.ToString(name)
	m := functionReference.FindStringSubmatch(text)
	switch {
	case len(text) > maxReferenceLength:
		return target{}, tooLong("functionName", text, maxReferenceLength)
	case m != nil && len(m[3]) > maxNameLength:
		return target{}, tooLong("functionName", text, maxNameLength)
	case m == nil:
		return target{}, validation(aws.ToString(name), "functionName", "Member must satisfy regular expression pattern: "+namePattern)
	}
	region, account, t := m[1], m[2], target{name: m[3], qualifier: m[4]}
	if region != "" && region != s.cloud.Region {
		return target{}, notFound("Functions from '%s' are not reachable in this region ('%s')", region, s.cloud.Region)
	}
	if account != "" && account != s.cloud.AccountID {
		return target{}, newError(http.StatusForbidden, "AccessDeniedException",
			"User is not authorized to perform: lambda:%s on resource: %s because no resource-based policy allows the lambda:%s action", action, aws.ToString(name), action)
	}
	if q := aws.ToString(qualifier); q != "" {
		if t.qualifier != "" && t.qualifier != q {
			return target{}, invalid("The derived qualifier from the function name does not match the specified qualifier.")
		}
		t.qualifier = q
	}
	return t, nil
}

// arn returns the target's ARN, whether it exists or not.
func (s *Service) arn(t target) string {
	arn := s.cloud.ARN("lambda", "function:"+t.name)
	if t.qualifier != "" {
		arn += ":" + t.qualifier
	}
	return arn
}

// find returns the function, or the version, that a call means. Whoever calls
// it holds the lock.
func (s *Service) find(action string, name, qualifier *string) (*function, target, error) {
	t, err := s.parseTarget(action, name, qualifier)
	if err != nil {
		return nil, t, err
	}
	f := s.functions[t.key()]
	if f == nil {
		return nil, t, notFound("Function not found: %s", s.arn(t))
	}
	return f, t, nil
}
