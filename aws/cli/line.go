// Package cli renders the AWS CLI line that makes the same call as an SDK
// input. All such lines come from here: pasted into bash, one does what the
// program did.
//
// The lines are for AWS CLI v2 from 2.9.19 on. Secrets are never part of one:
// a line refers to them as shell variables (see MasterPassword).
package cli

import (
	"reflect"
	"strings"
)

// Call is one API call as the SDK is given it. Service is the AWS CLI's name
// for the service ("rds", "serverlessrepo"), Operation the API's name
// ("CreateDBInstance"), Input a pointer to the SDK's input. Profile and
// Endpoint are left out of the line where they are empty.
type Call struct {
	Service   string
	Operation string
	Input     any
	Region    string
	Profile   string
	Endpoint  string
}

// unsupportedOptions are options that AWS CLI 2.9.19 does not know and would
// reject. They are left out of the line; the comments say what then differs.
var unsupportedOptions = map[string]bool{
	// Whether RDS may put the instance into (paid) Extended Support once MySQL
	// 8.4 leaves standard support in 2029; the CLI knows it since 2024.
	"CreateDBInstance EngineLifecycleSupport": true,
}

// Line renders the call on one line.
func (c Call) Line() string {
	words := []string{"aws", c.Service, kebabCase(c.Operation)}
	input := reflect.Indirect(reflect.ValueOf(c.Input))
	for field, value := range setFields(input) {
		if !unsupportedOptions[c.Operation+" "+field] {
			words = append(words, renderOption(field, value))
		}
	}
	for _, global := range []struct{ name, value string }{
		{"--region", c.Region}, {"--profile", c.Profile}, {"--endpoint-url", c.Endpoint},
	} {
		if global.value != "" {
			words = append(words, global.name, Quote(global.value))
		}
	}
	return strings.Join(words, " ")
}
