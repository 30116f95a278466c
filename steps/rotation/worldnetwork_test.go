package rotation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"keyturn/steps"
)

type fakeEC2 struct{ w *world }

func (f fakeEC2) SecurityGroupsByName(_ context.Context, name, _ string) ([]steps.SecurityGroup, error) {
	var found []steps.SecurityGroup
	for _, group := range f.w.groups {
		if group.Name == name {
			found = append(found, *group)
		}
	}
	return found, f.w.refuse["ec2 DescribeSecurityGroups"]
}

func (f fakeEC2) DefaultVPC(context.Context) (string, error) {
	if f.w.vpc.id == "" {
		return "", steps.ErrNoDefaultNetwork
	}
	return f.w.vpc.id, f.w.refuse["ec2 DescribeVpcs"]
}

func (f fakeEC2) CreateSecurityGroup(_ context.Context, name, _, vpc string, tags []steps.Tag) (string, error) {
	if err := f.w.change("ec2 CreateSecurityGroup"); err != nil {
		return "", err
	}
	f.w.groups = append(f.w.groups, &steps.SecurityGroup{ID: "sg-0ab1", Name: name, VPCID: vpc, Tags: tags})
	return "sg-0ab1", f.w.lose["ec2 CreateSecurityGroup"]
}

func (f fakeEC2) SecurityGroup(_ context.Context, id string) (steps.SecurityGroup, error) {
	for _, g := range f.w.groups {
		if g.ID == id {
			return *g, nil
		}
	}
	return steps.SecurityGroup{}, &steps.ServiceError{Service: "ec2", Code: "InvalidGroup.NotFound", Kind: steps.ErrNotFound}
}

func (f fakeEC2) SecurityGroupsByTag(_ context.Context, tag steps.Tag) ([]steps.SecurityGroup, error) {
	if f.w.late != nil && slices.Contains(f.w.changes, "logs DeleteLogGroup") {
		f.w.late()
		f.w.late = nil
	}
	var found []steps.SecurityGroup
	for _, g := range f.w.groups {
		if slices.Contains(g.Tags, tag) && !f.w.unlisted {
			found = append(found, *g)
		}
	}
	return found, f.w.refuse["ec2 DescribeSecurityGroups"]
}

func (fakeEC2) InboundRulesByTag(context.Context, steps.Tag) ([]steps.InboundRule, error) {
	return nil, nil
}

func (f fakeEC2) OpenPort(_ context.Context, id, cidr string, port int32, tags []steps.Tag) (string, error) {
	return f.authorize(steps.InboundRule{GroupID: id, CIDR: cidr, FromPort: port, ToPort: port, Owner: steps.Owner(tags)})
}

func (f fakeEC2) AdmitGroup(_ context.Context, id, source string, port int32, tags []steps.Tag) (string, error) {
	return f.authorize(steps.InboundRule{GroupID: id, Source: source, FromPort: port, ToPort: port, Owner: steps.Owner(tags)})
}

func (f fakeEC2) authorize(rule steps.InboundRule) (string, error) {
	if err := f.w.change("ec2 AuthorizeSecurityGroupIngress"); err != nil {
		return "", err
	}
	f.w.vpc.made++
	rule.ID = fmt.Sprintf("sgr-%d", f.w.vpc.made)
	for _, g := range f.w.groups {
		if g.ID != rule.GroupID {
			continue
		}
		if g.Admits(rule.Peer(), rule.FromPort) {
			return "", &steps.ServiceError{Service: "ec2", Code: "InvalidPermission.Duplicate", Kind: steps.ErrAlreadyExists}
		}
		g.Rules = append(g.Rules, rule)
	}
	return rule.ID, f.w.lose["ec2 AuthorizeSecurityGroupIngress"]
}

func (f fakeEC2) ClosePort(_ context.Context, group, id string) error {
	for _, g := range f.w.groups {
		if g.ID == group {
			g.Rules = slices.DeleteFunc(slices.Clone(g.Rules), func(r steps.InboundRule) bool { return r.ID == id })
		}
	}
	return f.w.change("ec2 RevokeSecurityGroupIngress")
}

func (f fakeEC2) DeleteSecurityGroup(_ context.Context, id string) error {
	if err := f.w.change("ec2 DeleteSecurityGroup"); err != nil {
		return err
	}
	if f.w.groupInUse(id) {
		return &steps.ServiceError{Service: "ec2", Code: "DependencyViolation", Kind: steps.ErrInUse}
	}
	f.w.groups = slices.DeleteFunc(f.w.groups, func(g *steps.SecurityGroup) bool { return g.ID == id })
	return nil
}

type fakeStack struct {
	steps.Stack
	changeSet string
	failed    string                   // why it rolled back
	hosted    *steps.RotationStackSpec // of a stack that turns rotation on
	spec      steps.RotationStackSpec
	ready     time.Time
	deleted   time.Time
}

type fakeStacks struct{ w *world }

const testStack = "arn:aws:cloudformation:eu-west-1:123456789012:stack/serverlessrepo-keyturn-" + testRun + "/1"

func (f fakeStacks) HasRepository() bool { return !f.w.noRepository }

func (fakeStacks) ApplicationARN() string {
	return "arn:aws:serverlessrepo:us-east-1:297356227824:applications/X"
}
func (fakeStacks) SecretsURL() string { return "https://secretsmanager.eu-west-1.amazonaws.com" }

func (f fakeStacks) Application(_ context.Context, arn string) (steps.Application, error) {
	return steps.Application{ARN: arn}, f.w.refuse["serverlessrepo GetApplication"]
}

