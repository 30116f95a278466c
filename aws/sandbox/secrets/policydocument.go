package secrets

import (
	"encoding/json"
	"slices"
	"strings"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// policy is a secret's resource policy; the zero value is none. Every caller of
// the sandbox belongs to its one account and has access, so only the statements
// that deny have an effect. Those with conditions are kept and shown but not
// enforced: the sandbox does not know a request's context.
type policy struct {
	text       string // as it was put
	statements []policyStatement
}

// policyStatement is a statement in the grammar of the IAM JSON policy
// language.
type policyStatement struct {
	Sid          string
	Effect       string
	Principal    principals
	NotPrincipal principals
	Action       oneOrMany
	NotAction    oneOrMany
	Resource     oneOrMany
	NotResource  oneOrMany
	Condition    map[string]map[string]oneOrMany
}

// oneOrMany is a single string or a list, as the grammar allows.
type oneOrMany []string

func (o *oneOrMany) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		return json.Unmarshal(data, (*[]string)(o))
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	switch v := v.(type) {
	case string:
		*o = oneOrMany{v}
	case bool, float64: // a condition's value
		*o = oneOrMany{strings.TrimSpace(string(data))}
	default:
		return errSyntax()
	}
	return nil
}

// principals are lists by type: AWS, Service, Federated, CanonicalUser. A bare "*"
// becomes AWS.
type principals map[string]oneOrMany

func (p *principals) UnmarshalJSON(data []byte) error {
	if string(data) == `"*"` {
		*p = principals{"AWS": {"*"}}
		return nil
	}
	return json.Unmarshal(data, (*map[string]oneOrMany)(p))
}

func errMalformedPolicy(text string) *wire.Error { return wire.Errorf(codeMalformedPolicy, "%s", text) }

func errSyntax() *wire.Error {
	return errMalformedPolicy("This resource policy contains a syntax error.")
}

// parseDocument checks a policy's grammar and its principals.
func parseDocument(document string) (policy, error) {
	var d struct {
		Version   *string
		ID        string `json:"Id"`
		Statement json.RawMessage
	}
	if !decodeStrictly(document, &d) || d.Version != nil && *d.Version != "2012-10-17" && *d.Version != "2008-10-17" {
		return policy{}, errSyntax()
	}
	list := string(d.Statement)
	if !strings.HasPrefix(list, "[") {
		list = "[" + list + "]"
	}
	p := policy{text: document}
	if !decodeStrictly(list, &p.statements) || len(p.statements) == 0 {
		return policy{}, errSyntax()
	}
	for _, st := range p.statements {
		if err := st.check(); err != nil {
			return policy{}, err
		}
	}
	return p, nil
}

// decodeStrictly decodes JSON and rejects members that the type does not have.
func decodeStrictly(document string, into any) bool {
	if !json.Valid([]byte(document)) {
		return false
	}
	dec := json.NewDecoder(strings.NewReader(document))
	dec.DisallowUnknownFields()
	return dec.Decode(into) == nil
}

var (
	principalARN     = steps.NewPattern(`^arn:aws[a-z-]*:(iam|sts)::([0-9]{12}):.+$`)
	principalAccount = steps.NewPattern(`^[0-9]{12}$`)
	servicePrincipal = steps.NewPattern(`^[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|amazon\.com)$`)
)

func (st policyStatement) check() error {
	either := func(a, b int) bool { return (a > 0) != (b > 0) }
	if st.Effect != "Allow" && st.Effect != "Deny" || !either(len(st.Principal), len(st.NotPrincipal)) ||
		!either(len(st.Action), len(st.NotAction)) || !either(len(st.Resource), len(st.NotResource)) {
		return errSyntax()
	}
	for _, who := range []principals{st.Principal, st.NotPrincipal} {
		for kind, names := range who {
			for _, name := range names {
				switch {
				case kind == "AWS" && (name == "*" || principalAccount.MatchString(name) || principalARN.MatchString(name)):
				case kind == "Service" && servicePrincipal.MatchString(name), kind == "Federated", kind == "CanonicalUser":
				case kind == "Service":
					return errMalformedPolicy("This resource policy contains an invalid service principal.")
				default:
					return errMalformedPolicy("This resource policy contains an unsupported principal.")
				}
			}
		}
	}
	return nil
}

// narrowingKeys are the condition keys that make a wildcard principal acceptable
// (user guide, "Managing a Resource-based Policy for a Secret").
var narrowingKeys = []string{"aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceaccount"}

// isPublic reports whether a statement allows everyone.
func (p policy) isPublic() bool {
	return slices.ContainsFunc(p.statements, func(st policyStatement) bool {
		if st.Effect != "Allow" || !slices.Contains(st.Principal["AWS"], "*") && len(st.NotPrincipal) == 0 {
			return false
		}
		for _, keys := range st.Condition {
			for key := range keys {
				if slices.Contains(narrowingKeys, strings.ToLower(key)) {
					return false
				}
			}
		}
		return true
	})
}

// denies reports whether a statement without conditions denies the caller an
// action ("GetSecretValue") on the secret.
func (p policy) denies(caller wire.Caller, action, arn string) bool {
	return slices.ContainsFunc(p.statements, func(st policyStatement) bool {
		return st.Effect == "Deny" && len(st.Condition) == 0 &&
			(st.Principal != nil && st.Principal.includes(caller) || st.NotPrincipal != nil && !st.NotPrincipal.includes(caller)) &&
			(st.Action.matchesAny(strings.ToLower("secretsmanager:"+action), strings.ToLower) || st.NotAction != nil && !st.NotAction.matchesAny(strings.ToLower("secretsmanager:"+action), strings.ToLower)) &&
			(st.Resource.matchesAny(arn, nil) || st.NotResource != nil && !st.NotResource.matchesAny(arn, nil))
	})
}

// includes reports whether the caller is among the principals: by its ARN, by
// the role of its session, or by its account.
func (p principals) includes(caller wire.Caller) bool {
	for _, name := range p["AWS"] {
		switch name {
		case "*", caller.ARN, caller.AccountID, arnPrefix(caller) + "iam::" + caller.AccountID + ":root", roleARN(caller):
			return true
		}
	}
	return false
}

// roleARN returns the ARN of a session's role; for other callers it returns no
// valid ARN. It cannot find roles with a path: a session's ARN leaves out the
// path.
func roleARN(caller wire.Caller) string {
	_, session, ok := strings.Cut(caller.ARN, ":assumed-role/")
	if !ok {
		return caller.ARN
	}
	role, _, _ := strings.Cut(session, "/")
	return arnPrefix(caller) + "iam::" + caller.AccountID + ":role/" + role
}

// arnPrefix returns the prefix of ARNs in the caller's partition: "arn:aws-cn:".
func arnPrefix(caller wire.Caller) string {
	return strings.Join(strings.SplitN(caller.ARN+"::", ":", 3)[:2], ":") + ":"
}

// matchesAny compares with patterns in which * is any text and ? any one character.
func (o oneOrMany) matchesAny(value string, fold func(string) string) bool {
	return slices.ContainsFunc(o, func(pattern string) bool {
		if fold != nil {
			pattern = fold(pattern)
		}
		return cloud.MatchesWildcard(pattern, value)
	})
}
