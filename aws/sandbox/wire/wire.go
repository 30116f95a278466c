// Package wire speaks AWS's protocols from the server's side: it checks
// SigV4, routes a request by the service in its credential scope, decodes it
// into the SDK's own input type, calls a plain function, and encodes the SDK's
// output type, or an error, as that service's protocol wants it.
package wire

// Protocol is how a service's requests and answers look on the wire.
type Protocol int

// AWS's protocols, as far as the tutorial needs them.
const (
	AWSJSON  Protocol = iota // awsJson1.1: secretsmanager, logs
	Query                    // awsQuery: rds, sts, iam, cloudformation
	EC2Query                 // ec2Query: ec2
	RESTJSON                 // restJson1: lambda, serverlessrepo
)

// Service is one AWS service: Name as in the credential scope ("rds"),
// Target the X-Amz-Target prefix with its dot ("secretsmanager.", awsJson
// only), Namespace and Version for the XML protocols.
type Service struct {
	Name       string
	Protocol   Protocol
	Target     string
	Namespace  string // "http://rds.amazonaws.com/doc/2014-10-31/"
	Version    string // "2014-10-31"
	Operations []Operation

	// LowerCamelCase says that JSON members' names begin with a small letter (logs,
	// serverlessrepo).
	LowerCamelCase bool
	// Global says that the service is signed for us-east-1 by clients of any
	// region (iam; sts at its global endpoint).
	Global bool
	// ErrorMember is the JSON member that holds an error's text where a service
	// uses only one of "Message" and "message"; empty is both.
	ErrorMember string
	// Accesses is what a request does, by its operation and input, as the
	// Service Authorization Reference has it. Where there is no such function, or
	// it returns nil, a request is its own action on "*".
	Accesses func(operation string, in any) []Access
	// MaxBody is the largest request body in bytes; zero is 1 MiB.
	MaxBody int64
}
