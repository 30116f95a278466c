package rotation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"keyturn/steps"
)

// runTag is the run's tag with any run in it.
var runTag = steps.Tag{Key: steps.TagRun}

// maxRunID is the longest value of a run's tag, in characters, that is taken for
// a run's id: it becomes a file's name.
const maxRunID = 63

// finder builds receipts of the runs that tags in an account name.
type finder struct {
	steps.Services
	account *steps.Account
	now     time.Time
	runs    map[string]*steps.Receipt
	// functions are the rotation functions of the runs that have a stack, "" where
	// CloudFormation has not told the name.
	functions map[string]string
	secrets   []steps.SecretDescription
}

// FindRuns looks the account up for what carries a run's tag, and for what cannot
// be asked by tags and has the name that such a run gives: the DB subnet group,
// the function's log, and the rotation of a secret that was there before. It
// returns a receipt of each run, as far as a clean-up needs one, the newest first.
// It changes nothing.
func FindRuns(ctx context.Context, account *steps.Account, now time.Time) ([]steps.Receipt, error) {
	f := &finder{
		Services: account.Services, account: account, now: now,
		runs: map[string]*steps.Receipt{}, functions: map[string]string{},
	}
	for _, look := range []func(context.Context) error{
		f.findNetwork, f.findDatabases, f.findSecrets, f.findStacks, f.findRules, f.findByName,
	} {
		if err := look(ctx); err != nil {
			return nil, err
		}
	}
	found := make([]steps.Receipt, 0, len(f.runs))
	for _, receipt := range f.runs {
		if receipt.Opened.IsZero() {
			receipt.Opened = dayOf(receipt.Run, now)
		}
		found = append(found, *receipt)
	}
	slices.SortFunc(found, func(a, b steps.Receipt) int {
		return cmp.Or(b.Opened.Compare(a.Opened), cmp.Compare(b.Run, a.Run))
	})
	return found, nil
}

// dayOf is the day that a run's name begins with.
func dayOf(run string, now time.Time) time.Time {
	day, _, _ := strings.Cut(run, "-")
	if at, err := time.Parse("20060102", day); err == nil {
		return at
	}
	return now
}

// of is the receipt of the run that tags name, nil if they name none.
func (f *finder) of(tags []steps.Tag) *steps.Receipt {
	id := steps.Owner(tags)
	if len(id) > maxRunID || !steps.IsRunID(id) {
		return nil
	}
	if f.runs[id] == nil {
		f.runs[id] = &steps.Receipt{
			Version: steps.ReceiptVersion, Run: id, Account: steps.AWS, AccountID: f.account.ID, Region: f.account.Region,
			Endpoint: f.account.Endpoint, Updated: f.now, Setup: steps.Defaults(id), Steps: []steps.StepOutcome{}, Resources: []steps.ResourceRecord{},
		}
	}
	return f.runs[id]
}

// record notes a resource. created is zero where AWS does not tell.
func (f *finder) record(receipt *steps.Receipt, step steps.StepID, kind, name, id string, created time.Time) {
	if !created.IsZero() && (receipt.Opened.IsZero() || created.Before(receipt.Opened)) {
		receipt.Opened = created
	}
	if created.IsZero() {
		created = f.now
	}
	*receipt = receipt.WithIntent(step, kind, name, created).WithCreated(kind, name, id, created)
}

func (f *finder) findNetwork(ctx context.Context) error {
	groups, err := f.Network.SecurityGroupsByTag(ctx, runTag)
	if err != nil {
		return fmt.Errorf("look for security groups: %w", err)
	}
	for _, group := range groups {
		receipt := f.of(group.Tags)
		if receipt == nil {
			continue
		}
		f.record(receipt, StepDatabase, steps.KindSecurityGroup, groupName(receipt.Run), group.ID, time.Time{})
		if !group.Admits(anywhere, steps.MySQLPort) { // the private network waits for more, and looks at more
			receipt.Setup.Network = steps.NetworkPrivate
		}
	}
	endpoints, err := f.Network.EndpointsByTag(ctx, runTag)
	if err != nil {
		return fmt.Errorf("look for endpoints: %w", err)
	}
	for _, e := range endpoints {
		if receipt := f.of(e.Tags); receipt != nil && e.State != steps.EndpointDeleted {
			receipt.Setup.Network = steps.NetworkPrivate
			f.record(receipt, StepRotate, steps.KindVPCEndpoint, groupName(receipt.Run), e.ID, time.Time{})
		}
	}
	vpcs, err := f.Network.VPCsByTag(ctx, runTag)
	if err != nil {
		return fmt.Errorf("look for VPCs: %w", err)
	}
	for _, vpc := range vpcs {
		if receipt := f.of(vpc.Tags); receipt != nil {
			f.record(receipt, StepDatabase, steps.KindVPC, defaultVPCName, vpc.ID, time.Time{})
		}
	}
	return nil
}

func (f *finder) findDatabases(ctx context.Context) error {
	return eachPage(func(token string) (string, error) {
		page, next, err := f.Databases.DBInstancesPage(ctx, token)
		if err != nil {
			return "", fmt.Errorf("look for databases: %w", err)
		}
		for _, db := range page {
			if receipt := f.of(db.Tags); receipt != nil {
				receipt.Setup.DBInstanceID, receipt.Setup.DBUsername = db.ID, db.Username
				f.record(receipt, StepDatabase, steps.KindDatabase, db.ID, db.ID, db.CreatedAt)
			}
		}
		return next, nil
	})
}

