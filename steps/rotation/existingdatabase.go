package rotation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"keyturn/steps"
)

// usesDatabase reports that the run works with an instance of the account that
// it did not make.
func (r run) usesDatabase() bool { return r.Setup().DBExisting != "" }

// available is the status of an instance that can be signed in to.
const available = "available"

// whyNotDatabase says why an instance cannot be used, in a sentence; "" if it
// can.
func whyNotDatabase(db steps.DBInstance) string {
	switch {
	case db.Engine == "aurora-mysql", strings.HasPrefix(db.Engine, "aurora"):
		return "It is a member of the Aurora cluster " + db.ClusterID + ": this tutorial is for a single MySQL instance."
	case db.ClusterID != "":
		return "It is a member of the cluster " + db.ClusterID + ": this tutorial is for a single MySQL instance."
	case db.Engine != databaseEngine:
		return "Its engine is " + db.Engine + ": the rotation function of this tutorial is for MySQL."
	case strings.HasPrefix(db.EngineVersion, "9."):
		return "It is MySQL " + db.EngineVersion + ": AWS's function sends it a statement that MySQL 9 no longer has."
	case db.ReplicaOf != "":
		return "It is a read replica of " + db.ReplicaOf + ": its passwords are changed there."
	case db.ManagedSecretARN != "":
		return "RDS keeps its master password in a secret of its own (rds!…) and rotates that by itself, without a function."
	case db.Status != available:
		return fmt.Sprintf("Its status is %q, not %s.", db.Status, available)
	}
	return ""
}

func noSuchDatabase(id string) error {
	return &steps.UnsuitableError{
		Kind: steps.KindDatabase, Name: id, Why: "There is no DB instance of that identifier in this account and region.",
		Fix: "Name another with --db-existing, or leave it out to make a test database.",
	}
}

// checkExistingDatabase plans no more than a rule in the instance's security
// group: the instance itself is not changed.
func checkExistingDatabase(ctx context.Context, r run) ([]action, error) {
	db, err := r.findDatabase(ctx)
	if err != nil {
		return nil, err
	}
	if why := whyNotDatabase(db); why != "" {
		return nil, &steps.UnsuitableError{Kind: steps.KindDatabase, Name: db.ID, Why: why, Fix: "Choose another instance, or make a test database."}
	}
	if !db.PubliclyAccessible {
		return nil, &steps.UnsuitableError{
			Kind: steps.KindDatabase, Name: db.ID,
			Why: "It is not publicly accessible: neither this machine nor a function outside its network reaches it.",
			Fix: "keyturn does not change that by itself. Choose another instance, or switch public access on in the RDS console if that is right for its data.",
		}
	}
	r.update(func(s *State) { s.Database, s.Username = db, db.Username })
	return r.admitToExisting(ctx, db)
}

// existingDatabaseNeeds are the actions on an instance that is only used.
func existingDatabaseNeeds(p steps.Path) []steps.Permission {
	needs := steps.Needs([]string{p.ARN("rds", "db:"+p.Setup.DatabaseID())}, "rds:DescribeDBInstances")
	needs = append(needs, steps.Needs([]string{"*"}, "ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules")...)
	if p.Setup.DBExistingRule == steps.RuleNone {
		return needs
	}
	return append(needs, ruleNeeds(p)...)
}

// admitToExisting plans a rule where no group of the instance admits the
// function, whose address outside any VPC nobody knows beforehand.
func (r run) admitToExisting(ctx context.Context, db steps.DBInstance) ([]action, error) {
	var groups []steps.SecurityGroup
	for _, id := range db.SecurityGroups {
		group, err := r.Services().Network.SecurityGroup(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("look at the database's security group: %w", err)
		}
		if group.Admits(anywhere, db.ListenPort) {
			r.update(func(s *State) { s.Group = group })
			return nil, nil
		}
		groups = append(groups, group)
	}
	if len(groups) == 0 || r.Setup().DBExistingRule == steps.RuleNone {
		return nil, nil
	}
	r.update(func(s *State) { s.Group = groups[0] })
	return []action{addRule(groups[0], db.ListenPort)}, nil
}

