package cloudformation_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"go.uber.org/goleak"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/cloudformation"
	"keyturn/aws/sandbox/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// thingStore is a service whose resources a template creates, by logical id.
type thingStore struct {
	mu     sync.Mutex
	things []string
	broken map[string]bool // what cannot be made
	stuck  map[string]bool // what cannot be deleted
}

func (s *thingStore) template(ids ...string) cloudformation.Template {
	t := cloudformation.Template{
		Description: "things", Body: "things: " + strings.Join(ids, " "),
		Outputs: func(made map[string]string) []types.Output {
			return []types.Output{{OutputKey: aws.String("Last"), OutputValue: aws.String(made[ids[len(ids)-1]])}}
		},
	}
	for _, id := range ids {
		t.Resources = append(t.Resources, cloudformation.Resource{LogicalID: id, Type: "Test::Shelf::Thing", Create: s.create, Delete: s.delete})
	}
	return t
}

func (s *thingStore) create(_ context.Context, b cloudformation.Build) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken[b.LogicalID] {
		return "", errors.New(b.LogicalID + " is broken")
	}
	s.things = append(s.things, b.LogicalID)
	return b.LogicalID, nil
}

func (s *thingStore) delete(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stuck[id] {
		return errors.New(id + " is stuck")
	}
	s.things = slices.DeleteFunc(s.things, func(o string) bool { return o == id })
	return nil
}

func (s *thingStore) contents() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.things, " ")
}

// newService returns a service without stacks.
func newService(t *testing.T, pace cloud.Pace) *cloudformation.Service {
	t.Helper()
	c := cloud.New("us-east-1", "123456789012", pace, nil)
	t.Cleanup(c.Close)
	return cloudformation.New(c)
}

func addChangeSet(t *testing.T, s *cloudformation.Service, template cloudformation.Template) (changeSetID, stackID string) {
	t.Helper()
	changeSetID, stackID, err := s.AddChangeSet(cloudformation.ChangeSetSpec{StackName: "stack", ChangeSetName: "first", Template: template})
	check(t, err)
	return changeSetID, stackID
}

func execute(t *testing.T, s *cloudformation.Service, changeSetID string) {
	t.Helper()
	_, err := s.ExecuteChangeSet(t.Context(), &api.ExecuteChangeSetInput{ChangeSetName: &changeSetID, ClientRequestToken: aws.String("token")})
	check(t, err)
}

func deleteStack(t *testing.T, s *cloudformation.Service, stack string, retain ...string) {
	t.Helper()
	_, err := s.DeleteStack(t.Context(), &api.DeleteStackInput{StackName: &stack, RetainResources: retain})
	check(t, err)
}

func describe(t *testing.T, s *cloudformation.Service, stack string) types.Stack {
	t.Helper()
	out, err := s.DescribeStacks(t.Context(), &api.DescribeStacksInput{StackName: &stack})
	check(t, err)
	return out.Stacks[0]
}

func wantStatus(t *testing.T, s *cloudformation.Service, stack string, want types.StackStatus) {
	t.Helper()
	if got := describe(t, s, stack); got.StackStatus != want {
		t.Errorf("status = %s (%s), want %s", got.StackStatus, aws.ToString(got.StackStatusReason), want)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantError(t *testing.T, err error, code, message string) {
	t.Helper()
	var e *wire.Error
	if !errors.As(err, &e) || e.Code != code || e.Message != message {
		t.Errorf("error = %v, want %s: %s", err, code, message)
	}
}
