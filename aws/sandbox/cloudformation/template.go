package cloudformation

import (
	"context"
	"crypto/rand"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// Template is what a stack is made of.
type Template struct {
	Description string
	Body        string     // as GetTemplate answers it
	Resources   []Resource // in the order in which they are made
	// Outputs are the stack's, once all resources are made; their physical ids
	// come by logical id.
	Outputs func(made map[string]string) []types.Output
}

// Resource is one resource of a template, with the calls that make and delete
// it in its service.
type Resource struct {
	LogicalID string
	Type      string // "AWS::IAM::Role"
	// Create returns the physical id, also beside an error if there is
	// something to delete.
	Create func(ctx context.Context, b Build) (physicalID string, err error)
	// Delete is no error where there is nothing any more.
	Delete func(ctx context.Context, physicalID string) error
}

// Build is what making a resource may depend on.
type Build struct {
	StackName string
	StackID   string
	LogicalID string
	Tags      []types.Tag       // the stack's own, and CloudFormation's
	StackTags []types.Tag       // the stack's own
	Made      map[string]string // physical ids of the resources before it
}

// Name is a physical name as CloudFormation makes one up: stack, logical id and
// twelve random characters, the first two cut to fit in most characters.
func (b Build) Name(most int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	suffix := make([]byte, 12)
	_, _ = rand.Read(suffix)
	for i, c := range suffix {
		suffix[i] = letters[int(c)%len(letters)]
	}
	stack, logical := b.StackName, b.LogicalID
	if room := most - len(suffix) - 2; len(stack)+len(logical) > room {
		logical = logical[:min(len(logical), max(room/2, room-len(stack)))]
		stack = stack[:min(len(stack), room-len(logical))]
	}
	return stack + "-" + logical + "-" + string(suffix)
}

func (st *stack) build(r *resource) Build {
	made := map[string]string{}
	for _, o := range st.resources {
		if o.physicalID != "" {
			made[o.LogicalID] = o.physicalID
		}
	}
	return Build{
		StackName: st.name, StackID: st.id, LogicalID: r.LogicalID, Made: maps.Clone(made), StackTags: st.tags,
		Tags: append([]types.Tag{
			{Key: aws.String("aws:cloudformation:stack-name"), Value: aws.String(st.name)},
			{Key: aws.String("aws:cloudformation:stack-id"), Value: aws.String(st.id)},
			{Key: aws.String("aws:cloudformation:logical-id"), Value: aws.String(r.LogicalID)},
		}, st.tags...),
	}
}
