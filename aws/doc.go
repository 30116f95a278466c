// Package aws holds keyturn's clients of AWS: one file a service, each a struct
// over an unexported interface of just the calls that it makes. It is the only
// place that imports the AWS SDK. It returns the steps' own types and errors,
// and reports every call as a steps.Event.
package aws
