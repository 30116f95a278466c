package lambda

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// firstVersion is the only version that a function can have: the one that
// CreateFunction publishes.
const firstVersion = "1"

// key is a version's key in s.functions. $LATEST has the function's name.
func (t target) key() string {
	if t.qualifier == "" || t.qualifier == latest {
		return t.name
	}
	return t.name + ":" + t.qualifier
}

// publish creates version 1 of a new function. The caller holds the lock.
func (s *Service) publish(f *function) *function {
	v := *f
	v.config.Version = aws.String(firstVersion)
	v.active, v.tags = make(chan struct{}), nil
	v.markModified(s.cloud.Now())
	s.functions[target{*f.config.FunctionName, firstVersion}.key()] = &v
	return &v
}

// isVersion reports whether a key of s.functions is a published version's.
func isVersion(key string) bool { return strings.Contains(key, ":") }

// remove deletes a function with its version, or the version alone. The caller
// holds the lock.
func (s *Service) remove(t target) {
	delete(s.functions, t.key())
	if t.qualifier == "" {
		s.detachVPC(t.name)
		delete(s.functions, target{t.name, firstVersion}.key())
	}
}

// requireUnqualified rejects a version in a call for functions only.
func (t target) requireUnqualified() error {
	if t.qualifier != "" {
		return invalid("This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.")
	}
	return nil
}