// addRule opens a port in a security group of the person's own.
func addRule(group steps.SecurityGroup, port int32) action {
	why := fmt.Sprintf("open port %d to %s in %s (%s), a security group of yours, until clean-up", port, whom(anywhere), group.ID, group.Name)
	return act("ec2", "AuthorizeSecurityGroupIngress", why, func(ctx context.Context, r run) error {
		if err := r.RecordUsed(steps.KindSecurityGroup, group.Name, group.ID); err != nil {
			return err
		}
		err := r.Create(steps.KindInboundRule, addedRuleName(port, group.ID), func() (string, error) {
			id, err := r.Services().Network.OpenPort(ctx, group.ID, anywhere, port, r.Tags())
			if errors.Is(err, steps.ErrAlreadyExists) { // by this call, if its first answer was lost, or by somebody else
				return r.ownRule(ctx, group.ID)
			}
			if err != nil {
				return "", fmt.Errorf("open port %d: %w", port, err)
			}
			return id, nil
		})
		if _, others := errors.AsType[*steps.TakenError](err); others {
			return nil // it is open, and not the run's to close
		}
		return err
	})
}

// ownRule is the id of the run's rule in a group, or a *TakenError if the rule
// that is there is somebody else's.
func (r run) ownRule(ctx context.Context, groupID string) (string, error) {
	group, err := r.Services().Network.SecurityGroup(ctx, groupID)
	if err != nil {
		return "", fmt.Errorf("read the security group: %w", err)
	}
	for _, rule := range group.Rules {
		if rule.Owner == r.ID() {
			return rule.ID, nil
		}
	}
	return "", &steps.TakenError{Kind: steps.KindInboundRule, Name: groupID}
}

const inGroup = " in "

// addedRuleName names a rule in a group of the person's own; the group is its
// last word.
func addedRuleName(port int32, groupID string) string {
	return fmt.Sprintf("tcp/%d from %s%s%s", port, anywhere, inGroup, groupID)
}

// groupOfRule is the group in the name of an added rule, "" for a rule in the
// run's own group.
func groupOfRule(name string) string {
	if i := strings.LastIndex(name, inGroup); i >= 0 {
		return name[i+len(inGroup):]
	}
	return ""
}

// openExisting offers the rule that the person first chose not to have added.
func openExisting(group steps.SecurityGroup, port int32) steps.Remedy {
	open := addRule(group, port)
	return steps.Remedy{
		ID:    "open-port",
		Label: fmt.Sprintf("open port %d to %s in %s until clean-up, then try again", port, whom(anywhere), group.ID),
		Plan:  []steps.PlannedCall{open.Call},
		Apply: open.Do,
	}
}

func aboutExistingDatabase() steps.About {
	return steps.About{
		Costs:    "nothing more than you pay for it now",
		UndoneBy: "step 6, or keyturn cleanup: it closes what this step opened, and keeps the database",
		Usual:    5 * time.Second,
	}
}

func (r run) existingDatabaseResult() steps.Result {
	s := r.state()
	facts := []steps.Fact{
		{Label: "Database", Value: fmt.Sprintf("%s, MySQL %s on %s: yours, %s", s.Database.ID, s.Database.EngineVersion, s.Database.Class, steps.NotMade)},
		{Label: "Endpoint", Value: s.Database.Host},
		{Label: "Port", Value: fmt.Sprint(s.Database.Port)},
		{Label: "Master user", Value: s.Database.Username},
	}
	rule := "none added"
	for _, rec := range r.Receipt().Existing(steps.KindInboundRule) {
		rule = fmt.Sprintf("port %d is open to %s in %s until clean-up", s.Database.ListenPort, whom(anywhere), groupOfRule(rec.Name))
	}
	return steps.Result{Facts: append(facts, steps.Fact{Label: "Inbound rule", Value: rule})}
}
