package ui

import "keyturn/steps"

var (
	oldPassword = steps.NewPassword("first-password-of-the-tutorial")
	newPassword = steps.NewPassword(`E4%I)rj)vmpRg)U}++=}GHAnNDD1v0cJ`)
)

var connection = &steps.Connection{
	Name: "MyTestDatabaseInstance", Host: "mytestdatabaseinstance.c1.us-east-1.rds.amazonaws.com", Port: 3306, User: "adminuser",
}

// The results as the steps of the tutorial give them.
var (
	databaseResult = steps.Result{Facts: []steps.Fact{
		{Label: "Database", Value: "mytestdatabaseinstance, MySQL 8.4.8 on db.t4g.micro"},
		{Label: "Endpoint", Value: connection.Host},
		{Label: "Port", Value: "3306, open to everybody (0.0.0.0/0) until clean-up"},
		{Label: "Security group", Value: "sg-0ab1f2c3d4e5f6a7b"},
	}}
	secretResult = steps.Result{Facts: []steps.Fact{
		{Label: "Secret", Value: "MyTestDatabaseMasterSecret"},
		{Label: "ARN", Value: "arn:aws:secretsmanager:us-east-1:123456789012:secret:MyTestDatabaseMasterSecret-a1B2c3"},
		{Label: "Version 3f1c9a52", Value: "AWSCURRENT"},
	}}
	validateResult = steps.Result{
		Passwords:  []steps.NamedPassword{{Label: "Password", Password: oldPassword}},
		Connection: connection,
	}
	rotateResult = steps.Result{Facts: []steps.Fact{{Label: "Next rotation", Value: "22 December 2026"}}}
	verifyResult = steps.Result{
		Facts: []steps.Fact{
			{Label: "Version 3f1c9a52", Value: "AWSPREVIOUS"},
			{Label: "Version b77e04d1", Value: "AWSCURRENT, AWSPENDING"},
			{Label: "Next rotation", Value: "22 December 2026"},
		},
		Passwords: []steps.NamedPassword{
			{Label: "Password before", Password: oldPassword}, {Label: "Password after", Password: newPassword},
		},
		Connection: connection,
	}
	cleanupResult = steps.Result{Facts: []steps.Fact{
		{Label: "Deleted", Value: "SecurityGroup, SecurityGroupIngress, DBInstance, Stack, LogGroup, Function"},
	}}
)
