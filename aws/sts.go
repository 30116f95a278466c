package aws

import (
	"context"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"keyturn/steps"
)

type stsAPI interface {
	GetCallerIdentity(context.Context, *sts.GetCallerIdentityInput, ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error)
}

// identity is the steps' Identity.
type identity struct{ api stsAPI }

var _ steps.Identity = identity{}

func (i identity) Caller(ctx context.Context) (steps.Caller, error) {
	out, err := call(ctx, i.api.GetCallerIdentity, &sts.GetCallerIdentityInput{})
	if err != nil {
		return steps.Caller{}, err
	}
	if awssdk.ToString(out.Account) == "" {
		return steps.Caller{}, &steps.ServiceError{
			Service: cliServices[sts.ServiceID], Operation: "GetCallerIdentity", Kind: steps.ErrNotAWS,
			Message: "it answered without an account id",
		}
	}
	return steps.Caller{AccountID: awssdk.ToString(out.Account), ARN: awssdk.ToString(out.Arn)}, nil
}

// accountOf looks up the account of a configuration's credentials.
func accountOf(ctx context.Context, cfg awssdk.Config) (string, error) {
	out, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", err
	}
	return awssdk.ToString(out.Account), nil
}
