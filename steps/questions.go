package steps

import "strconv"

// textQuestion asks for a text that check accepts.
func textQuestion(flag, label, help string, field func(*Setup) *string, check func(string) error) Question {
	return Question{
		Flag: flag, Label: label, Help: help, Kind: Text,
		Get: func(s *Setup) string { return *field(s) },
		Set: func(s *Setup, text string) error {
			if err := check(text); err != nil {
				return err
			}
			*field(s) = text
			return nil
		},
	}
}

// numberQuestion asks for a whole number from low to high.
func numberQuestion[N int32 | int64](flag, label, help string, field func(*Setup) *N, low, high N, rule string) Question {
	return Question{
		Flag: flag, Label: label, Help: help, Kind: Number,
		Get: func(s *Setup) string { return strconv.FormatInt(int64(*field(s)), 10) },
		Set: func(s *Setup, text string) error {
			n, err := parseNumber(text, int64(low), int64(high), rule)
			if err != nil {
				return err
			}
			*field(s) = N(n)
			return nil
		},
	}
}

func databaseQuestions() []Question {
	return []Question{
		textQuestion("db-instance-id", "DB instance identifier", "RDS stores it in lower case",
			func(s *Setup) *string { return &s.DBInstanceID }, checkDBInstanceID),
		textQuestion("db-username", "Master user name", "the database user whose password will rotate",
			func(s *Setup) *string { return &s.DBUsername }, checkDBUsername),
		masterPasswordQuestion(),
		textQuestion("db-class", "DB instance class", "empty: db.t4g.micro, or db.t3.micro where that is not offered",
			func(s *Setup) *string { return &s.DBClass }, checkDBClass),
		numberQuestion("db-storage", "Storage in GiB", "20 is the least that gp3 storage allows",
			func(s *Setup) *int32 { return &s.DBStorageGiB }, 20, 65536,
			"gp3 storage for MySQL is 20 to 65536 GiB (RDS CreateDBInstance, AllocatedStorage)"),
	}
}

// masterPasswordQuestion never gives an answer back: it is set and covered.
func masterPasswordQuestion() Question {
	return Question{
		Flag: "db-password", Label: "Master password", Kind: Secret,
		Help: "empty: Secrets Manager makes up 32 characters",
		Get:  func(*Setup) string { return "" },
		Set: func(s *Setup, text string) error {
			if text == "" {
				s.MasterPassword = Password{}
				return nil
			}
			if err := checkMasterPassword(text); err != nil {
				return err
			}
			s.MasterPassword = NewPassword(text)
			return nil
		},
	}
}

func secretQuestions() []Question {
	return []Question{
		textQuestion("secret-name", "Secret name", "best not ending in a hyphen and six characters, as ARNs do",
			func(s *Setup) *string { return &s.SecretName }, checkSecretName),
	}
}

func rotateQuestions() []Question {
	return []Question{
		numberQuestion("rotation-days", "Rotation interval in days", "the tutorial chooses 30",
			func(s *Setup) *int64 { return &s.RotationDays }, 1, 1000,
			"a rotation interval is 1 to 1000 days (Secrets Manager RotateSecret, AutomaticallyAfterDays)"),
		textQuestion("rotation-function-name", "Rotation function's name", "must start with SecretsManager",
			func(s *Setup) *string { return &s.FunctionName }, checkFunctionName),
	}
}

func cleanupQuestions() []Question {
	return []Question{
		numberQuestion("recovery-days", "Waiting period in days", "7 to 30, in which the secret can be restored",
			func(s *Setup) *int64 { return &s.RecoveryDays }, 7, 30,
			"a waiting period is 7 to 30 days (Secrets Manager DeleteSecret, RecoveryWindowInDays)"),
	}
}
