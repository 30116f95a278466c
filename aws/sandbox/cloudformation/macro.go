package cloudformation

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"keyturn/aws/sandbox/wire"
)

// Macro turns a template that a client brings into what a stack is made of. An
// error is why it cannot; the change set then fails.
type Macro func(ctx context.Context, template json.RawMessage) (Template, error)

// Register makes a macro known by the name that a template's Transform has.
func (s *Service) Register(transform string, m Macro) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.macros[transform] = m
}

// macroCapabilities are what whoever brings a template with a macro that adds a
// nested stack with a role has to acknowledge.
var macroCapabilities = []types.Capability{types.CapabilityCapabilityIam, types.CapabilityCapabilityAutoExpand}

// CreateChangeSet starts making a change set of a template, in JSON, whose
// Transform is a macro that is registered. The sandbox reads no others.
func (s *Service) CreateChangeSet(ctx context.Context, in *cloudformation.CreateChangeSetInput) (*cloudformation.CreateChangeSetOutput, error) {
	if err := nameless(in.StackName); err != nil {
		return nil, err
	}
	switch {
	case in.ChangeSetName == nil:
		return nil, missing("changeSetName")
	case in.TemplateBody == nil && in.TemplateURL == nil:
		return nil, invalid("Either Template URL or Template Body must be specified.")
	case in.TemplateBody == nil:
		return nil, errTemplate
	}
	var head struct{ Transform, Description string }
	if err := json.Unmarshal([]byte(*in.TemplateBody), &head); err != nil {
		return nil, invalid("Template format error: JSON not well-formed. The sandbox reads templates in JSON only.")
	}
	s.mu.Lock()
	macro, st := s.macros[head.Transform], s.find(*in.StackName)
	s.mu.Unlock()
	if macro == nil {
		return nil, errTemplate
	}
	if lacking := lackingCapabilities(in.Capabilities); len(lacking) > 0 {
		return nil, wire.Errorf("InsufficientCapabilitiesException", "Requires capabilities : [%s]", strings.Join(lacking, ", "))
	}
	switch isNew := st == nil || st.status == types.StackStatusReviewInProgress; {
	case in.ChangeSetType == types.ChangeSetTypeCreate && !isNew:
		return nil, invalid("Stack [%s] already exists and cannot be created again with the changeSet [%s].", *in.StackName, *in.ChangeSetName)
	case in.ChangeSetType != types.ChangeSetTypeCreate && st == nil:
		return nil, invalid("Stack [%s] does not exist", *in.StackName)
	}
	spec := ChangeSetSpec{
		StackName: *in.StackName, ChangeSetName: *in.ChangeSetName, Description: aws.ToString(in.Description),
		Parameters: in.Parameters, Capabilities: in.Capabilities, Tags: in.Tags,
	}
	template, err := macro(ctx, json.RawMessage(*in.TemplateBody))
	if err != nil {
		spec.Failure = "Transform " + head.Transform + " failed with: " + err.Error()
	}
	spec.Template = template
	spec.Template.Body, spec.Template.Description = *in.TemplateBody, head.Description
	id, stackID, err := s.Propose(spec)
	if err != nil {
		return nil, err
	}
	return &cloudformation.CreateChangeSetOutput{Id: &id, StackId: &stackID}, nil
}

// lackingCapabilities are those that were not given. CAPABILITY_NAMED_IAM
// includes CAPABILITY_IAM.
func lackingCapabilities(given []types.Capability) []string {
	var lacking []string
	for _, c := range macroCapabilities {
		named := c == types.CapabilityCapabilityIam && slices.Contains(given, types.CapabilityCapabilityNamedIam)
		if !named && !slices.Contains(given, c) {
			lacking = append(lacking, string(c))
		}
	}
	return lacking
}

var errTemplate = invalid("The sandbox reads only templates with the transform AWS::SecretsManager-2024-09-16. " +
	"It makes other stacks from published applications: serverlessrepo create-cloud-formation-change-set.")
