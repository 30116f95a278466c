package rotation

import (
	"slices"
	"strings"
	"testing"

	"keyturn/steps"
)

func TestDatabaseInSubnetsOfThePersonsOwn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		network steps.NetworkMode
		routed  bool
		from    steps.FunctionSource
	}{
		"public":                      {steps.NetworkPublic, true, steps.FunctionAuto},
		"private":                     {steps.NetworkPrivate, true, steps.FunctionAuto},
		"private, without a way out":  {steps.NetworkPrivate, false, steps.FunctionAuto},
		"private, with the transform": {steps.NetworkPrivate, true, steps.FunctionTransform},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run, served, recorded := newPrivateSandboxRun(t, withShortTimeout(c.routed))
			admin := accountOwner(t, served)
			ids := admin.ReplaceDefaultVPC(c.routed, "a", "b")
			setup := run.Setup()
			setup.Network, setup.FunctionFrom, setup.SubnetIDs = c.network, c.from, strings.Join(ids, ",")
			run.Answer(setup)
			before := admin.Network()
			if all := slices.Concat(findStep(StepDatabase).Preflight(t.Context(), run), findStep(StepRotate).Preflight(t.Context(), run)); len(all) > 0 {
				t.Errorf("in the way: %v", all)
			}

			runAllSteps(t, run, served)

			if after := admin.Network(); !slices.Equal(before, after) {
				t.Errorf("before %v, after %v", before, after)
			}
			if there, err := run.Services().Databases.HasDBSubnetGroup(t.Context(), "keyturn-"+testRunID); there || err != nil {
				t.Errorf("the DB subnet group is there: %t, %v", there, err)
			}
			if finished, err := run.Finish(true); err != nil || len(finished.Left) > 0 {
				t.Errorf("left %v, error %v", finished.Left, err)
			}
			if names := recorded.checks(); slices.Contains(names, "old-password-refused") != c.routed || slices.Contains(names, proofByFunction) == c.routed {
				t.Errorf("with a way out %t, the checks are %v", c.routed, names)
			}
		})
	}
}

func TestSubnetsThatDoNotFitAreRefusedBeforeAnythingIsMade(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		zones  []string
		routed bool
		choose func(ids []string) string
		says   string
	}{
		"in one zone":                  {[]string{"a", "a"}, true, nil, "They are in 1 Availability Zone, and RDS needs 2."},
		"without a way out, in public": {[]string{"a", "b"}, false, nil, "has no route to an internet gateway"},
		"not there": {
			[]string{"a", "b"},
			true, func(ids []string) string { return ids[0] + ",subnet-0123456789abcdef0" },
			"The subnet ID 'subnet-0123456789abcdef0' does not exist.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run, served, _ := newSandboxRun(t)
			ids := accountOwner(t, served).ReplaceDefaultVPC(c.routed, c.zones...)
			setup := run.Setup()
			setup.SubnetIDs = strings.Join(ids, ",")
			if c.choose != nil {
				setup.SubnetIDs = c.choose(ids)
			}
			run.Answer(setup)
			before := len(changingCalls(served))
			if d := diagnoseStep(t, run, StepDatabase); d.ID != "subnets-unsuitable" || !strings.Contains(d.Why, c.says) || !strings.Contains(d.Fix, "--subnet-ids") {
				t.Errorf("%+v", d)
			}
			if got := changingCalls(served)[before:]; len(got) > 0 {
				t.Errorf("changed %v", got)
			}
		})
	}
}

func TestSubnetsOfTwoVPCsAreRefused(t *testing.T) {
	t.Parallel()
	fake := newFakeAWS()
	fake.vpc.subnets[0].VPCID, fake.vpc.subnets[1].VPCID = "vpc-1", "vpc-2"
	run := newPrivateRun(fake, func(s *steps.Setup) { s.SubnetIDs = "subnet-a,subnet-b" })
	if d := executeAndDiagnose(t, run, StepDatabase); d.ID != "subnets-unsuitable" || d.Why != "They are in different VPCs: subnet-a in vpc-1, subnet-b in vpc-2." {
		t.Errorf("%+v", d)
	}
}

func TestSubnetsAreListedInPairs(t *testing.T) {
	t.Parallel()
	run, served, _ := newSandboxRun(t)
	admin := accountOwner(t, served)
	list := func() steps.ListingItem {
		page, err := subnetsQuestion().Listing.Page(t.Context(), run.Services(), "", "")
		if err != nil || len(page.Items) != 1 {
			t.Fatalf("%+v, %v", page, err)
		}
		return page.Items[0]
	}
	item := list()
	setup := run.Setup()
	if err := subnetsQuestion().Set(&setup, item.Name); err != nil || item.WhyNot != "" || len(setup.Subnets()) != 2 || !strings.HasSuffix(item.About, ", with one to the internet") {
		t.Errorf("%+v, %v", item, err)
	}
	admin.ReplaceDefaultVPC(false, "b", "b")
	if item := list(); item.WhyNot == "" || !strings.HasSuffix(item.About, ", no way to the internet") {
		t.Errorf("%+v", item)
	}
}

func TestSubnetsAreReadWithCommasOrSpaces(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "subnet-1,subnet-2": "subnet-1,subnet-2", " subnet-1, subnet-2 ": "subnet-1,subnet-2",
	} {
		if got, err := parseSubnets(text); got != want || err != nil {
			t.Errorf("%q is read as %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"subnet-1", "subnet-1,subnet-1", "vpc-1,subnet-1", "subnet-x,subnet-1"} {
		if got, err := parseSubnets(text); err == nil {
			t.Errorf("%q is read as %q", text, got)
		}
	}
}

func TestInterruptedRunInSubnetsLeavesNoSubnetGroup(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"rds CreateDBSubnetGroup", "rds CreateDBInstance"} {
		fake := newFakeAWS()
		run := newPrivateRun(fake, func(s *steps.Setup) { s.SubnetIDs = "subnet-a,subnet-b" })
		fake.loseAnswer[call] = steps.ErrEndpointUnreachable
		if err := run.do(t.Context(), StepDatabase); err == nil {
			t.Errorf("%s: the run went on", call)
		}
		clear(fake.loseAnswer)
		again := run.resumed()
		again.must(t, StepCleanup)
		if left := again.Receipt().Left(); len(left) > 0 || fake.subnetGroup != "" {
			t.Errorf("%s: left %v, group %q", call, left, fake.subnetGroup)
		}
	}
}
