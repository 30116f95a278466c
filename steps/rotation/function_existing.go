package rotation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"keyturn/steps"
)

// existingFunction uses a function that exists. It is looked at before anything
// changes, and never changed or deleted.
type existingFunction struct{ arn string }

func (existingFunction) rotates() bool { return false }

func (f existingFunction) install(ctx context.Context, r run, secret steps.SecretDescription) ([]action, error) {
	function, err := f.describe(ctx, r)
	if err != nil {
		return nil, err
	}
	db, err := r.Services().Databases.DescribeDBInstance(ctx, r.Setup().DatabaseID())
	if err != nil {
		return nil, fmt.Errorf("look at the database: %w", err)
	}
	if !db.PubliclyAccessible {
		if err := checkFunctionVPC(function, db.VPCID); err != nil {
			return nil, err
		}
	}
	invokers, err := r.Services().Functions.Invokers(ctx, f.arn)
	if err != nil {
		return nil, fmt.Errorf("read the function's policy: %w", err)
	}
	if function.VPCID != "" && !r.Setup().Private() {
		r.Report(steps.Noted{Step: r.Step(), Text: fmt.Sprintf("%s runs in the VPC %s: it reaches Secrets Manager only where that network has an endpoint or a NAT gateway.", functionNameOf(f.arn), function.VPCID)})
	}
	r.rememberFunction(f.arn)
	return nil, checkInvocable(f.arn, secret.ARN, invokers)
}

// checkFunctionVPC reports a function that is not in a VPC.
func checkFunctionVPC(f steps.Function, vpc string) error {
	if f.VPCID == vpc {
		return nil
	}
	where := "outside any VPC"
	if f.VPCID != "" {
		where = "in the VPC " + f.VPCID
	}
	return &steps.FunctionError{
		ARN: f.ARN, Problem: fmt.Sprintf("it runs %s, and the database is reached from its own VPC %s only", where, vpc),
		Fix: "Choose a function in that VPC, or have AWS's installed: leave --rotation-function-arn out. keyturn does not move a function.",
	}
}

// preflight looks at the function before there is a database or a secret.
func (f existingFunction) preflight(ctx context.Context, r run) error {
	function, err := f.describe(ctx, r)
	if err != nil || !r.Setup().Private() || r.usesExistingDatabase() {
		return err
	}
	vpc, err := r.databaseVPC(ctx)
	if err != nil && !errors.Is(err, steps.ErrNoDefaultNetwork) {
		return nil //nolint:nilerr // said by preflightNetwork
	}
	return checkFunctionVPC(function, cmp.Or(vpc, "that is made for it"))
}

// describe finds the function and reports what about it stands in the way of a
// rotation.
func (f existingFunction) describe(ctx context.Context, r run) (steps.Function, error) {
	function, err := r.Services().Functions.Function(ctx, f.arn)
	if errors.Is(err, steps.ErrNotFound) {
		return function, &steps.FunctionError{ARN: f.arn, Problem: "there is no such function", Fix: "Check the ARN that --rotation-function-arn names, its region and its account."}
	}
	if err != nil {
		return function, fmt.Errorf("look at the function: %w", err)
	}
	if region := strings.SplitN(f.arn, ":", 5)[3]; region != r.Receipt().Region {
		return function, &steps.FunctionError{ARN: f.arn, Problem: "it is in " + region + ", and the secret in " + r.Receipt().Region, Fix: "Name a function in the secret's region."}
	}
	return function, checkFunctionUsable(function)
}

func (f existingFunction) wait(_ context.Context, r run) (installed, error) {
	r.rememberFunction(f.arn)
	return installed{LambdaARN: f.arn}, nil
}

// retiredRuntimes are the Python runtimes that Lambda has blocked: a function keeps
// running on one, and can no longer be changed (Lambda developer guide, "Lambda
// runtimes").
var retiredRuntimes = []string{"python2.7", "python3.6", "python3.7", "python3.8", "python3.9"}

// minFunctionTimeout is what a rotation function needs at least, in seconds: it tries
// a database that does not answer for five, more than once.
const minFunctionTimeout = 15

// checkFunctionUsable reports what about a function stands in the way of a rotation.
func checkFunctionUsable(f steps.Function) error {
	problem := func(fix, text string, args ...any) error {
		return &steps.FunctionError{ARN: f.ARN, Problem: fmt.Sprintf(text, args...), Fix: fix}
	}
	switch {
	case f.State != "" && f.State != "Active" && f.State != "Inactive":
		return problem("Wait until it is active, or mend it, then try again.", "its state is %s: %s", f.State, f.StateReason)
	case f.LastUpdateStatus == "Failed":
		return problem("Mend it, then try again.", "its last update failed")
	case slices.Contains(retiredRuntimes, f.Runtime):
		return problem("Let keyturn install AWS's function: leave --rotation-function-arn out.", "its runtime %s is no longer supported by Lambda", f.Runtime)
	case f.Timeout < minFunctionTimeout:
		return problem("Raise its timeout, to 30 seconds as AWS's function has it.", "its timeout of %d seconds is too short for a rotation", f.Timeout)
	}
	return nil
}

// accountOf is the account of an ARN.
func accountOf(arn string) string { return strings.SplitN(arn+"::::", ":", 6)[4] }

// secretsManager is the principal as which Secrets Manager invokes functions.
const secretsManager = "secretsmanager.amazonaws.com"

// checkInvocable reports why Secrets Manager may not invoke a function for a secret.
func checkInvocable(arn, secretARN string, invokers []steps.Invoker) error {
	const service = secretsManager
	account := accountOf(secretARN)
	problem := "its policy does not let " + service + " invoke it"
	for _, invoker := range invokers {
		switch {
		case invoker.Service != service && invoker.Service != "*":
			continue
		case invoker.Accounts != nil && !slices.Contains(invoker.Accounts, account):
			problem = fmt.Sprintf("its policy lets %s invoke it for another account only", service)
		case invoker.Sources != nil && !slices.ContainsFunc(invoker.Sources, func(pattern string) bool { return matchesPattern(pattern, secretARN) }):
			problem = fmt.Sprintf("its policy lets %s invoke it for other secrets only", service)
		default:
			return nil
		}
	}
	return &steps.FunctionError{ARN: arn, Problem: problem, Fix: fmt.Sprintf(
		"Add the permission (Lambda AddPermission): action lambda:InvokeFunction, principal %s, source account %s.", service, account)}
}

// matchesPattern reports whether an ARN fits a policy's pattern, in which * and ? stand
// for any text and any letter.
func matchesPattern(pattern, arn string) bool {
	flat := strings.NewReplacer("/", "\x00", "[", "\\[")
	ok, err := path.Match(flat.Replace(pattern), strings.ReplaceAll(arn, "/", "\x00"))
	return ok && err == nil
}
