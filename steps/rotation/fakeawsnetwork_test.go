package rotation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"keyturn/steps"
)

type fakeEC2 struct{ fake *fakeAWS }

func (f fakeEC2) SecurityGroupsByName(_ context.Context, name, _ string) ([]steps.SecurityGroup, error) {
	var found []steps.SecurityGroup
	for _, group := range f.fake.groups {
		if group.Name == name {
			found = append(found, *group)
		}
	}
	return found, f.fake.failWith["ec2 DescribeSecurityGroups"]
}

func (f fakeEC2) DefaultVPC(context.Context) (string, error) {
	if f.fake.vpc.id == "" {
		return "", steps.ErrNoDefaultNetwork
	}
	return f.fake.vpc.id, f.fake.failWith["ec2 DescribeVpcs"]
}

func (f fakeEC2) CreateSecurityGroup(_ context.Context, name, _, vpc string, tags []steps.Tag) (string, error) {
	if err := f.fake.change("ec2 CreateSecurityGroup"); err != nil {
		return "", err
	}
	f.fake.groups = append(f.fake.groups, &steps.SecurityGroup{ID: "sg-0ab1", Name: name, VPCID: vpc, Tags: tags})
	return "sg-0ab1", f.fake.loseAnswer["ec2 CreateSecurityGroup"]
}

func (f fakeEC2) SecurityGroup(_ context.Context, id string) (steps.SecurityGroup, error) {
	for _, g := range f.fake.groups {
		if g.ID == id {
			return *g, nil
		}
	}
	return steps.SecurityGroup{}, &steps.ServiceError{Service: "ec2", Code: "InvalidGroup.NotFound", Kind: steps.ErrNotFound}
}

func (f fakeEC2) SecurityGroupsByTag(_ context.Context, tag steps.Tag) ([]steps.SecurityGroup, error) {
	if f.fake.onLogDeleted != nil && slices.Contains(f.fake.changes, "logs DeleteLogGroup") {
		f.fake.onLogDeleted()
		f.fake.onLogDeleted = nil
	}
	var found []steps.SecurityGroup
	for _, g := range f.fake.groups {
		if slices.Contains(g.Tags, tag) && !f.fake.tagsNotFound {
			found = append(found, *g)
		}
	}
	return found, f.fake.failWith["ec2 DescribeSecurityGroups"]
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
	if err := f.fake.change("ec2 AuthorizeSecurityGroupIngress"); err != nil {
		return "", err
	}
	f.fake.vpc.made++
	rule.ID = fmt.Sprintf("sgr-%d", f.fake.vpc.made)
	for _, g := range f.fake.groups {
		if g.ID != rule.GroupID {
			continue
		}
		if g.Admits(rule.Peer(), rule.FromPort) {
			return "", &steps.ServiceError{Service: "ec2", Code: "InvalidPermission.Duplicate", Kind: steps.ErrAlreadyExists}
		}
		g.Rules = append(g.Rules, rule)
	}
	return rule.ID, f.fake.loseAnswer["ec2 AuthorizeSecurityGroupIngress"]
}

func (f fakeEC2) ClosePort(_ context.Context, group, id string) error {
	for _, g := range f.fake.groups {
		if g.ID == group {
			g.Rules = slices.DeleteFunc(slices.Clone(g.Rules), func(r steps.InboundRule) bool { return r.ID == id })
		}
	}
	return f.fake.change("ec2 RevokeSecurityGroupIngress")
}

