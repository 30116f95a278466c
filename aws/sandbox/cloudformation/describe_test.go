package cloudformation_test

import (
	"slices"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/cloudformation"
)

func spec(stack, changeSet string) cloudformation.ChangeSetSpec {
	return cloudformation.ChangeSetSpec{StackName: stack, ChangeSetName: changeSet, Template: (&thingStore{}).template("A")}
}

func wantEvents(t *testing.T, s *cloudformation.Service, stack string, want ...string) {
	t.Helper()
	out, err := s.DescribeStackEvents(t.Context(), &api.DescribeStackEventsInput{StackName: &stack})
	check(t, err)
	var got []string
	for _, e := range slices.Backward(out.StackEvents) {
		got = append(got, *e.LogicalResourceId+" "+string(e.ResourceStatus)+" "+aws.ToString(e.ResourceStatusReason))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestChangeSetListsItsChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, things := newService(t, cloud.Instant), &thingStore{}
		id, stackID := addChangeSet(t, s, things.template("B", "A"))
		synctest.Wait()
		for _, in := range []*api.DescribeChangeSetInput{{ChangeSetName: &id}, {ChangeSetName: aws.String("first"), StackName: aws.String("stack")}, {ChangeSetName: aws.String("first"), StackName: &stackID}} {
			out, err := s.DescribeChangeSet(t.Context(), in)
			check(t, err)
			if out.Status != types.ChangeSetStatusCreateComplete || out.ExecutionStatus != types.ExecutionStatusAvailable || len(out.Changes) != 2 || *out.Changes[0].ResourceChange.LogicalResourceId != "A" || out.Changes[0].ResourceChange.Action != types.ChangeActionAdd {
				t.Errorf("change set = %+v", out)
			}
		}
		_, err := s.DeleteChangeSet(t.Context(), &api.DeleteChangeSetInput{ChangeSetName: &id})
		check(t, err)
		_, err = s.DeleteChangeSet(t.Context(), &api.DeleteChangeSetInput{ChangeSetName: &id})
		check(t, err)
		all, err := s.ListChangeSets(t.Context(), &api.ListChangeSetsInput{StackName: aws.String("stack")})
		check(t, err)
		if len(all.Summaries) != 0 {
			t.Errorf("change sets = %v", all.Summaries)
		}
		wantStatus(t, s, stackID, types.StackStatusReviewInProgress)
		deleteStack(t, s, "stack")
		synctest.Wait()
		wantStatus(t, s, stackID, types.StackStatusDeleteComplete)
	})
}

func TestStackResources(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, things, ctx := newService(t, cloud.Instant), &thingStore{}, t.Context()
		cs, id := addChangeSet(t, s, things.template("A", "B"))
		synctest.Wait()
		execute(t, s, cs)
		synctest.Wait()
		one, err := s.DescribeStackResource(ctx, &api.DescribeStackResourceInput{StackName: aws.String("stack"), LogicalResourceId: aws.String("B")})
		check(t, err)
		all, err := s.DescribeStackResources(ctx, &api.DescribeStackResourcesInput{PhysicalResourceId: aws.String("A")})
		check(t, err)
		list, err := s.ListStackResources(ctx, &api.ListStackResourcesInput{StackName: &id})
		check(t, err)
		if *one.StackResourceDetail.PhysicalResourceId != "B" || len(all.StackResources) != 2 || len(list.StackResourceSummaries) != 2 || list.StackResourceSummaries[0].ResourceStatus != types.ResourceStatusCreateComplete {
			t.Errorf("one %+v, all %+v, list %+v", one, all, list)
		}
		template, err := s.GetTemplate(ctx, &api.GetTemplateInput{StackName: &id})
		check(t, err)
		if *template.TemplateBody != "things: A B" {
			t.Errorf("template = %s", *template.TemplateBody)
		}
	})
}

