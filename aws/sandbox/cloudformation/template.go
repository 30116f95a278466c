package cloudformation

import (
	"context"
	"crypto/rand"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// Template has a stack's resources and outputs.
type Template struct {
	Description string
	Body        string     // as GetTemplate returns it
	Resources   []Resource // in the order of creation
	// Outputs returns the stack's outputs from the physical ids by logical id.
	Outputs func(made map[string]string) []types.Output
}

// Resource is one resource of a template, with functions that create and delete it.
type Resource struct {
	LogicalID string
	Type      string // "AWS::IAM::Role"
	// Create returns the physical id, even with an error if there is something to
	// delete.
	Create func(ctx context.Context, b Build) (physicalID string, err error)
	// Delete returns no error if the resource no longer exists.
	Delete func(ctx context.Context, physicalID string) error
}

// Build is what Create may need.
type Build struct {
	StackName   string
	StackID     string
	LogicalID   string
	Tags        []types.Tag       // the stack's own, and CloudFormation's
	StackTags   []types.Tag       // the stack's own
	PhysicalIDs map[string]string // physical ids of the resources before it
}

// Name generates a physical name as CloudFormation does: stack, logical id and
// twelve random characters, with the first two cut to fit maxLength.
func (b Build) Name(maxLength int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	suffix := make([]byte, 12)
	_, _ = rand.Read(suffix)
	for i, c := range suffix {
		suffix[i] = letters[int(c)%len(letters)]
	}
	stack, logical := b.StackName, b.LogicalID
	if maxNames := maxLength - len(suffix) - 2; len(stack)+len(logical) > maxNames {
		logical = logical[:min(len(logical), max(maxNames/2, maxNames-len(stack)))]
		stack = stack[:min(len(stack), maxNames-len(logical))]
	}
	return stack + "-" + logical + "-" + string(suffix)
}

func (st *stack) buildFor(r *resource) Build {
	made := map[string]string{}
	for _, o := range st.resources {
		if o.physicalID != "" {
			made[o.LogicalID] = o.physicalID
		}
	}
	return Build{
		StackName: st.name, StackID: st.id, LogicalID: r.LogicalID, PhysicalIDs: maps.Clone(made), StackTags: st.tags,
		Tags: append([]types.Tag{
			{Key: aws.String("aws:cloudformation:stack-name"), Value: aws.String(st.name)},
			{Key: aws.String("aws:cloudformation:stack-id"), Value: aws.String(st.id)},
			{Key: aws.String("aws:cloudformation:logical-id"), Value: aws.String(r.LogicalID)},
		}, st.tags...),
	}
}
