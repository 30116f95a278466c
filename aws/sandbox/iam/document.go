package iam

import (
	"encoding/json"
	"slices"
	"strings"

	"keyturn/aws/sandbox/wire"
)

// document is the part of the policy grammar that the sandbox supports (IAM User
// Guide, "Grammar of the IAM JSON policy language").
type document struct {
	Version   string
	Statement oneOrMany[statement]
}

type statement struct {
	Effect      string
	Principal   principal
	Action      oneOrMany[string]
	NotAction   oneOrMany[string]
	Resource    oneOrMany[string]
	NotResource oneOrMany[string] `json:"NotResource"`
	Condition   conditions
}

// oneOrMany is a single value or a list, as the grammar allows.
type oneOrMany[T any] []T

func (o *oneOrMany[T]) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		return json.Unmarshal(data, (*[]T)(o))
	}
	var one T
	if err := json.Unmarshal(data, &one); err != nil {
		return err
	}
	*o = oneOrMany[T]{one}
	return nil
}

// principal is "*" or lists of principals by type: AWS, Service, Federated.
type principal map[string]oneOrMany[string]

func (p *principal) UnmarshalJSON(data []byte) error {
	if string(data) == `"*"` {
		*p = principal{"*": {"*"}}
		return nil
	}
	return json.Unmarshal(data, (*map[string]oneOrMany[string])(p))
}

func malformed(text string) error { return wire.Errorf("MalformedPolicyDocument", "%s", text) }

func parseDocument(text string) (document, error) {
	var d document
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return d, malformed("This policy contains invalid Json")
	}
	if d.Version != "" && d.Version != "2012-10-17" && d.Version != "2008-10-17" {
		return d, malformed("The policy must contain a valid version string")
	}
	if len(d.Statement) == 0 {
		return d, malformed("Syntax errors in policy.")
	}
	for _, s := range d.Statement {
		if s.Effect != "Allow" && s.Effect != "Deny" {
			return d, malformed("Syntax errors in policy.")
		}
		if len(s.Action)+len(s.NotAction) == 0 {
			return d, malformed("Policy statement must contain actions.")
		}
	}
	return d, nil
}

// checkTrustPolicy checks a role's trust policy: its statements have principals
// and no resources.
func checkTrustPolicy(text string) error {
	d, err := parseDocument(text)
	if err != nil {
		return err
	}
	for _, s := range d.Statement {
		if len(s.Principal) == 0 {
			return malformed("AssumeRole policy must contain principals.")
		}
		if len(s.Resource)+len(s.NotResource) > 0 {
			return malformed("Has prohibited field Resource")
		}
		if slices.ContainsFunc(slices.Concat(s.Action, s.NotAction), func(action string) bool { return !strings.HasPrefix(strings.ToLower(action), "sts:") }) {
			return malformed("AssumeRole policy may only specify STS AssumeRole actions.")
		}
	}
	return nil
}

// checkIdentityPolicy checks an identity policy: its statements have resources
// and no principals.
func checkIdentityPolicy(text string) error {
	d, err := parseDocument(text)
	if err != nil {
		return err
	}
	for _, s := range d.Statement {
		if len(s.Principal) > 0 {
			return malformed("Policy document should not specify a principal.")
		}
		if len(s.Resource)+len(s.NotResource) == 0 {
			return malformed("Policy statement must contain resources.")
		}
	}
	return nil
}

// trusts reports whether a valid trust policy lets the service assume the role.
func trusts(text, service string) bool {
	d, err := parseDocument(text)
	return err == nil && slices.ContainsFunc(d.Statement, func(s statement) bool {
		return s.Effect == "Allow" && slices.Contains(s.Action, "sts:AssumeRole") && slices.Contains(s.Principal["Service"], service)
	})
}
