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

// credentialClients are the clients that get credentials. The SDK makes them
// before it has read the endpoint overrides (config, defaultAWSConfigResolvers),
// so that AWS_ENDPOINT_URL counts for every call but theirs. They are given the
// overrides with each call.
type credentialClients struct{ sts, sso, oidc *string }

// note takes the overrides from a loaded configuration.
func (c *credentialClients) note(cfg awssdk.Config) {
	c.sts = sts.NewFromConfig(cfg).Options().BaseEndpoint
	c.sso = sso.NewFromConfig(cfg).Options().BaseEndpoint
	c.oidc = ssooidc.NewFromConfig(cfg).Options().BaseEndpoint
}

type roleClient struct {
	stscreds.AssumeRoleAPIClient
	clients *credentialClients
}

func (r roleClient) AssumeRole(ctx context.Context, in *sts.AssumeRoleInput, options ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	return r.AssumeRoleAPIClient.AssumeRole(ctx, in, append(options, r.clients.atSTS)...)
}

type webIdentityClient struct {
	stscreds.AssumeRoleWithWebIdentityAPIClient
	clients *credentialClients
}

func (w webIdentityClient) AssumeRoleWithWebIdentity(
	ctx context.Context, in *sts.AssumeRoleWithWebIdentityInput, options ...func(*sts.Options),
) (*sts.AssumeRoleWithWebIdentityOutput, error) {
	return w.AssumeRoleWithWebIdentityAPIClient.AssumeRoleWithWebIdentity(ctx, in, append(options, w.clients.atSTS)...)
}

// webIdentity is called twice by the SDK, the first time without a client.
func (c *credentialClients) webIdentity(o *stscreds.WebIdentityRoleOptions) {
	if o.Client != nil {
		o.Client = webIdentityClient{o.Client, c}
	}
}

type portalClient struct {
	ssocreds.GetRoleCredentialsAPIClient
	clients *credentialClients
}

func (p portalClient) GetRoleCredentials(
	ctx context.Context, in *sso.GetRoleCredentialsInput, options ...func(*sso.Options),
) (*sso.GetRoleCredentialsOutput, error) {
	return p.GetRoleCredentialsAPIClient.GetRoleCredentials(ctx, in, append(options, p.clients.atSSO)...)
}

func (c *credentialClients) portal(o *ssocreds.Options) { o.Client = portalClient{o.Client, c} }

func (c *credentialClients) token(o *ssocreds.SSOTokenProviderOptions) {
	o.ClientOptions = append(o.ClientOptions, func(o *ssooidc.Options) {
		if c.oidc != nil {
			o.BaseEndpoint = c.oidc
		}
	})
}

func (c *credentialClients) atSTS(o *sts.Options) {
	if c.sts != nil {
		o.BaseEndpoint = c.sts
	}
}

func (c *credentialClients) atSSO(o *sso.Options) {
	if c.sso != nil {
		o.BaseEndpoint = c.sso
	}
}
