package aws

import (
	"context"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// credentialEndpoints are the endpoint overrides of the services that give out
// credentials. The SDK makes its clients of these before it reads the overrides
// (config, defaultAWSConfigResolvers), so that AWS_ENDPOINT_URL would hold for
// every call but theirs. The wrappers here pass the overrides with each call.
type credentialEndpoints struct{ sts, sso, oidc *string }

// setFrom reads the overrides from a loaded configuration.
func (c *credentialEndpoints) setFrom(cfg awssdk.Config) {
	c.sts = sts.NewFromConfig(cfg).Options().BaseEndpoint
	c.sso = sso.NewFromConfig(cfg).Options().BaseEndpoint
	c.oidc = ssooidc.NewFromConfig(cfg).Options().BaseEndpoint
}

type roleClient struct {
	stscreds.AssumeRoleAPIClient
	endpoints *credentialEndpoints
}

func (r roleClient) AssumeRole(ctx context.Context, in *sts.AssumeRoleInput, options ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	return r.AssumeRoleAPIClient.AssumeRole(ctx, in, append(options, r.endpoints.overrideSTS)...)
}

type webIdentityClient struct {
	stscreds.AssumeRoleWithWebIdentityAPIClient
	endpoints *credentialEndpoints
}

func (w webIdentityClient) AssumeRoleWithWebIdentity(
	ctx context.Context, in *sts.AssumeRoleWithWebIdentityInput, options ...func(*sts.Options),
) (*sts.AssumeRoleWithWebIdentityOutput, error) {
	return w.AssumeRoleWithWebIdentityAPIClient.AssumeRoleWithWebIdentity(ctx, in, append(options, w.endpoints.overrideSTS)...)
}

// webIdentityOptions is called twice by the SDK, the first time without a client.
func (c *credentialEndpoints) webIdentityOptions(o *stscreds.WebIdentityRoleOptions) {
	if o.Client != nil {
		o.Client = webIdentityClient{o.Client, c}
	}
}

type ssoClient struct {
	ssocreds.GetRoleCredentialsAPIClient
	endpoints *credentialEndpoints
}

func (p ssoClient) GetRoleCredentials(
	ctx context.Context, in *sso.GetRoleCredentialsInput, options ...func(*sso.Options),
) (*sso.GetRoleCredentialsOutput, error) {
	return p.GetRoleCredentialsAPIClient.GetRoleCredentials(ctx, in, append(options, p.endpoints.overrideSSO)...)
}

func (c *credentialEndpoints) ssoOptions(o *ssocreds.Options) { o.Client = ssoClient{o.Client, c} }

func (c *credentialEndpoints) ssoTokenOptions(o *ssocreds.SSOTokenProviderOptions) {
	o.ClientOptions = append(o.ClientOptions, func(o *ssooidc.Options) {
		if c.oidc != nil {
			o.BaseEndpoint = c.oidc
		}
	})
}

func (c *credentialEndpoints) overrideSTS(o *sts.Options) {
	if c.sts != nil {
		o.BaseEndpoint = c.sts
	}
}

func (c *credentialEndpoints) overrideSSO(o *sso.Options) {
	if c.sso != nil {
		o.BaseEndpoint = c.sso
	}
}
