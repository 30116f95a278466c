package aws

import (
	"context"
	"errors"
	"net"
	"net/http"
	"syscall"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go/logging"

	"keyturn/aws/answers"
	"keyturn/steps"
)

const (
	// attempts is how often a call is tried: with the standard mode's pauses
	// (at most 20 s each) it outlasts AWS's usual throttling. AWS_MAX_ATTEMPTS
	// and max_attempts take precedence.
	attempts = 6
	// connectTimeout bounds one attempt to connect, answerTimeout one attempt
	// as a whole: a call ends, whatever the other side is.
	connectTimeout = 5 * time.Second
	answerTimeout  = time.Minute
	// appID is what the user agent names, so that CloudTrail shows who called.
	appID = "keyturn"
)

// configure makes the one configuration that all clients share. Request bodies
// are never logged: they hold passwords.
func configure(ctx context.Context, o Options) (awssdk.Config, error) {
	cfg, err := source(ctx, o)
	if err != nil {
		return cfg, err
	}
	if cfg.Region == "" {
		return cfg, &steps.ServiceError{
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
		cfg.RetryMaxAttempts = attempts
	}
	cfg.Retryer = func() awssdk.Retryer { return retryer(cfg.RetryMaxAttempts) }
	cfg.Credentials = credentialsOf(cfg.Credentials)
	cfg.HTTPClient = answers.Whole(cfg.HTTPClient)
	cfg.Logger = logging.Nop{}
	return cfg, nil
}

// source is where credentials, region and endpoints come from: the options
// alone, or the SDK's chain of environment, files and machine roles.
func source(ctx context.Context, o Options) (awssdk.Config, error) {
	client := awshttp.NewBuildableClient().WithTimeout(answerTimeout).WithDialerOptions(func(d *net.Dialer) {
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
	cfg, err := config.LoadDefaultConfig(
		ctx,
		config.WithHTTPClient(client),
		config.WithLogger(logging.Nop{}),
		config.WithRegion(o.Region),
		config.WithSharedConfigProfile(o.Profile),
	)
	if err != nil {
		return cfg, configError(err)
	}
	return cfg, nil
}

// retryer is the SDK's standard one, which does not try again where nobody can
// answer: a port without a listener, a name that does not exist.
func retryer(attempts int) awssdk.Retryer {
	nobody := retry.IsErrorRetryableFunc(func(err error) awssdk.Ternary {
		dns, isDNS := errors.AsType[*net.DNSError](err)
		if errors.Is(err, syscall.ECONNREFUSED) || isDNS && dns.IsNotFound {
			return awssdk.FalseTernary
		}
		return awssdk.UnknownTernary
	})
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		o.Retryables = append([]retry.IsErrorRetryable{nobody}, retry.DefaultRetryables...)
	})
}

func configError(err error) error {
	refused := &steps.ServiceError{
		Service: "aws", Operation: "configure",
		Message: err.Error(), Err: err,
	}
	if missing, ok := errors.AsType[config.SharedConfigProfileNotExistError](err); ok {
		refused.Kind, refused.Message = steps.ErrNoCredentials, "there is no profile "+missing.Profile
	}
	return refused
}
