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

// Options say which account to open, and as whom. With an AccessKeyID the
// machine's own AWS configuration (environment and files) is ignored. Without
// one, the SDK's default chain fills in what is empty here.
type Options struct {
	Profile         string
	Region          string
	Endpoint        string // overrides every service's own
	AccessKeyID     string
	SecretAccessKey string
	// Observe, if set, receives a steps.CallStarted and a steps.CallDone for every
	// API call, and between them a steps.CallRetried for each retry, in the
	// goroutine that makes the call.
	Observe func(steps.Event)
	// AskMFACode asks the person for the code of an MFA device, named by its serial
	// number or ARN. It has no timeout. Nil means that nobody can be asked.
	AskCode func(device string) (string, error)

	backoff retry.BackoffDelayer // nil is the SDK's
}

// Session is a client of every service, all with one configuration.
type Session struct {
	region      string
	endpoints   endpoints
	credentials *reloadingCredentials // nil if the keys were given in Options

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

// Open reads the configuration and creates the clients. It makes no call:
// invalid credentials fail the first one.
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

// Endpoint returns the endpoint override in force, or "". If not all services
// have the same override, it lists them by service.
func (s *Session) Endpoint() string { return s.endpoints.String() }

// Services returns the steps' services in this account, except MySQL.
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

// Account returns the session's account, except its Kind and MySQL. It asks STS
// for the caller, which shows that the credentials are valid; a failure is a
// *steps.OpenError.
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

// validate rejects what the SDK would reject only at the first call.
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
