package lambda

import (
	"context"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"keyturn/steps"
)

// permission is one statement of a function's resource policy, as in GetPolicy.
type permission struct {
	Sid       string
	Effect    string
	Principal any // "*", or a map with one entry such as {"Service": …}
	Action    string
	Resource  string
	Condition map[string]map[string]string `json:",omitempty"`
}

type resourcePolicy struct {
	Version   string
	ID        string `json:"Id"`
	Statement []permission
}

var (
	statementID  = steps.NewPattern(`^[a-zA-Z0-9-_]{1,100}$`)
	policyAction = steps.NewPattern(`^(lambda:[*]|lambda:[a-zA-Z]+|[*])$`)
	serviceName  = steps.NewPattern(`^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$`)
	accountName  = steps.NewPattern(`^(\d{12}|arn:aws[a-zA-Z-]*:(iam|sts)::\d{12}:.+)$`)
)

// AddPermission adds a statement to a function's resource policy.
func (s *Service) AddPermission(_ context.Context, in *lambda.AddPermissionInput) (*lambda.AddPermissionOutput, error) {
	sid, action, principal := aws.ToString(in.StatementId), aws.ToString(in.Action), aws.ToString(in.Principal)
	switch {
	case !statementID.MatchString(sid):
		return nil, validation(sid, "statementId", "Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)")
	case !policyAction.MatchString(action):
		return nil, validation(action, "action", "Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])")
	}
	p := permission{Sid: sid, Effect: "Allow", Action: action}
	switch {
	case principal == "*":
		p.Principal = "*"
	case serviceName.MatchString(principal):
		p.Principal = map[string]string{"Service": principal}
	case accountName.MatchString(principal):
		if !strings.HasPrefix(principal, "arn:") {
			principal = s.cloud.Partition().ARN("iam", "", principal, "root")
		}
		p.Principal = map[string]string{"AWS": principal}
	default:
		return nil, invalid("The provided principal was invalid. Please check the principal and try again.")
	}
	p.addCondition("StringEquals", "AWS:SourceAccount", in.SourceAccount)
	p.addCondition("ArnLike", "AWS:SourceArn", in.SourceArn)
	p.addCondition("StringEquals", "aws:PrincipalOrgID", in.PrincipalOrgID)
	p.addCondition("StringEquals", "lambda:EventSourceToken", in.EventSourceToken)

	s.mu.Lock()
	defer s.mu.Unlock()
	f, t, err := s.find("AddPermission", in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	if t.qualifier == latest {
		return nil, invalid("We currently do not support adding policies for $LATEST.")
	}
	if err := f.checkRevision(in.RevisionId); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(f.policy, func(o permission) bool { return o.Sid == sid }) {
		return nil, conflict("The statement id (%s) provided already exists. Please provide a new statement id, or remove the existing statement.", sid)
	}
	p.Resource = s.arn(t)
	f.policy = append(f.policy, p)
	f.markModified(s.cloud.Now())
	return &lambda.AddPermissionOutput{Statement: policyJSON(p)}, nil
}

// GetPolicy returns a function's resource policy.
func (s *Service) GetPolicy(_ context.Context, in *lambda.GetPolicyInput) (*lambda.GetPolicyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, _, err := s.find("GetPolicy", in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	if len(f.policy) == 0 {
		return nil, notFound("The resource you requested does not exist.")
	}
	return &lambda.GetPolicyOutput{
		Policy:     policyJSON(resourcePolicy{Version: "2012-10-17", ID: "default", Statement: f.policy}),
		RevisionId: f.config.RevisionId,
	}, nil
}

// RemovePermission removes a statement of a function's resource policy.
func (s *Service) RemovePermission(_ context.Context, in *lambda.RemovePermissionInput) (*lambda.RemovePermissionOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, _, err := s.find("RemovePermission", in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	if err := f.checkRevision(in.RevisionId); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(f.policy, func(p permission) bool { return p.Sid == aws.ToString(in.StatementId) })
	if i < 0 {
		return nil, notFound("Statement %s is not found in resource policy.", aws.ToString(in.StatementId))
	}
	f.policy = slices.Delete(f.policy, i, i+1)
	f.markModified(s.cloud.Now())
	return &lambda.RemovePermissionOutput{}, nil
}

// Principal is an AWS service that invokes functions, if their resource policies
// allow it.
type Principal struct {
	lambda *Service
	name   string // "secretsmanager.amazonaws.com"
}

// Principal returns an AWS service's way to the account's functions.
func (s *Service) Principal(service string) *Principal { return &Principal{lambda: s, name: service} }

// Invocable reports whether the function exists and its resource policy allows the
// service to invoke it from this account. Of a condition on the source's ARN it
// compares service, region and account only.
func (p *Principal) Invocable(functionARN string) bool {
	s := p.lambda
	s.mu.Lock()
	defer s.mu.Unlock()
	f, _, err := s.find("InvokeFunction", &functionARN, nil)
	return err == nil && slices.ContainsFunc(f.policy, func(o permission) bool { return o.admits(p.name, s.cloud.Region, s.cloud.AccountID) })
}

func (p *permission) addCondition(operator, key string, value *string) {
	if value == nil {
		return
	}
	if p.Condition == nil {
		p.Condition = map[string]map[string]string{}
	}
	if p.Condition[operator] == nil {
		p.Condition[operator] = map[string]string{}
	}
	p.Condition[operator][key] = *value
}

func (p *permission) admits(service, region, account string) bool {
	if p.Principal != "*" {
		if kinds, _ := p.Principal.(map[string]string); kinds["Service"] != service {
			return false
		}
	}
	if ok, _ := path.Match(p.Action, "lambda:InvokeFunction"); !ok {
		return false
	}
	for _, condition := range p.Condition {
		for key, value := range condition {
			switch key {
			case "AWS:SourceAccount":
				if value != account {
					return false
				}
			case "AWS:SourceArn":
				source := strings.Split(value+":::::", ":")
				from := strings.Join([]string{"arn", steps.PartitionOf(region).Name, strings.TrimSuffix(service, ".amazonaws.com"), region, account}, ":")
				if ok, _ := path.Match(strings.Join(source[:5], ":"), from); !ok {
					return false
				}
			default:
				return false
			}
		}
	}
	return true
}

// policyJSON encodes a policy as Lambda does, without HTML escapes.
func policyJSON(policy any) *string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(policy); err != nil {
		panic(err) // strings and maps of strings always encode
	}
	return aws.String(strings.TrimSuffix(b.String(), "\n"))
}