func (f fakeEC2) DeleteSecurityGroup(_ context.Context, id string) error {
	if err := f.fake.change("ec2 DeleteSecurityGroup"); err != nil {
		return err
	}
	if f.fake.groupInUse(id) {
		return &steps.ServiceError{Service: "ec2", Code: "DependencyViolation", Kind: steps.ErrInUse}
	}
	f.fake.groups = slices.DeleteFunc(f.fake.groups, func(g *steps.SecurityGroup) bool { return g.ID == id })
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

type fakeStacks struct{ fake *fakeAWS }

const testStack = "arn:aws:cloudformation:eu-west-1:123456789012:stack/serverlessrepo-keyturn-" + testRunID + "/1"

func (f fakeStacks) HasRepository() bool { return !f.fake.noRepository }

func (fakeStacks) ApplicationARN() string {
	return "arn:aws:serverlessrepo:us-east-1:297356227824:applications/X"
}
func (fakeStacks) SecretsURL() string { return "https://secretsmanager.eu-west-1.amazonaws.com" }

func (f fakeStacks) Application(_ context.Context, arn string) (steps.Application, error) {
	return steps.Application{ARN: arn}, f.fake.failWith["serverlessrepo GetApplication"]
}

func (f fakeStacks) CreateChangeSet(_ context.Context, s steps.RotationStackSpec, _ []string) (steps.ChangeSet, error) {
	if err := f.fake.change("serverlessrepo CreateCloudFormationChangeSet"); err != nil {
		return steps.ChangeSet{}, err
	}
	f.fake.stack = &fakeStack{changeSet: "change-set-1", spec: s, Stack: steps.Stack{
		ID: testStack, Name: stackPrefix + s.StackName, Status: "REVIEW_IN_PROGRESS",
		Outputs: map[string]string{functionOutput: "arn:aws:lambda:eu-west-1:123456789012:function:" + s.FunctionName},
	}}
	return steps.ChangeSet{ID: "change-set-1", StackID: testStack}, f.fake.loseAnswer["serverlessrepo CreateCloudFormationChangeSet"]
}

func (f fakeStacks) CreateTransformChangeSet(_ context.Context, s steps.RotationStackSpec, _ string) (steps.ChangeSet, error) {
	if err := f.fake.change("cloudformation CreateChangeSet"); err != nil {
		return steps.ChangeSet{}, err
	}
	f.fake.stack = &fakeStack{changeSet: "change-set-1", hosted: &s, spec: s, Stack: steps.Stack{ID: testStack, Name: s.StackName, Status: "REVIEW_IN_PROGRESS"}}
	return steps.ChangeSet{ID: "change-set-1", StackID: testStack}, f.fake.loseAnswer["cloudformation CreateChangeSet"]
}

func (f fakeStacks) DescribeChangeSet(_ context.Context, _, id string) (steps.ChangeSet, error) {
	return steps.ChangeSet{ID: id, StackID: testStack, Status: "CREATE_COMPLETE"}, nil
}

func (f fakeStacks) ExecuteChangeSet(context.Context, string, string) error {
	if err := f.fake.change("cloudformation ExecuteChangeSet"); err != nil {
		return err
	}
	f.fake.stack.Status, f.fake.stack.ready = "CREATE_IN_PROGRESS", f.fake.clock.Now().Add(50*time.Second)
	return nil
}

func (fakeStacks) StacksPage(context.Context, string) ([]steps.Stack, string, error) {
	return nil, "", nil
}

func (f fakeStacks) DescribeStack(context.Context, string) (steps.Stack, error) {
	s, now := f.fake.stack, f.fake.clock.Now()
	if s == nil {
		return steps.Stack{}, &steps.ServiceError{Service: "cloudformation", Code: "ValidationError", Kind: steps.ErrNotFound}
	}
	if s.Status == "CREATE_IN_PROGRESS" && !now.Before(s.ready) {
		s.Status = "CREATE_COMPLETE"
		if f.fake.stackFails != "" {
			s.Status, s.failed = "ROLLBACK_COMPLETE", f.fake.stackFails
		} else if s.hosted != nil {
			f.fake.rotateByStack(*s.hosted)
		}
	}
	if s.Status == "DELETE_IN_PROGRESS" && !now.Before(s.deleted) {
		s.Status = "DELETE_COMPLETE"
		if s.hosted != nil {
			f.fake.secret.RotationEnabled = false
		}
	}
	return s.Stack, f.fake.failWith["cloudformation DescribeStacks"]
}

func (f fakeStacks) StackEvents(context.Context, string) ([]steps.StackEvent, error) {
	if failed := f.fake.stack.failed; failed != "" {
		return []steps.StackEvent{{At: f.fake.clock.Now(), Resource: "Function", Status: "CREATE_FAILED", Reason: failed}}, nil
	}
	return []steps.StackEvent{
		{At: f.fake.clock.Now(), Resource: "Function", Status: "CREATE_FAILED", Reason: "Resource creation cancelled"},
		{At: f.fake.clock.Now().Add(-time.Second), Resource: "Role", Status: "CREATE_FAILED", Reason: "not authorized to perform: iam:CreateRole"},
	}, nil
}

func (f fakeStacks) StackFunction(context.Context, string) (string, error) {
	return steps.Defaults(testRunID).FunctionName, nil
}

func (f fakeStacks) DeleteStack(context.Context, string, string) error {
	f.fake.stack.Status, f.fake.stack.deleted = "DELETE_IN_PROGRESS", f.fake.clock.Now().Add(20*time.Second)
	f.fake.vpc.released = f.fake.stack.deleted.Add(25 * time.Minute)
	return f.fake.change("cloudformation DeleteStack")
}

// rotateByStack is what CloudFormation does with a rotation schedule.
func (fake *fakeAWS) rotateByStack(s steps.RotationStackSpec) {
	fake.transformRotations++
	_ = fakeSecrets{fake}.rotate(steps.RotationRequest{
		SecretID: s.SecretARN, FunctionARN: "arn:aws:lambda:eu-west-1:123456789012:function:" + s.FunctionName,
		Rules: s.Rules, TestOnly: s.TestOnly, Token: fmt.Sprintf("cf%06d-by-cloudformation", fake.transformRotations),
	})
}

type fakeLogs struct{ fake *fakeAWS }

func (f fakeLogs) LogLines(_ context.Context, group string, _ time.Time) ([]steps.LogLine, error) {
	return f.fake.logs[group], f.fake.failWith["logs FilterLogEvents"]
}

func (f fakeLogs) DeleteLogGroup(_ context.Context, group string) error {
	err := f.fake.change("logs DeleteLogGroup")
	if err == nil && f.fake.logs[group] == nil {
		err = &steps.ServiceError{Service: "logs", Code: "ResourceNotFoundException", Kind: steps.ErrNotFound}
	}
	delete(f.fake.logs, group)
	return err
}

func (f fakeLogs) LogGroupExists(_ context.Context, group string) (bool, error) {
	return f.fake.logs[group] != nil, nil
}
