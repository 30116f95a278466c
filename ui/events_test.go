package ui

import (
	"context"
	"time"

	"keyturn/steps"
)

func call(service, operation string, mutates bool, took time.Duration, cli string) []steps.Event {
	c := steps.Call{Service: service, Operation: operation, Mutates: mutates, CLI: cli}
	done := c
	done.Duration, done.RequestID = took, "7a62c49f-347e-4fc4-9331-6e8eEXAMPLE"
	return []steps.Event{steps.CallStarted{Call: c}, steps.CallDone{Call: done}}
}

var databasePlan = stepPreparedMsg{plan: []steps.PlannedCall{
	{Service: "ec2", Operation: "CreateSecurityGroup", Why: "create a security group for this run"},
	{Service: "ec2", Operation: "AuthorizeSecurityGroupIngress", Why: "open port 3306 to everybody (0.0.0.0/0)"},
	{Service: "rds", Operation: "CreateDBInstance", Why: "create the database MyTestDatabaseInstance, reachable from the internet, without backups"},
}}

func databaseEvents() []steps.Event {
	var events []steps.Event
	events = append(events, call("ec2", "CreateSecurityGroup", true, 310*time.Millisecond,
		"aws ec2 create-security-group --group-name keyturn-20261122-3f1c --description 'keyturn' --vpc-id vpc-0a1b2c3d")...)
	events = append(events, steps.ResourceChanged{Action: steps.ResourceCreated, Kind: steps.KindSecurityGroup, ID: "sg-0ab1f2c3d4e5f6a7b"})
	events = append(events, call("ec2", "AuthorizeSecurityGroupIngress", true, 280*time.Millisecond,
		"aws ec2 authorize-security-group-ingress --group-id sg-0ab1f2c3d4e5f6a7b --protocol tcp --port 3306 --cidr 0.0.0.0/0")...)
	events = append(events, call("rds", "CreateDBInstance", true, 1200*time.Millisecond,
		"aws rds create-db-instance --db-instance-identifier MyTestDatabaseInstance --engine mysql --db-instance-class db.t4g.micro "+
			"--allocated-storage 20 --master-username adminuser --master-user-password \"$KEYTURN_MASTER_PASSWORD\" --publicly-accessible "+
			"--backup-retention-period 0 --no-multi-az")...)
	events = append(events, steps.ResourceChanged{Action: steps.ResourceCreated, Kind: steps.KindDatabase, ID: "mytestdatabaseinstance"})
	for i, status := range []string{"creating", "modifying", "backing-up"} {
		events = append(events, steps.Waiting{
			For: "the database to be available", Status: status,
			Elapsed: time.Duration(i) * time.Minute, Usual: 6 * time.Minute,
		})
		events = append(events, call("rds", "DescribeDBInstances", false, 90*time.Millisecond,
			"aws rds describe-db-instances --db-instance-identifier mytestdatabaseinstance")...)
	}
	return events
}

var rotatePlan = stepPreparedMsg{plan: []steps.PlannedCall{
	{Service: "serverlessrepo", Operation: "CreateCloudFormationChangeSet", Why: "prepare a stack with AWS's rotation function"},
	{Service: "cloudformation", Operation: "ExecuteChangeSet", Why: "make the function, role and permission"},
	{Service: "secretsmanager", Operation: "RotateSecret", Why: "turn rotation on, every 30 days, and rotate once, now"},
}}

const (
	oldVersion = "3f1c9a52-8d11-4c0e-9d7e-0a5b6c7d8e9f"
	newVersion = "b77e04d1-52aa-4f3b-8c1d-1f2e3d4c5b6a"
)

func moved(completed int, labels ...[]string) steps.RotationMoved {
	phases := []steps.RotationPhase{steps.PhaseCreate, steps.PhaseSet, steps.PhaseTest, steps.PhaseFinish}
	e := steps.RotationMoved{Completed: phases[:completed]}
	e.Versions = append(e.Versions, steps.SecretVersion{ID: oldVersion, Labels: labels[0], Fingerprint: oldPassword.Fingerprint()})
	if len(labels) > 1 {
		e.Versions = append(e.Versions, steps.SecretVersion{ID: newVersion, Labels: labels[1], Fingerprint: newPassword.Fingerprint()})
	}
	return e
}

