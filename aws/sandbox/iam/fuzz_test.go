package iam_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/iam"

	"keyturn/aws/sandbox/wire"
)

// FuzzPolicyDocument checks that every document is stored unchanged or rejected as
// malformed.
func FuzzPolicyDocument(f *testing.F) {
	for _, seed := range []string{trust, permissions, "{}", "null", `{"Statement":null}`, `{"Statement":[{"Principal":"*"}]}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, document string) {
		s := newService(t)
		_, err := s.PutRolePolicy(t.Context(), &api.PutRolePolicyInput{RoleName: name, PolicyName: aws.String("p"), PolicyDocument: &document})
		var e *wire.Error
		if err != nil && (!errors.As(err, &e) || e.Code != "MalformedPolicyDocument") {
			t.Errorf("error = %v", err)
		}
	})
}
