package serverlessrepo

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cfn "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	repo "github.com/aws/aws-sdk-go-v2/service/serverlessapplicationrepository"
	"github.com/aws/aws-sdk-go-v2/service/serverlessapplicationrepository/types"
	"github.com/google/uuid"

	"keyturn/aws/sandbox/cloudformation"
	"keyturn/aws/sandbox/wire"
)

// stackPrefix is the repository's prefix of every stack's name.
const stackPrefix = "serverlessrepo-"

// CreateCloudFormationChangeSet starts to create a change set for a stack of the
// application.
func (s *Service) CreateCloudFormationChangeSet(_ context.Context, in *repo.CreateCloudFormationChangeSetInput) (*repo.CreateCloudFormationChangeSetOutput, error) {
	if err := s.checkApplication(in.ApplicationId, in.SemanticVersion); err != nil {
		return nil, err
	}
	if aws.ToString(in.StackName) == "" {
		return nil, badRequest("Stack name is required.")
	}
	if in.TemplateId != nil {
		return nil, notFound("Template with id '%s' does not exist.", *in.TemplateId)
	}
	if err := checkCapabilities(in.Capabilities); err != nil {
		return nil, err
	}
	overrides := map[string]string{}
	for _, o := range in.ParameterOverrides {
		overrides[aws.ToString(o.Name)] = aws.ToString(o.Value)
	}
	template, filled, err := s.Template(overrides)
	if err != nil {
		return nil, err
	}
	name := aws.ToString(in.ChangeSetName)
	if name == "" {
		name = "a" + uuid.NewString()
	}
	spec := cloudformation.ChangeSetSpec{
		StackName: stackPrefix + *in.StackName, ChangeSetName: name, Description: aws.ToString(in.Description),
		Template: template, Parameters: filled, Tags: s.stackTags(in),
	}
	for _, c := range in.Capabilities {
		spec.Capabilities = append(spec.Capabilities, cfn.Capability(c))
	}
	changeSetID, stackID, err := s.stacks.AddChangeSet(spec)
	if err != nil {
		return nil, translateStackError(err)
	}
	return &repo.CreateCloudFormationChangeSetOutput{
		ApplicationId: in.ApplicationId, SemanticVersion: aws.String(version), ChangeSetId: &changeSetID, StackId: &stackID,
	}, nil
}

// checkCapabilities returns an error if a capability is missing.
// CAPABILITY_NAMED_IAM includes CAPABILITY_IAM (API reference of
// CreateCloudFormationChangeSet).
func checkCapabilities(given []string) error {
	var lacking []string
	for _, c := range capabilities {
		named := c == "CAPABILITY_IAM" && slices.Contains(given, "CAPABILITY_NAMED_IAM")
		if !named && !slices.Contains(given, string(c)) {
			lacking = append(lacking, string(c))
		}
	}
	if len(lacking) > 0 {
		return badRequest("Required capabilities [%s] were not provided.", strings.Join(lacking, ", "))
	}
	return nil
}

// Template returns the application's template with the given parameters and the
// defaults of the others.
func (s *Service) Template(given map[string]string) (cloudformation.Template, []cfn.Parameter, error) {
	values := maps.Clone(given)
	var empty []string
	var filled []cfn.Parameter
	for _, p := range parameters {
		if _, ok := values[*p.Name]; !ok && p.DefaultValue == nil {
			empty = append(empty, *p.Name)
		} else if !ok {
			values[*p.Name] = *p.DefaultValue
		}
		filled = append(filled, cfn.Parameter{ParameterKey: p.Name, ParameterValue: aws.String(values[*p.Name])})
	}
	var unknown []string
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.ContainsFunc(parameters, func(p types.ParameterDefinition) bool { return *p.Name == name }) {
			unknown = append(unknown, name)
		}
	}
	switch {
	case len(unknown) > 0:
		return cloudformation.Template{}, nil, badRequest("Parameters: [%s] do not exist in the template", strings.Join(unknown, ", "))
	case len(empty) > 0:
		return cloudformation.Template{}, nil, badRequest("Parameters: [%s] must have values", strings.Join(empty, ", "))
	}
	return s.template(values), filled, nil
}

// stackTags returns the caller's tags and the two that the repository adds.
func (s *Service) stackTags(in *repo.CreateCloudFormationChangeSetInput) []cfn.Tag {
	var tags []cfn.Tag
	for _, t := range in.Tags {
		tags = append(tags, cfn.Tag{Key: t.Key, Value: t.Value})
	}
	return append(tags,
		cfn.Tag{Key: aws.String("serverlessrepo:applicationId"), Value: in.ApplicationId},
		cfn.Tag{Key: aws.String("serverlessrepo:semanticVersion"), Value: aws.String(version)})
}

// translateStackError converts CloudFormation's errors to the repository's.
func translateStackError(err error) error {
	var e *wire.Error
	switch {
	case !errors.As(err, &e):
		return err
	case e.Code == "AlreadyExistsException":
		return &wire.Error{Code: "ConflictException", Message: e.Message, Status: http.StatusConflict}
	}
	return badRequest("%s", e.Message)
}