// rotateEvents are the events up to a stage of the rotation: 0 before it, 1 in
// the middle, 2 at its end.
func rotateEvents(until int) []steps.Event {
	var events []steps.Event
	events = append(events, moved(0, []string{"AWSCURRENT"}))
	events = append(events, call("serverlessrepo", "CreateCloudFormationChangeSet", true, 1200*time.Millisecond,
		"aws serverlessrepo create-cloud-formation-change-set --application-id arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSMySQLRotationSingleUser --stack-name keyturn-3f1c")...)
	events = append(events, call("cloudformation", "ExecuteChangeSet", true, 400*time.Millisecond, "aws cloudformation execute-change-set --change-set-name arn:aws:cloudformation:us-east-1:123456789012:changeSet/a/b")...)
	events = append(events,
		steps.ResourceChanged{Action: steps.ResourceCreated, Kind: steps.KindStack, ID: "serverlessrepo-keyturn-3f1c"},
		steps.Waiting{For: "the rotation function to be installed", Status: "CREATE_IN_PROGRESS", Elapsed: 40 * time.Second, Usual: time.Minute},
		steps.Checked{Check: steps.Check{Name: "function-installed", OK: true, Detail: "arn:aws:lambda:us-east-1:123456789012:function:SecretsManagerKeyturn-3f1c"}})
	if until == 0 {
		return events
	}
	events = append(events, call("secretsmanager", "RotateSecret", true, 500*time.Millisecond,
		"aws secretsmanager rotate-secret --secret-id MyTestDatabaseMasterSecret --rotation-lambda-arn arn:aws:lambda:us-east-1:123456789012:function:SecretsManagerKeyturn-3f1c --rotation-rules AutomaticallyAfterDays=30")...)
	events = append(events,
		steps.Waiting{For: "the rotation", Status: "rotating", Elapsed: 3 * time.Second, Usual: 30 * time.Second},
		moved(2, []string{"AWSCURRENT"}, []string{"AWSPENDING"}))
	if until == 1 {
		return events
	}
	return append(events,
		moved(4, []string{"AWSPREVIOUS"}, []string{"AWSCURRENT", "AWSPENDING"}),
		steps.Checked{Check: steps.Check{Name: "rotation-enabled", OK: true, Detail: "every 30 days, with SecretsManagerKeyturn-3f1c"}},
		steps.Checked{Check: steps.Check{Name: "rotated", OK: true, Detail: "b77e04d1 is AWSCURRENT, 3f1c9a52 is AWSPREVIOUS"}})
}

var signInChecks = []steps.Event{
	steps.Checked{Check: steps.Check{Name: "secret-readable", OK: true, Detail: "version 3f1c9a52, labelled AWSCURRENT"}},
	steps.Checked{Check: steps.Check{Name: "signs-in", OK: true, Detail: "adminuser@% on MySQL 8.4.8, connection 11, in 12 ms"}},
	steps.Checked{Check: steps.Check{Name: "tls-verified", OK: true, Detail: "TLS 1.3, TLS_AES_128_GCM_SHA256, certificate of mytestdatabaseinstance.c1.us-east-1.rds.amazonaws.com"}},
	steps.Checked{Check: steps.Check{Name: "user-matches", OK: true, Detail: "the database knows the client as adminuser@%; the secret says adminuser"}},
}

var verifyChecks = []steps.Event{
	steps.Checked{Check: steps.Check{Name: "password-changed", OK: true, Detail: "fingerprint " + oldPassword.Fingerprint() + " before, " + newPassword.Fingerprint() + " now"}},
	steps.Checked{Check: steps.Check{Name: "new-password-signs-in", OK: true, Detail: "adminuser@% on MySQL 8.4.8, connection 14, in 11 ms"}},
	steps.Checked{Check: steps.Check{Name: "old-password-refused", OK: true, Detail: "error 1045"}},
	steps.Checked{Check: steps.Check{Name: "previous-version-kept", OK: true, Detail: "version 3f1c9a52, labelled AWSPREVIOUS, holds the old password"}},
}

var portDiagnosis = steps.Diagnosis{
	ID:   "port-closed",
	What: "Could not reach the database within 10 s",
	Why:  "The name resolves, but nothing answers on port 3306. The security group sg-0ab1f2c3d4e5f6a7b lets nobody in on that port.",
	Fix:  "Add an inbound rule for TCP port 3306 to the security group.",
	Raw:  "dial tcp 203.0.113.7:3306: i/o timeout",
	Remedies: []steps.Remedy{{
		ID: "open-port", Label: "open port 3306 to everybody (0.0.0.0/0), then try again",
		Plan:  []steps.PlannedCall{{Service: "ec2", Operation: "AuthorizeSecurityGroupIngress", Why: "open port 3306 to everybody (0.0.0.0/0)"}},
		Apply: func(context.Context, *steps.Run) error { return nil },
	}},
}

var cleanupPlan = stepPreparedMsg{plan: []steps.PlannedCall{
	{Service: "secretsmanager", Operation: "CancelRotateSecret", Why: "turn rotation off"},
	{Service: "cloudformation", Operation: "DeleteStack", Why: "delete the rotation function and its role"},
	{Service: "secretsmanager", Operation: "DeleteSecret", Why: "schedule the secret's deletion in 7 days"},
	{Service: "rds", Operation: "DeleteDBInstance", Why: "delete mytestdatabaseinstance, no final snapshot"},
	{Service: "ec2", Operation: "RevokeSecurityGroupIngress", Why: "close port 3306 to everybody (0.0.0.0/0)"},
	{Service: "ec2", Operation: "DeleteSecurityGroup", Why: "delete the run's security group"},
	{Service: "logs", Operation: "DeleteLogGroup", Why: "delete the function's log"},
}}