func (f fakeStacks) CreateChangeSet(_ context.Context, s steps.RotationStackSpec, _ []string) (steps.ChangeSet, error) {
	if err := f.w.change("serverlessrepo CreateCloudFormationChangeSet"); err != nil {
		return steps.ChangeSet{}, err
	}
	f.w.stack = &fakeStack{changeSet: "change-set-1", spec: s, Stack: steps.Stack{
		ID: testStack, Name: stackPrefix + s.StackName, Status: "REVIEW_IN_PROGRESS",
		Outputs: map[string]string{functionOutput: "arn:aws:lambda:eu-west-1:123456789012:function:" + s.FunctionName},
	}}
	return steps.ChangeSet{ID: "change-set-1", StackID: testStack}, f.w.lose["serverlessrepo CreateCloudFormationChangeSet"]
}

func (f fakeStacks) CreateTransformChangeSet(_ context.Context, s steps.RotationStackSpec, _ string) (steps.ChangeSet, error) {
	if err := f.w.change("cloudformation CreateChangeSet"); err != nil {
		return steps.ChangeSet{}, err
	}
	f.w.stack = &fakeStack{changeSet: "change-set-1", hosted: &s, spec: s, Stack: steps.Stack{ID: testStack, Name: s.StackName, Status: "REVIEW_IN_PROGRESS"}}
	return steps.ChangeSet{ID: "change-set-1", StackID: testStack}, f.w.lose["cloudformation CreateChangeSet"]
}

func (f fakeStacks) DescribeChangeSet(_ context.Context, _, id string) (steps.ChangeSet, error) {
	return steps.ChangeSet{ID: id, StackID: testStack, Status: "CREATE_COMPLETE"}, nil
}

func (f fakeStacks) ExecuteChangeSet(context.Context, string, string) error {
	if err := f.w.change("cloudformation ExecuteChangeSet"); err != nil {
		return err
	}
	f.w.stack.Status, f.w.stack.ready = "CREATE_IN_PROGRESS", f.w.clock.Now().Add(50*time.Second)
	return nil
}

func (fakeStacks) StacksPage(context.Context, string) ([]steps.Stack, string, error) { return nil, "", nil }

func (f fakeStacks) DescribeStack(context.Context, string) (steps.Stack, error) {
	s, now := f.w.stack, f.w.clock.Now()
	if s == nil {
		return steps.Stack{}, &steps.ServiceError{Service: "cloudformation", Code: "ValidationError", Kind: steps.ErrNotFound}
	}
	if s.Status == "CREATE_IN_PROGRESS" && !now.Before(s.ready) {
		s.Status = "CREATE_COMPLETE"
		if f.w.stackFails != "" {
			s.Status, s.failed = "ROLLBACK_COMPLETE", f.w.stackFails
		} else if s.hosted != nil {
			f.w.rotateByStack(*s.hosted)
		}
	}
	if s.Status == "DELETE_IN_PROGRESS" && !now.Before(s.deleted) {
		s.Status = "DELETE_COMPLETE"
		if s.hosted != nil {
			f.w.secret.RotationEnabled = false
		}
	}
	return s.Stack, f.w.refuse["cloudformation DescribeStacks"]
}

func (f fakeStacks) StackEvents(context.Context, string) ([]steps.StackEvent, error) {
	if failed := f.w.stack.failed; failed != "" {
		return []steps.StackEvent{{At: f.w.clock.Now(), Resource: "Function", Status: "CREATE_FAILED", Reason: failed}}, nil
	}
	return []steps.StackEvent{
		{At: f.w.clock.Now(), Resource: "Function", Status: "CREATE_FAILED", Reason: "Resource creation cancelled"},
		{At: f.w.clock.Now().Add(-time.Second), Resource: "Role", Status: "CREATE_FAILED", Reason: "not authorized to perform: iam:CreateRole"},
	}, nil
}

func (f fakeStacks) StackFunction(context.Context, string) (string, error) {
	return steps.Defaults(testRun).FunctionName, nil
}

func (f fakeStacks) DeleteStack(context.Context, string, string) error {
	f.w.stack.Status, f.w.stack.deleted = "DELETE_IN_PROGRESS", f.w.clock.Now().Add(20*time.Second)
	f.w.vpc.released = f.w.stack.deleted.Add(25 * time.Minute)
	return f.w.change("cloudformation DeleteStack")
}

// rotateByStack is what CloudFormation does with a rotation schedule.
func (w *world) rotateByStack(s steps.RotationStackSpec) {
	w.hostedRotations++
	_ = fakeSecrets{w}.rotate(steps.RotationRequest{
		SecretID: s.SecretARN, FunctionARN: "arn:aws:lambda:eu-west-1:123456789012:function:" + s.FunctionName,
		Rules: s.Rules, TestOnly: s.TestOnly, Token: fmt.Sprintf("cf%06d-by-cloudformation", w.hostedRotations),
	})
}

type fakeLogs struct{ w *world }

func (f fakeLogs) LogLines(_ context.Context, group string, _ time.Time) ([]steps.LogLine, error) {
	return f.w.logs[group], f.w.refuse["logs FilterLogEvents"]
}

func (f fakeLogs) DeleteLogGroup(_ context.Context, group string) error {
	err := f.w.change("logs DeleteLogGroup")
	if err == nil && f.w.logs[group] == nil {
		err = &steps.ServiceError{Service: "logs", Code: "ResourceNotFoundException", Kind: steps.ErrNotFound}
	}
	delete(f.w.logs, group)
	return err
}

func (f fakeLogs) LogGroupExists(_ context.Context, group string) (bool, error) {
	return f.w.logs[group] != nil, nil
}
