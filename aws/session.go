package aws

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/serverlessapplicationrepository"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"keyturn/steps"
)

// Options say which account to open, and as whom. With an AccessKeyID nothing
// of the machine's own AWS configuration is looked at: neither environment nor
// files. Without one the SDK's usual chain decides what is left empty here.
type Options struct {
	Profile         string
	Region          string
	Endpoint        string // overrides every service's own
	AccessKeyID     string
	SecretAccessKey string
	// Observe hears a steps.CallStarted and a steps.CallDone for every API call,
	// and between them a steps.CallRetried for each further attempt, from the
	// goroutine that makes the call. Nil hears nothing.
	Observe func(steps.Event)
	// AskCode asks the person for the code that an MFA device shows, named by
	// its serial number or ARN. It takes as long as the person does. Nil: nobody
	// is there to ask.
	AskCode func(device string) (string, error)

	backoff retry.BackoffDelayer // nil is the SDK's
}

// Session is an account that can be worked with: a client of every service,
// all from one configuration.
type Session struct {
	region      string
	endpoints   endpoints
	credentials *reloadingCredentials // nil for credentials that were given as they are

	identity    identity
	aliases     aliases
	databases   databases
	network     network
	secrets     secrets
	stacks      stacks
	functions   functions
	logs        functionLogs
	address     addressCheck
	permissions permissions
}

// Open reads the configuration and makes the clients. It calls nobody:
// credentials that do not hold show at the first call.
func Open(ctx context.Context, o Options) (*Session, error) {
	cfg, renewed, err := loadConfig(ctx, o)
	if err != nil {
		return nil, err
	}
	observer := &observer{emit: o.Observe, profile: o.Profile, endpoints: endpoints{}, maxAttempts: cfg.RetryMaxAttempts}
	cfg.APIOptions = append(cfg.APIOptions, observer.addMiddleware)

	ec2API := ec2.NewFromConfig(cfg)
	rdsAPI := rds.NewFromConfig(cfg)
	stsAPI := sts.NewFromConfig(cfg, func(o *sts.Options) {
		o.HTTPClient = timeoutClient{o.HTTPClient, openTimeout}
	})
	iamAPI := iam.NewFromConfig(cfg)
	secretsAPI := secretsmanager.NewFromConfig(cfg)
	sarAPI := serverlessapplicationrepository.NewFromConfig(cfg)
	stackAPI := cloudformation.NewFromConfig(cfg)
	lambdaClient := lambda.NewFromConfig(cfg)
	logsAPI := cloudwatchlogs.NewFromConfig(cfg)
	observer.endpoints.set(ec2.ServiceID, ec2API.Options().BaseEndpoint)
	observer.endpoints.set(rds.ServiceID, rdsAPI.Options().BaseEndpoint)
	observer.endpoints.set(sts.ServiceID, stsAPI.Options().BaseEndpoint)
	observer.endpoints.set(iam.ServiceID, iamAPI.Options().BaseEndpoint)
	observer.endpoints.set(secretsmanager.ServiceID, secretsAPI.Options().BaseEndpoint)
	observer.endpoints.set(serverlessapplicationrepository.ServiceID, sarAPI.Options().BaseEndpoint)
	observer.endpoints.set(cloudformation.ServiceID, stackAPI.Options().BaseEndpoint)
	observer.endpoints.set(lambda.ServiceID, lambdaClient.Options().BaseEndpoint)
	observer.endpoints.set(cloudwatchlogs.ServiceID, logsAPI.Options().BaseEndpoint)
	if err := observer.endpoints.validate(); err != nil {
		return nil, badConfiguration(err)
	}

	return &Session{
		region:      cfg.Region,
		endpoints:   observer.endpoints,
		credentials: renewed,
		identity:    identity{stsAPI},
		aliases:     aliases{iamAPI},
		databases:   databases{rdsAPI},
		network:     network{ec2API, cfg.Region},
		secrets:     secrets{secretsAPI},
		stacks: stacks{
			repository: sarAPI, cloudformation: stackAPI,
			region: cfg.Region, secretsURL: observer.endpoints[secretsmanager.ServiceID],
		},
		functions:   functions{lambdaClient},
		logs:        functionLogs{logsAPI},
		address:     addressCheck{cfg.HTTPClient, observer.endpoints[ec2.ServiceID]},
		permissions: permissions{iam: iamAPI, ec2: ec2API},
	}, nil
}

// Region is where the session works.
func (s *Session) Region() string { return s.region }

// Endpoint names the endpoint override in force, "" where there is none. Where
// only some services are overridden, or differently, it says which.
func (s *Session) Endpoint() string { return s.endpoints.String() }

// Services are the steps' services in this account, but for MySQL, which is
// not AWS's.
func (s *Session) Services() steps.Services {
	return steps.Services{
		Identity:  s.identity,
		Databases: s.databases,
		Network:   s.network,
		Secrets:   s.secrets,
		Stacks:    s.stacks,
		Functions: s.functions,
		Logs:      s.logs,
		Address:   s.address,

		Permissions: s.permissions,
	}
}

// Account is the session's account as the steps know it, but for its Kind and
// for MySQL. Who the caller is shows that the credentials hold: it is asked
// with one call, whose failure is a *steps.OpenError.
func (s *Session) Account(ctx context.Context) (*steps.Account, error) {
	services := s.Services()
	caller, err := services.Identity.Caller(ctx)
	if err != nil {
		return nil, &steps.OpenError{Endpoint: s.Endpoint(), Err: err}
	}
	if s.credentials != nil {
		s.credentials.setAccount(caller.AccountID)
	}
	return &steps.Account{
		ID: caller.AccountID, Region: s.Region(), Caller: caller.ARN,
		Endpoint: s.Endpoint(), Services: services, Pace: s.Pace(),
	}, nil
}

// endpoints are the overrides in force, by the SDK's service id.
type endpoints map[string]string

func (e endpoints) set(serviceID string, override *string) {
	if override != nil {
		e[serviceID] = awssdk.ToString(override)
	}
}

// validate wants what the SDK would refuse at the first call only.
func (e endpoints) validate() error {
	for _, override := range e {
		u, err := url.Parse(override)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("the endpoint %q is not an address such as http://127.0.0.1:4566", override)
		}
	}
	return nil
}

func (e endpoints) String() string {
	services := map[string][]string{}
	var urls []string
	for _, id := range serviceIDs {
		url, ok := e[id]
		if !ok {
			continue
		}
		if services[url] == nil {
			urls = append(urls, url)
		}
		services[url] = append(services[url], cliServices[id])
	}
	if len(urls) == 1 && len(e) == len(serviceIDs) {
		return urls[0]
	}
	var parts []string
	for _, url := range urls {
		parts = append(parts, fmt.Sprintf("%s (%s)", url, strings.Join(services[url], ", ")))
	}
	return strings.Join(parts, ", ")
}
