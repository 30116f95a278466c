package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/google/uuid"
	"github.com/rogpeppe/go-internal/testscript"

	"keyturn/aws"
	"keyturn/aws/contract"
	"keyturn/aws/sandbox"
	"keyturn/aws/sandbox/cloud"
	"keyturn/db"
	"keyturn/steps"
)

// accounts are the sandboxes that scripts are served, each as an AWS account
// with a recorder in front of it where AWS's models are on this machine.
type accounts struct {
	models *contract.Models // nil without them

	mu        sync.Mutex
	recorders []*contract.Recorder
	opened    []*served // by the script's variable ACCOUNT
}

// served is an account that a script was given, and what it found there before the run.
type served struct {
	steps.Services
	database, secret string
	group            steps.SecurityGroup
}

func (a *accounts) close() {
	for _, r := range a.recorders {
		r.Close()
	}
}

// serve starts a sandbox beside the script and points the AWS environment at
// it, as the lines that keyturn sandbox prints would. With the file of a policy
// its user is held to that; a region is the one that it plays.
func (a *accounts) serve(ts *testscript.TestScript, neg bool, args []string) {
	options := sandbox.Options{Pace: cloud.Instant}
	switch {
	case neg || len(args) > 1:
		ts.Fatalf("usage: serve [POLICY.json|REGION]")
	case len(args) == 1 && strings.HasSuffix(args[0], ".json"):
		options.UserPolicy = ts.ReadFile(args[0])
	case len(args) == 1:
		options.Region = args[0]
	}
	started, err := sandbox.Start(context.Background(), options)
	ts.Check(err)
	ts.Defer(func() { _ = started.Close() })
	for _, line := range started.Environment() {
		if name, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "="); ok {
			ts.Setenv(name, value)
		}
	}
	session, err := aws.Open(context.Background(), aws.Options{
		Endpoint: started.URL(), Region: started.Region, AccessKeyID: started.AccessKeyID, SecretAccessKey: started.SecretAccessKey,
	})
	ts.Check(err)
	roots, err := db.RootsFrom(started.CAPEM())
	ts.Check(err)
	services := session.Services()
	services.MySQL = db.Client{RootCAs: roots}
	a.mu.Lock()
	defer a.mu.Unlock()
	ts.Setenv("ACCOUNT", strconv.Itoa(len(a.opened)))
	a.opened = append(a.opened, &served{Services: services})
	if a.models == nil {
		return
	}
	recorder, err := contract.NewRecorder(a.models, started.URL())
	ts.Check(err)
	a.recorders = append(a.recorders, recorder)
	ts.Setenv("AWS_ENDPOINT_URL", recorder.URL)
}

// of is the account of a script.
func (a *accounts) of(ts *testscript.TestScript) *served {
	n, err := strconv.Atoi(ts.Getenv("ACCOUNT"))
	ts.Check(err)
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.opened[n]
}

// own makes what is a person's own before keyturn comes: own database ID USER
// PASSWORD [inside], behind a group that admits an office only, and inside without a
// public address, or own secret NAME JSON; or names two subnets that are there in
// OWN_SUBNETS: own subnets.
// OWN_HOST and OWN_PORT are where the database is then.
func (a *accounts) own(ts *testscript.TestScript, neg bool, args []string) {
	ctx, o := context.Background(), a.of(ts)
	switch {
	case !neg && len(args) >= 4 && args[0] == "database":
		vpc, err := o.Network.DefaultVPC(ctx)
		ts.Check(err)
		group, err := o.Network.CreateSecurityGroup(ctx, "own", "of the shop", vpc, nil)
		ts.Check(err)
		_, err = o.Network.OpenPort(ctx, group, "192.0.2.0/24", steps.MySQLPort, nil)
		ts.Check(err)
		o.group, err = o.Network.SecurityGroup(ctx, group)
		ts.Check(err)
		version, err := o.Databases.EngineVersion(ctx, "mysql", "8.4")
		ts.Check(err)
		o.database = args[1]
		_, err = o.Databases.CreateDBInstance(ctx, steps.DBInstanceSpec{
			ID: args[1], Class: "db.t4g.micro", EngineVersion: version, StorageGiB: 20, PubliclyAccessible: len(args) == 4,
			Username: args[2], Password: steps.NewPassword(args[3]), SecurityGroups: []string{group},
		})
		ts.Check(err)
		for db := (steps.DBInstance{}); db.Status != "available"; {
			db, err = o.Databases.DescribeDBInstance(ctx, o.database)
			ts.Check(err)
			ts.Setenv("OWN_HOST", db.Host)
			ts.Setenv("OWN_PORT", strconv.Itoa(db.Port))
		}
	case !neg && len(args) == 3 && args[0] == "secret":
		o.secret = args[1]
		_, _, err := o.Secrets.CreateSecret(ctx, args[1], "", steps.NewPassword(args[2]), uuid.NewString(), nil)
		ts.Check(err)
	case !neg && len(args) == 1 && args[0] == "subnets":
		subnets, err := o.Network.Subnets(ctx, "")
		ts.Check(err)
		ts.Setenv("OWN_SUBNETS", subnets[0].ID+","+subnets[1].ID)
	default:
		ts.Fatalf("usage: own database ID USER PASSWORD [inside] | own secret NAME JSON | own subnets")
	}
}

// kept wants the person's own things as they were: the database available, its
// group with its own rules only, the secret in place and its rotation off; and
// nothing else in the account.
func (a *accounts) kept(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: kept")
	}
	ctx, o := context.Background(), a.of(ts)
	instances, _, err := o.Databases.DBInstancesPage(ctx, "")
	ts.Check(err)
	for _, db := range instances {
		if db.ID != o.database || db.Status != "available" {
			ts.Fatalf("a database %s is %s", db.ID, db.Status)
		}
	}
	if o.database != "" {
		if len(instances) != 1 {
			ts.Fatalf("%d databases", len(instances))
		}
		group, err := o.Network.SecurityGroup(ctx, o.group.ID)
		ts.Check(err)
		if !slices.Equal(group.Rules, o.group.Rules) {
			ts.Fatalf("the group's rules were %v and are %v", o.group.Rules, group.Rules)
		}
	}
	secrets, _, err := o.Secrets.SecretsPage(ctx, "", "")
	ts.Check(err)
	for _, secret := range secrets {
		own := secret.Name == o.secret
		if own == !secret.DeletedAt.IsZero() || secret.RotationEnabled {
			ts.Fatalf("the secret %+v", secret)
		}
	}
	if _, err := o.Secrets.DescribeSecret(ctx, o.secret); o.secret != "" && err != nil {
		ts.Check(fmt.Errorf("the person's secret: %w", errors.Unwrap(err)))
	}
}
