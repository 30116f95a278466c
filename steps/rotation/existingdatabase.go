package rotation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"keyturn/steps"
)

// usesExistingDatabase reports that the run works with an instance of the account that
// it did not make.
func (r run) usesExistingDatabase() bool { return r.Setup().DBExisting != "" }

// available is the status of an instance that can be signed in to.
const available = "available"

// whyDatabaseUnsuitable says why an instance cannot be used, in a sentence; "" if it
// can.
func whyDatabaseUnsuitable(db steps.DBInstance) string {
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

func noSuchDatabaseError(id string) error {
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
	if why := whyDatabaseUnsuitable(db); why != "" {
		return nil, &steps.UnsuitableError{Kind: steps.KindDatabase, Name: db.ID, Why: why, Fix: "Choose another instance, or make a test database."}
	}
	private := r.Setup().Private()
	if !db.PubliclyAccessible && !private {
		return nil, &steps.UnsuitableError{
			Kind: steps.KindDatabase, Name: db.ID,
			Why: "It is not publicly accessible: neither this machine nor a function outside its network reaches it.",
			Fix: "Use the private network (--network private), in which the function runs beside it. keyturn does not change the instance.",
		}
	}
	if err := r.checkPrivateNetwork(ctx, db.VPCID); err != nil {
		return nil, err
	}
	r.update(func(s *State) { s.Database, s.Username = db, db.Username })
	var actions []action
	if r.Setup().DBExistingRule != steps.RuleNone {
		if actions, err = r.planExistingDatabaseRule(ctx, db); err != nil {
			return nil, err
		}
	}
	if private {
		actions = append(actions, readOnlyAction(run.proveNotOpen))
	}
	return actions, nil
}

// existingDatabaseNeeds are the actions on an instance that is only used.
func existingDatabaseNeeds(p steps.PermissionScope) []steps.Permission {
	needs := steps.PermissionsFor([]string{p.ARN("rds", "db:"+p.Setup.DatabaseID())}, "rds:DescribeDBInstances")
	needs = append(needs, steps.PermissionsFor([]string{"*"}, "ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules")...)
	needs = append(needs, networkNeeds(p)...)
	if p.Setup.DBExistingRule == steps.RuleNone {
		return needs
	}
	return append(needs, ruleNeeds(p)...)
}

// planExistingDatabaseRule plans a rule where no group of the instance admits whom step 1
// admits: in the public network the function, whose address outside any VPC nobody
// knows beforehand, in the private one this machine, where that can reach it.
func (r run) planExistingDatabaseRule(ctx context.Context, db steps.DBInstance) ([]action, error) {
	cidr, who := anywhere, describeCIDR(anywhere)
	if r.Setup().Private() {
		if !db.PubliclyAccessible && !r.Setup().WithoutPublicAddress() {
			return nil, nil
		}
		var err error
		if cidr, who, err = r.admittedCIDR(ctx); err != nil {
			return nil, err
		}
	}
	groups, err := r.databaseGroups(ctx, db)
	if err != nil || len(groups) == 0 || slices.ContainsFunc(groups, func(g steps.SecurityGroup) bool { return g.Covers(cidr, db.ListenPort) }) {
		return nil, err
	}
	if cidr == anywhere && r.Setup().DBExistingRule != steps.RuleAdd {
		return nil, consentError(db)
	}
	why := fmt.Sprintf("open port %d to %s in %s", db.ListenPort, who, describeOtherGroup(groups[0]))
	return []action{openPortInOtherGroup(groups[0], steps.InboundRule{CIDR: cidr, FromPort: db.ListenPort, ToPort: db.ListenPort}, why)}, nil
}

// consentError refuses to open a database of the person's own to the internet
// without their word.
func consentError(db steps.DBInstance) error {
	return &steps.UnsuitableError{
		Kind: steps.KindDatabase, Name: db.ID,
		Why: fmt.Sprintf("Its port %d is not open to everybody. In the public network the function needs that: it comes from an address that nobody knows beforehand. "+
			"A database of yours is not opened to the internet unless you say so.", db.ListenPort),
		Fix: fmt.Sprintf("Use --network private, which lets in the function and you alone, or --db-existing-rule add to open the port to %s until clean-up.", describeCIDR(anywhere)),
	}
}

// databaseGroups are the security groups of a database.
func (r run) databaseGroups(ctx context.Context, db steps.DBInstance) ([]steps.SecurityGroup, error) {
	var groups []steps.SecurityGroup
	for _, id := range db.SecurityGroups {
		group, err := r.Services().Network.SecurityGroup(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("look at the database's security group: %w", err)
		}
		groups = append(groups, group)
	}
	return groups, nil
}

// describeOtherGroup names a security group that the run did not make, in a plan.
func describeOtherGroup(group steps.SecurityGroup) string {
	return fmt.Sprintf("%s (%s), a security group of yours, until clean-up", group.ID, group.Name)
}

// openPortInOtherGroup makes a rule in a security group that the run did not make. A rule
// without a peer admits the run's own group.
func openPortInOtherGroup(group steps.SecurityGroup, rule steps.InboundRule, why string) action {
	return newCall("ec2", "AuthorizeSecurityGroupIngress", why, func(ctx context.Context, r run) error {
		if err := r.RecordUsed(steps.KindSecurityGroup, group.Name, group.ID); err != nil {
			return err
		}
		rule.GroupID = group.ID
		if rule.Peer() == "" {
			rule.Source = r.state().Group.ID
		}
		err := r.createInboundRule(ctx, rule)
		if _, others := errors.AsType[*steps.NameTakenError](err); others {
			return nil // it is open, and not the run's to close
		}
		return err
	})
}

const otherGroupMark = " in "

// otherGroupOfRule is the group in the name of a rule in a group that the run did not
// make, "" for a rule in the run's own.
func otherGroupOfRule(name string) string {
	if i := strings.LastIndex(name, otherGroupMark); i >= 0 {
		return name[i+len(otherGroupMark):]
	}
	return ""
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
	if !s.Database.PubliclyAccessible {
		rule += ": it has no public address"
	}
	for _, rec := range r.Receipt().Existing(steps.KindInboundRule) {
		rule = rec.Name + ", until clean-up"
	}
	return steps.Result{Facts: append(facts, steps.Fact{Label: "Inbound rule", Value: rule})}
}
