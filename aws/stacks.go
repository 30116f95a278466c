package aws

import "keyturn/steps"

// stacks are the steps' RotationStacks: the repository that publishes the
// rotation function (serverlessrepo.go) and the service that installs it
// (cloudformation.go).
type stacks struct {
	repository     repositoryAPI
	cloudformation cloudformationAPI
	region         string
	secretsURL     string // the override of Secrets Manager's endpoint, or ""
}

var _ steps.RotationStacks = stacks{}

func (s stacks) HasRepository() bool { return HasRepository(s.region) }

func (s stacks) ApplicationARN() string { return ApplicationARN(s.region) }

func (s stacks) SecretsURL() string {
	if s.secretsURL != "" {
		return s.secretsURL
	}
	return secretsURL(s.region)
}
