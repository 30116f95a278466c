package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyturn/aws"
	"keyturn/aws/owner"
	"keyturn/steps"
)

// untagged is what the account holds beside what leftOver lists.
func (a *victim) untagged(t *testing.T, run string) []string {
	t.Helper()
	session, err := aws.Open(t.Context(), aws.Options{
		Endpoint: a.sandbox.URL(), Region: a.sandbox.Region, AccessKeyID: a.sandbox.AccessKeyID, SecretAccessKey: a.sandbox.SecretAccessKey,
	})
	if err != nil {
		t.Fatal(err)
	}
	s, tag := session.Services(), steps.Tag{Key: steps.TagRun}
	stacks, _, err1 := s.Stacks.StacksPage(t.Context(), "")
	groups, err2 := s.Network.SecurityGroupsByTag(t.Context(), tag)
	endpoints, err3 := s.Network.EndpointsByTag(t.Context(), tag)
	logs, err4 := s.Logs.LogGroupExists(t.Context(), "/aws/lambda/"+steps.Defaults(run).FunctionName)
	subnets, err5 := s.Databases.HasDBSubnetGroup(t.Context(), "keyturn-"+run)
	vpcs, err6 := s.Network.VPCsByTag(t.Context(), tag)
	if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, stack := range stacks {
		left = append(left, stack.Name)
	}
	for _, g := range groups {
		left = append(left, g.ID)
	}
	for _, e := range endpoints {
		left = append(left, e.ID)
	}
	for _, v := range vpcs {
		left = append(left, v.ID)
	}
	if logs {
		left = append(left, "a log group")
	}
	if subnets {
		left = append(left, "a DB subnet group")
	}
	return left
}

// A run that is killed at any of its calls and whose receipt is gone is found by
// its tags, and nothing is left of it.
func TestARunWithoutItsReceiptIsFoundAndRemoved(t *testing.T) {
	t.Parallel()
	for name, flags := range map[string][]string{
		"public":            {"--aws"},
		"private":           {"--aws", "--network", "private", "--my-cidr", "203.0.113.7/32", "--rotation-function-from", "transform"},
		"a default VPC too": {"--aws", "--create-default-vpc"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			victim := func(t *testing.T) *victim {
				a := newVictim(t)
				if name == "a default VPC too" {
					owner.New(t, a.sandbox.URL(), a.sandbox.Region, a.sandbox.AccessKeyID, a.sandbox.SecretAccessKey).RemoveDefaultVPC()
				}
				return a
			}
			undisturbed := victim(t)
			if status := undisturbed.keyturn(t, disturbance{}, flags...); status != 0 {
				t.Fatalf("an undisturbed run ends with %d", status)
			}
			calls := undisturbed.calls
			every := *killEvery
			if testing.Short() {
				every = calls / 3
			}
			for at := 1; at <= calls; at += every {
				t.Run(fmt.Sprint(at), func(t *testing.T) {
					t.Parallel()
					a := victim(t)
					a.keyturn(t, disturbance{trouble: killedAfter, at: at}, flags...)
					receipts, _ := filepath.Glob(filepath.Join(a.folder, "runs", "*.json"))
					if len(receipts) == 0 {
						return // it had not begun
					}
					run := strings.TrimSuffix(filepath.Base(receipts[0]), ".json")
					if err := os.Remove(receipts[0]); err != nil {
						t.Fatal(err)
					}
					before := append(a.leftOver(t), a.untagged(t, run)...)
					t.Logf("there is %v", before)
					if status := a.keyturn(t, disturbance{}, "cleanup", "--find", run); status != 0 && len(before) > 0 {
						t.Errorf("the clean-up ends with %d", status)
					}
					if left := append(a.leftOver(t), a.untagged(t, run)...); len(left) > 0 {
						t.Errorf("left over: %v", left)
					}
				})
			}
		})
	}
}
