package rotation

import "keyturn/steps"

func databaseQuestions() []steps.Question {
	questions := []steps.Question{existingDatabaseQuestion(), existingRuleQuestion()}
	questions = append(questions, onlyWhen(makesDatabase,
		steps.TextQuestion("db-instance-id", "DB instance identifier", "RDS stores it in lower case",
			func(s *steps.Setup) *string { return &s.DBInstanceID }, checkDBInstanceID),
		steps.TextQuestion("db-username", "Master user name", "the database user whose password will rotate",
			func(s *steps.Setup) *string { return &s.DBUsername }, checkDBUsername),
		masterPasswordQuestion(),
		steps.TextQuestion("db-class", "DB instance class", "empty: db.t4g.micro, or db.t3.micro where that is not offered",
			func(s *steps.Setup) *string { return &s.DBClass }, checkDBClass),
		steps.NumberQuestion("db-storage", "Storage in GiB", "20 is the least that gp3 storage allows",
			func(s *steps.Setup) *int32 { return &s.DBStorageGiB }, 20, 65536,
			"gp3 storage for MySQL is 20 to 65536 GiB (RDS CreateDBInstance, AllocatedStorage)"),
	)...)
	return append(questions, networkQuestion(), admittedQuestion(), subnetsQuestion())
}

// onlyWhen has questions asked on a condition.
func onlyWhen(when func(steps.Setup) bool, questions ...steps.Question) []steps.Question {
	for i := range questions {
		questions[i].When = when
	}
	return questions
}

// masterPasswordQuestion never gives an answer back: it is set and covered.
func masterPasswordQuestion() steps.Question {
	return steps.Question{
		Flag: "db-password", Label: "Master password", Kind: steps.Secret,
		Help: "empty: Secrets Manager makes up 32 characters",
		Get:  func(*steps.Setup) string { return "" },
		Set: func(s *steps.Setup, text string) error {
			if text == "" {
				s.MasterPassword = steps.Password{}
				return nil
			}
			if err := checkMasterPassword(text); err != nil {
				return err
			}
			s.MasterPassword = steps.NewPassword(text)
			return nil
		},
	}
}

func secretQuestions() []steps.Question {
	return append([]steps.Question{existingSecretQuestion(), existingPasswordQuestion()}, onlyWhen(makesSecret,
		steps.TextQuestion("secret-name", "Secret name", "best not ending in a hyphen and six characters, as ARNs do",
			func(s *steps.Setup) *string { return &s.SecretName }, checkSecretName),
	)...)
}

func rotateQuestions() []steps.Question {
	return append(scheduleQuestions(), functionQuestions()...)
}

func functionQuestions() []steps.Question {
	return []steps.Question{
		steps.TextQuestion("rotation-function-name", "Rotation function's name", "must start with SecretsManager",
			func(s *steps.Setup) *string { return &s.FunctionName }, checkFunctionName),
		steps.ChoiceQuestion("rotation-function-from", "Function from", "sar: AWS's application repository; transform: CloudFormation; auto: what the region has",
			func(s *steps.Setup) *steps.FunctionSource { return &s.FunctionFrom },
			"Secrets Manager user guide, Automatic rotation", steps.FunctionAuto, steps.FunctionSAR, steps.FunctionTransform),
		steps.TextQuestion("rotation-function-arn", "Or your own function", "the ARN of a rotation function that exists; empty: AWS's is installed",
			func(s *steps.Setup) *string { return &s.FunctionARN }, checkFunctionARN),
		endpointQuestion(),
	}
}

func cleanupQuestions() []steps.Question {
	return []steps.Question{
		steps.NumberQuestion("recovery-days", "Waiting period in days", "7 to 30, in which the secret can be restored",
			func(s *steps.Setup) *int64 { return &s.RecoveryDays }, 7, 30,
			"a waiting period is 7 to 30 days (Secrets Manager DeleteSecret, RecoveryWindowInDays)"),
	}
}
