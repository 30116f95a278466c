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

// Macro converts a client's template into a stack's resources. An error makes the
// change set fail.
type Macro func(ctx context.Context, template json.RawMessage) (Template, error)

// Register adds a macro by its name in a template's Transform.
func (s *Service) Register(transform string, m Macro) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.macros[transform] = m
}

// macroCapabilities are required for a template whose macro adds a nested stack
// with a role.
var macroCapabilities = []types.Capability{types.CapabilityCapabilityIam, types.CapabilityCapabilityAutoExpand}

// CreateChangeSet starts to create a change set from a JSON template whose
// Transform is a registered macro. The sandbox accepts no other templates.
func (s *Service) CreateChangeSet(ctx context.Context, in *cloudformation.CreateChangeSetInput) (*cloudformation.CreateChangeSetOutput, error) {
	if err := requireStackName(in.StackName); err != nil {
		return nil, err
	}
	switch {
	case in.ChangeSetName == nil:
		return nil, missingMember("changeSetName")
	case in.TemplateBody == nil && in.TemplateURL == nil:
		return nil, invalid("Either Template URL or Template Body must be specified.")
	case in.TemplateBody == nil:
		return nil, errUnsupportedTemplate
	}
	var head struct{ Transform, Description string }
	if err := json.Unmarshal([]byte(*in.TemplateBody), &head); err != nil {
		return nil, invalid("Template format error: JSON not well-formed. The sandbox reads templates in JSON only.")
	}
	s.mu.Lock()
	macro, st := s.macros[head.Transform], s.findStack(*in.StackName)
	s.mu.Unlock()
	if macro == nil {
		return nil, errUnsupportedTemplate
	}
	if lacking := missingCapabilities(in.Capabilities); len(lacking) > 0 {
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
	id, stackID, err := s.AddChangeSet(spec)
	if err != nil {
		return nil, err
	}
	return &cloudformation.CreateChangeSetOutput{Id: &id, StackId: &stackID}, nil
}

// missingCapabilities returns those of macroCapabilities that were not given.
// CAPABILITY_NAMED_IAM includes CAPABILITY_IAM.
func missingCapabilities(given []types.Capability) []string {
	var missing []string
	for _, c := range macroCapabilities {
		named := c == types.CapabilityCapabilityIam && slices.Contains(given, types.CapabilityCapabilityNamedIam)
		if !named && !slices.Contains(given, c) {
			missing = append(missing, string(c))
		}
	}
	return missing
}

var errUnsupportedTemplate = invalid("The sandbox reads only templates with the transform AWS::SecretsManager-2024-09-16. " +
	"It makes other stacks from published applications: serverlessrepo create-cloud-formation-change-set.")
