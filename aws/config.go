package aws

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go/logging"

	"keyturn/aws/answers"
	"keyturn/steps"
)

const (
	// maxAttempts is how often a call is tried. With the standard mode's pauses
	// (at most 20 s each) that outlasts AWS's usual throttling. AWS_MAX_ATTEMPTS
	// and max_attempts take precedence.
	maxAttempts = 6
	// maxUnansweredAttempts is how often a call is tried when no response comes
	// at all. A busy service gets more attempts than an absent one.
	maxUnansweredAttempts = 2
	// maxCredentialAttempts is how often a call for credentials is tried.
	maxCredentialAttempts = 3
	// openTimeout bounds one attempt of the call that opens the account, while
	// the person waits.
	openTimeout = 10 * time.Second
	// connectTimeout bounds one connection, attemptTimeout one attempt, and
	// callTimeout all attempts of a call together.
	connectTimeout = 5 * time.Second
	attemptTimeout = 30 * time.Second
	callTimeout    = 2 * time.Minute
	// appID is what the user agent names, so that CloudTrail shows who called.
	appID = "keyturn"
)

// validRegion matches any name that can be part of a host name. Whether the
// region exists is for AWS to say.
var validRegion = steps.NewPattern(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// loadConfig returns the configuration that all clients share. Request bodies
// are never logged: they hold passwords.
func loadConfig(ctx context.Context, o Options) (awssdk.Config, *reloadingCredentials, error) {
	cfg, err := loadSDKConfig(ctx, o)
	if err != nil {
		return cfg, nil, err
	}
	if cfg.Region == "" {
		return cfg, nil, &steps.ServiceError{
			Service: "aws", Operation: "configure", Kind: steps.ErrNoRegion,
			Message: "neither --region nor AWS_REGION nor the profile names a region",
		}
	}
	if o.Endpoint != "" {
		cfg.BaseEndpoint = &o.Endpoint
	}
	if cfg.AppID == "" {
		cfg.AppID = appID
	}
	if cfg.RetryMaxAttempts == 0 {
		cfg.RetryMaxAttempts = maxAttempts
	}
	cfg.Retryer = func() awssdk.Retryer { return newRetryer(cfg.RetryMaxAttempts, o.backoff) }
	if !validRegion.MatchString(cfg.Region) {
		return cfg, nil, badConfiguration(fmt.Errorf("%q is not the name of a region, such as us-east-1", cfg.Region))
	}
	cfg.HTTPClient = answers.ReadFully(cfg.HTTPClient)
	cfg.Logger = logging.Nop{}
	if o.AccessKeyID != "" {
		return cfg, nil, nil
	}
	reloading := &reloadingCredentials{
		provider: cfg.Credentials, signIn: readSignInHint(cfg, o.Profile), accountChecked: true,
		load: func(ctx context.Context) (awssdk.CredentialsProvider, signInHint, error) {
			reloaded, err := loadSDKConfig(ctx, o)
			return reloaded.Credentials, readSignInHint(reloaded, o.Profile), err
		},
	}
	plain := cfg.Copy() // without the wrapping that follows
	reloading.accountOf = func(ctx context.Context, provider awssdk.CredentialsProvider) (string, error) {
		plain.Credentials = provider
		return accountOf(ctx, plain)
	}
	cfg.Credentials = reloading
	cfg.APIOptions = append(cfg.APIOptions, reloading.addMiddleware)
	return cfg, reloading, nil
}

// loadSDKConfig reads credentials, region and endpoints: from the options alone
// when they have keys, else from the SDK's chain of environment, files and
// machine roles.
func loadSDKConfig(ctx context.Context, o Options) (awssdk.Config, error) {
	client := awshttp.NewBuildableClient().WithTimeout(attemptTimeout).WithDialerOptions(func(d *net.Dialer) {
		d.Timeout = connectTimeout
	})
	if o.AccessKeyID != "" {
		return awssdk.Config{
			Region:      o.Region,
			Credentials: credentials.NewStaticCredentialsProvider(o.AccessKeyID, o.SecretAccessKey, ""),
			HTTPClient: client.WithTransportOptions(func(t *http.Transport) {
				t.Proxy = nil
			}),
		}, nil
	}
	var endpoints credentialEndpoints
	cfg, err := config.LoadDefaultConfig(
		ctx,
		config.WithHTTPClient(client),
		config.WithLogger(logging.Nop{}),
		config.WithRegion(o.Region),
		config.WithSharedConfigProfile(o.Profile),
		config.WithAssumeRoleCredentialOptions(assumeRoleOptions(&endpoints, o.AskCode)),
		config.WithWebIdentityRoleCredentialOptions(endpoints.webIdentityOptions),
		config.WithSSOProviderOptions(endpoints.ssoOptions),
		config.WithSSOTokenProviderOptions(endpoints.ssoTokenOptions),
		// For the calls for credentials, while the person waits.
		config.WithRetryer(func() awssdk.Retryer { return newRetryer(maxCredentialAttempts, o.backoff) }),
	)
	if err != nil {
		return cfg, configError(err)
	}
	endpoints.setFrom(cfg)
	cfg.RetryMaxAttempts, err = chosenAttempts(ctx, cfg)
	return cfg, err
}

// chosenAttempts is how often a call is tried by AWS_MAX_ATTEMPTS or the profile;
// 0 where neither says. The SDK does not read them beside a retryer of ours.
func chosenAttempts(ctx context.Context, cfg awssdk.Config) (int, error) {
	for _, source := range cfg.ConfigSources {
		chooser, ok := source.(interface {
			GetRetryMaxAttempts(ctx context.Context) (int, bool, error)
		})
		if !ok {
			continue
		}
		if attempts, found, err := chooser.GetRetryMaxAttempts(ctx); found || err != nil {
			return attempts, err
		}
	}
	return 0, nil
}

func configError(err error) error {
	if missing, ok := errors.AsType[config.SharedConfigProfileNotExistError](err); ok {
		return &steps.ServiceError{
			Service: "aws", Operation: "configure", Kind: steps.ErrNoProfile,
			Message: "there is no profile " + missing.Profile, Err: err,
		}
	}
	return badConfiguration(err)
}

func badConfiguration(err error) error {
	return &steps.ServiceError{
		Service: "aws", Operation: "configure", Kind: steps.ErrBadConfiguration, Message: err.Error(), Err: err,
	}
}

// timeoutClient bounds each attempt. The client below has to return complete
// responses, as answers.Whole does: the context ends with Do.
type timeoutClient struct {
	client awssdk.HTTPClient
	limit  time.Duration
}

func (b timeoutClient) Do(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(r.Context(), b.limit)
	defer cancel()
	return b.client.Do(r.WithContext(ctx))
}
