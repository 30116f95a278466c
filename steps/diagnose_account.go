package steps

import (
	"errors"
	"fmt"
)

func credentialsRefused(f failure) Diagnosis {
	d := Diagnosis{
		ID:   "credentials-refused",
		What: "AWS does not accept the credentials",
		Why:  quoteAnswer(f.answer),
		Fix: "Check the access key and the secret key, and that this machine's clock is right: " +
			"a signature is refused when it is off by more than five minutes.",
	}
	if f.endpoint != "" {
		d.Fix = fmt.Sprintf("Check the keys and the region: those that %s knows, or unset AWS_ENDPOINT_URL to use AWS itself.", f.endpoint)
	}
	return d
}

func clockWrong(f failure) Diagnosis {
	return Diagnosis{
		ID:   "clock-wrong",
		What: "This machine's clock is wrong",
		Why:  "AWS refuses a signature that is more than five minutes off. " + quoteAnswer(f.answer),
		Fix:  "Set the clock, best by the network (timedatectl set-ntp true), then try again.",
	}
}

func capabilitiesRequired(f failure) Diagnosis {
	return Diagnosis{
		ID:   "capabilities-required",
		What: "AWS's rotation function wants rights that keyturn does not acknowledge",
		Why:  quoteAnswer(f.answer),
		Fix:  "AWS changed the function's template. Take the other way to it, with --rotation-function-from, or a newer keyturn.",
	}
}

func noRegion(failure) Diagnosis {
	return Diagnosis{
		ID:   "no-region",
		What: "No AWS region is chosen",
		Why:  "Neither the command line, nor the environment, nor the profile names one.",
		Fix:  "Name one with --region, as in --region us-east-1, or set AWS_REGION.",
	}
}

func noProfile(f failure) Diagnosis {
	return Diagnosis{
		ID:   "no-profile",
		What: "The AWS profile does not exist",
		Why:  detail(f),
		Fix:  "Choose one that `aws configure list-profiles` names, with --profile or AWS_PROFILE, or leave both empty.",
	}
}

func badConfiguration(f failure) Diagnosis {
	return Diagnosis{
		ID:   "bad-configuration",
		What: "The AWS configuration cannot be used",
		Why:  detail(f),
		Fix:  "Correct the setting that it names, on the command line, in the environment or in the AWS configuration files.",
	}
}

func otherAccount(e *OtherAccountError) Diagnosis {
	return Diagnosis{
		ID:   "other-account",
		What: "This is not the account in which the run worked",
		Why:  sentence(e.Error()),
		Fix:  fmt.Sprintf("Sign in to %s, or name a profile of it with --profile. Nothing was changed.", e.RunAccount),
	}
}

func accessDenied(f failure) Diagnosis {
	who, action := f.caller, f.answer.Action
	if who == "" {
		who = "The caller"
	}
	if action == "" {
		action = f.answer.Service + ":" + f.answer.Operation
	}
	return Diagnosis{
		ID:   "access-denied",
		What: "A permission is missing: " + action,
		Why:  fmt.Sprintf("%s may not do %s. %s", who, action, quoteAnswer(f.answer)),
		Fix: fmt.Sprintf("Ask whoever manages the account to allow %s. The tutorial needs the managed policy SecretsManagerReadWrite, "+
			"rights to make RDS instances and security groups, and IAMFullAccess for the function's role; "+
			"`keyturn check --policy` prints the least that does.", action),
	}
}

func endpointUnreachable(f failure) Diagnosis {
	d := Diagnosis{
		ID:   "endpoint-unreachable",
		What: serviceName(f.answer.Service) + " could not be reached",
		Why:  sentence(f.answer.Message),
		Fix:  "Check the network, a proxy, the region's name, and AWS_ENDPOINT_URL if it is set, then try again.",
	}
	if errors.Is(f.err, ErrConnectionBroken) {
		d.Fix = "Something on the way breaks or replaces the connection: check a proxy, and AWS_CA_BUNDLE if it shows a certificate of its own. Then try again."
	}
	if f.answer.Service == "serverlessrepo" && !errors.Is(f.err, ErrConnectionBroken) {
		d.Fix = "This service is not in every region: choose another with --region. Otherwise check the network and a proxy, then try again."
	}
	if f.answer.Service == "" {
		d.What, d.Why = "AWS could not be reached", sentence(f.err.Error())
	}
	if f.endpoint != "" {
		d.Fix = fmt.Sprintf("The endpoint is set to %s: start what should listen there, or unset AWS_ENDPOINT_URL.", f.endpoint)
	}
	return d
}

