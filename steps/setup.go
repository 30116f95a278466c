package steps

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// NewRunID names a run by its day and four hexadecimal digits, "20261122-3f1c":
// short enough to be part of a stack's and a function's name, and safe as the
// name of a file.
func NewRunID(now time.Time, random io.Reader) (string, error) {
	var b [2]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("make up a run id: %w", err)
	}
	return fmt.Sprintf("%s-%x", now.UTC().Format("20060102"), b), nil
}

// Defaults are the tutorial's answers. The function's name ends in the run's
// last four digits, so that two runs in one account do not share a function;
// it starts with SecretsManager because the managed policy
// SecretsManagerReadWrite covers no other function.
func Defaults(runID string) Setup {
	return Setup{
		DBInstanceID: "MyTestDatabaseInstance",
		DBUsername:   "adminuser",
		DBStorageGiB: 20,
		SecretName:   "MyTestDatabaseMasterSecret",
		FunctionName: "SecretsManagerKeyturn-" + runID[strings.LastIndexByte(runID, '-')+1:],
		RotationDays: 30,
		RecoveryDays: 7,
	}
}

// databaseID is the identifier as RDS stores it.
func (s Setup) databaseID() string { return strings.ToLower(s.DBInstanceID) }

func (s Setup) withoutSecrets() Setup {
	s.MasterPassword = Password{}
	return s
}
