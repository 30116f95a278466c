package lambda

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// firstVersion is the only version that a function here ever has: the one that
// CreateFunction publishes on request.
const firstVersion = "1"

// key is where s.functions keeps a version; a function's own name stands for
// its $LATEST.
func (t target) key() string {
	if t.qualifier == "" || t.qualifier == latest {
		return t.name
	}
	return t.name + ":" + t.qualifier
}

// publish makes version 1 of a function that has just been created. Whoever
// calls it holds the lock.
func (s *Service) publish(f *function) *function {
	v := *f
	v.config.Version = aws.String(firstVersion)
	v.active, v.tags = make(chan struct{}), nil
	v.touch(s.cloud.Now())
	s.functions[target{*f.config.FunctionName, firstVersion}.key()] = &v
	return &v
}

// isVersion reports whether a key of s.functions is a published version's.
func isVersion(key string) bool { return strings.Contains(key, ":") }

// remove deletes a function with its versions, or one version alone. Whoever
// calls it holds the lock.
func (s *Service) remove(t target) {
	delete(s.functions, t.key())
	if t.qualifier == "" {
		s.leaveVPC(t.name)
		delete(s.functions, target{t.name, firstVersion}.key())
	}
}

// onlyFunction refuses a version where a call is for functions alone.
func (t target) onlyFunction() error {
	if t.qualifier != "" {
		return invalid("This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.")
	}
	return nil
}