func unknownOperation(f failure) Diagnosis {
	where, fix := "this region", "Choose another region with --region."
	if f.endpoint != "" {
		where = "the endpoint " + f.endpoint
		fix = "Use keyturn's own sandbox, which has every operation of the tutorial, or unset AWS_ENDPOINT_URL to use AWS itself."
	}
	return Diagnosis{
		ID:   "unknown-operation",
		What: fmt.Sprintf("%s has no %s here", serviceName(f.answer.Service), f.answer.Operation),
		Why:  fmt.Sprintf("The operation is unknown to %s. %s", where, quoteAnswer(f.answer)),
		Fix:  fix,
	}
}

func serviceFailing(f failure) Diagnosis {
	d := Diagnosis{
		ID:   "service-failing",
		What: serviceName(f.answer.Service) + " could not do " + f.answer.Operation,
		Why:  quoteAnswer(f.answer) + " The fault is the service's own.",
		Fix:  "Try again in a few minutes. " + PartitionOf(f.region).Health + " tells of AWS's troubles.",
	}
	if f.endpoint != "" {
		d.Fix = fmt.Sprintf("Look at what listens at %s, or unset AWS_ENDPOINT_URL to use AWS itself.", f.endpoint)
	}
	return d
}

func notAWS(f failure) Diagnosis {
	d := Diagnosis{
		ID:   "not-aws",
		What: "What answered is not AWS's " + serviceNameWithoutArticle(f.answer.Service),
		Why:  quoteAnswer(f.answer),
		Fix:  "A proxy or the sign-in page of a network may stand between: see to that, then try again.",
	}
	if f.endpoint != "" {
		d.Fix = fmt.Sprintf("Check what listens at %s, or unset AWS_ENDPOINT_URL to use AWS itself.", f.endpoint)
	}
	return d
}

func throttled(f failure) Diagnosis {
	return Diagnosis{
		ID:   "throttled",
		What: serviceName(f.answer.Service) + " is getting too many calls",
		Why:  quoteAnswer(f.answer),
		Fix:  "Wait a minute, then try again. Other programs in the account may be calling it too.",
	}
}

func quotaExceeded(f failure) Diagnosis {
	return Diagnosis{
		ID:   "quota-exceeded",
		What: "A limit of the account is reached",
		Why:  quoteAnswer(f.answer),
		Fix:  "Remove what is no longer used, choose another class with --db-class or another region with --region, or have the limit raised in Service Quotas.",
	}
}

// quotaReached is a quota that was looked at before anything was made.
func quotaReached(e *QuotaError) Diagnosis {
	what, fix := "DB instances", "another region with --region"
	if e.Quota.Name == QuotaStorage {
		what, fix = "GiB of database storage", "less storage with --db-storage or another region with --region"
	}
	return Diagnosis{
		ID:   "quota-exceeded",
		What: fmt.Sprintf("The account has no room for %d more %s", e.Adds, what),
		Why:  fmt.Sprintf("The RDS quota %s is %d here, and %d of it are used.", e.Quota.Name, e.Quota.Most, e.Quota.Used),
		Fix:  fmt.Sprintf("Remove what is no longer used, choose %s, or have the limit raised in Service Quotas.", fix),
	}
}

func noCapacity(f failure) Diagnosis {
	return Diagnosis{
		ID:   "no-capacity",
		What: "AWS has no room for such a database here now",
		Why:  quoteAnswer(f.answer),
		Fix:  "Choose another class with --db-class or another region with --region, or try again later.",
	}
}

func noDefaultNetwork(f failure) Diagnosis {
	return Diagnosis{
		ID:   "no-default-network",
		What: "The region has no default network for the database",
		Why:  detail(f),
		Fix: "Let keyturn make one, with --create-default-vpc where nobody is asked: clean-up removes it again. " +
			"Or choose subnets of another VPC: go back to the question Subnets, or name them with --subnet-ids. " +
			"Or choose another region with --region.",
	}
}

func receiptNotSaved(f failure) Diagnosis {
	return Diagnosis{
		ID:   "receipt-not-saved",
		What: "The receipt could not be saved, so nothing more is made",
		Why:  sentence(f.err.Error()),
		Fix:  "Make room or set KEYTURN_STATE_DIR to a folder that can be written, then try again.",
	}
}

// detail is what the service or, where none answered, the error says.
func detail(f failure) string {
	if f.answer.Message != "" {
		return quoteAnswer(f.answer)
	}
	return sentence(f.err.Error())
}