func TestMissingResourcesAreNotFound(t *testing.T) {
	t.Parallel()
	s, ctx, none := newService(t, cloud.Instant), t.Context(), aws.String("none")
	for about, c := range map[string]struct {
		do            func() error
		code, message string
	}{
		"a stack": {func() error {
			_, err := s.DescribeStacks(ctx, &api.DescribeStacksInput{StackName: none})
			return err
		}, "ValidationError", "Stack with id none does not exist"},
		"a stack without a name": {func() error {
			_, err := s.DescribeStacks(ctx, &api.DescribeStacksInput{StackName: aws.String("")})
			return err
		}, "ValidationError", "1 validation error detected: Value '' at 'stackName' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		"a stack's events": {func() error {
			_, err := s.DescribeStackEvents(ctx, &api.DescribeStackEventsInput{StackName: none})
			return err
		}, "ValidationError", "Stack [none] does not exist"},
		"a stack's resource": {func() error {
			_, err := s.DescribeStackResource(ctx, &api.DescribeStackResourceInput{StackName: none, LogicalResourceId: none})
			return err
		}, "ValidationError", "Stack 'none' does not exist"},
		"a stack's template": {func() error {
			_, err := s.GetTemplate(ctx, &api.GetTemplateInput{StackName: none})
			return err
		}, "ValidationError", "Stack with id none does not exist"},
		"a change set": {func() error {
			_, err := s.DescribeChangeSet(ctx, &api.DescribeChangeSetInput{ChangeSetName: aws.String("arn:aws:cloudformation:us-east-1:123456789012:changeSet/x/y")})
			return err
		}, "ChangeSetNotFound", "ChangeSet [arn:aws:cloudformation:us-east-1:123456789012:changeSet/x/y] does not exist"},
		"a change set of a stack that is not there": {func() error {
			_, err := s.DescribeChangeSet(ctx, &api.DescribeChangeSetInput{ChangeSetName: none, StackName: none})
			return err
		}, "ValidationError", "Stack [none] does not exist"},
		"the stack of a change set's name": {func() error {
			_, err := s.DescribeChangeSet(ctx, &api.DescribeChangeSetInput{ChangeSetName: none})
			return err
		}, "ValidationError", "StackName must be specified if ChangeSetName is not specified as an ARN."},
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			wantError(t, c.do(), c.code, c.message)
		})
	}
	deleteStack(t, s, "none")
}

func TestDeletedStackIsFoundOnlyByID(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t, cloud.Instant)
		_, id := addChangeSet(t, s, (&thingStore{}).template("A"))
		deleteStack(t, s, "stack")
		synctest.Wait()
		wantStatus(t, s, id, types.StackStatusDeleteComplete)
		_, err := s.DescribeStacks(t.Context(), &api.DescribeStacksInput{StackName: aws.String("stack")})
		wantError(t, err, "ValidationError", "Stack with id stack does not exist")
		all, err := s.DescribeStacks(t.Context(), &api.DescribeStacksInput{})
		check(t, err)
		list, err := s.ListStacks(t.Context(), &api.ListStacksInput{})
		check(t, err)
		if len(all.Stacks) != 0 || len(list.StackSummaries) != 1 {
			t.Errorf("DescribeStacks %v, ListStacks %v", all.Stacks, list.StackSummaries)
		}
	})
}

func TestGeneratedNamesFitTheirLimits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := cloudformation.Build{StackName: rapid.StringMatching(`[a-z]{1,128}`).Draw(t, "stack"), LogicalID: rapid.StringMatching(`[A-Z]{1,100}`).Draw(t, "logical")}
		name := b.Name(64)
		whole := len(b.StackName)+len(b.LogicalID)+14 <= 64
		if len(name) > 64 || whole && name[:len(name)-12] != b.StackName+"-"+b.LogicalID+"-" || !whole && len(name) != 64 {
			t.Fatalf("name = %s (%d characters)", name, len(name))
		}
	})
}