func (f *finder) findSecrets(ctx context.Context) error {
	return eachPage(func(token string) (string, error) {
		page, next, err := f.Secrets.SecretsPage(ctx, "", token)
		if err != nil {
			return "", fmt.Errorf("look for secrets: %w", err)
		}
		for _, secret := range page {
			receipt := f.of(secret.Tags)
			if receipt == nil {
				f.secrets = append(f.secrets, secret)
				continue
			}
			receipt.Setup.SecretName = secret.Name
			if secret.FunctionARN != "" {
				f.functions[receipt.Run] = functionNameOf(secret.FunctionARN)
			}
			f.record(receipt, StepSecret, steps.KindSecret, secret.Name, secret.ARN, secret.CreatedAt)
			if !secret.DeletedAt.IsZero() {
				*receipt = receipt.WithRemoved(steps.KindSecret, secret.Name, f.now, secret.DeletedAt)
			}
		}
		return next, nil
	})
}

// findStacks passes over the stacks within a run's stack: they carry its tags, and
// go with it.
func (f *finder) findStacks(ctx context.Context) error {
	var found []steps.Stack
	err := eachPage(func(token string) (string, error) {
		page, next, err := f.Stacks.StacksPage(ctx, token)
		found = append(found, page...)
		return next, err
	})
	if err != nil {
		return fmt.Errorf("look for stacks: %w", err)
	}
	owned := map[string]bool{}
	for _, stack := range found {
		receipt := f.of(stack.Tags)
		if receipt == nil { // as long as it is only a change set, it may carry no tags
			if run, ok := strings.CutPrefix(strings.TrimPrefix(stack.Name, stackPrefix), stackName("")); ok {
				receipt = f.runs[run]
			}
		}
		if receipt == nil || stack.Nested {
			continue
		}
		owned[receipt.Run] = true
		from := steps.FunctionTransform
		if strings.HasPrefix(stack.Name, stackPrefix) {
			from = steps.FunctionSAR
			name, err := f.Stacks.StackFunction(ctx, stack.ID)
			if err != nil && !errors.Is(err, steps.ErrNotFound) && !errors.Is(err, steps.ErrInvalidInput) {
				return fmt.Errorf("look for the stack's function: %w", err)
			}
			f.functions[receipt.Run] = cmp.Or(name, f.functions[receipt.Run])
		}
		f.record(receipt, StepRotate, steps.KindStack, stackName(receipt.Run), stack.ID, stack.CreatedAt)
		*receipt = receipt.WithToken(TokenStack, stack.ID).WithToken(TokenFunctionFrom, string(from))
	}
	for run, receipt := range f.runs { // one without a stack may use a function that is not its own
		if owned[run] {
			receipt.Setup.FunctionName = cmp.Or(f.functions[run], receipt.Setup.FunctionName)
		}
	}
	return nil
}

// findRules finds the rules that runs added to groups of the person's own.
func (f *finder) findRules(ctx context.Context) error {
	rules, err := f.Network.InboundRulesByTag(ctx, runTag)
	if err != nil {
		return fmt.Errorf("look for inbound rules: %w", err)
	}
	for _, rule := range rules {
		receipt := f.of([]steps.Tag{{Key: steps.TagRun, Value: rule.Owner}})
		if receipt == nil {
			continue
		}
		name := steps.InboundRuleName(rule.Peer(), rule.FromPort)
		if own, _ := receipt.Record(steps.KindSecurityGroup, groupName(receipt.Run)); own.ID != rule.GroupID {
			name += otherGroupMark + rule.GroupID
			f.recordUsed(receipt, steps.KindSecurityGroup, rule.GroupID, rule.GroupID)
		}
		f.record(receipt, StepDatabase, steps.KindInboundRule, name, rule.ID, time.Time{})
	}
	return nil
}

func (f *finder) recordUsed(receipt *steps.Receipt, kind, name, id string) {
	if _, known := receipt.FindUsed(kind, name); !known {
		receipt.Used = append(receipt.Used, steps.UsedResource{Kind: kind, Name: name, ID: id, Step: StepDatabase, At: f.now})
	}
}

// findByName finds what runs that are proved by a tag have without one.
func (f *finder) findByName(ctx context.Context) error {
	for _, receipt := range f.runs {
		group := groupName(receipt.Run)
		there, err := f.Databases.HasDBSubnetGroup(ctx, group)
		if err != nil {
			return fmt.Errorf("look for the DB subnet group: %w", err)
		}
		if there {
			f.record(receipt, StepDatabase, steps.KindDBSubnetGroup, group, group, time.Time{})
		}
		log := logGroup(receipt.Setup.FunctionName)
		if there, err = f.Logs.LogGroupExists(ctx, log); err != nil {
			return fmt.Errorf("look for the function's log: %w", err)
		}
		if there {
			f.record(receipt, StepRotate, steps.KindLogGroup, log, log, time.Time{})
		}
		if len(receipt.Existing(steps.KindStack)) > 0 {
			f.findUsedSecret(receipt)
		}
	}
	return nil
}

// findUsedSecret finds the secret of the person's own that a run's function
// rotates: its rotation ends with the clean-up, and the secret stays.
func (f *finder) findUsedSecret(receipt *steps.Receipt) {
	for _, secret := range f.secrets {
		if secret.FunctionARN == "" || functionNameOf(secret.FunctionARN) != receipt.Setup.FunctionName {
			continue
		}
		receipt.Setup.SecretExisting = secret.Name
		f.recordUsed(receipt, steps.KindSecret, secret.Name, secret.ARN)
		*receipt = receipt.WithToken(TokenVersionBefore, "found")
	}
}

// eachPage reads a list page by page, from the token "" until the next is "".
func eachPage(read func(token string) (next string, err error)) error {
	for token := ""; ; {
		next, err := read(token)
		if err != nil || next == "" {
			return err
		}
		token = next
	}
}
