// Package wire is the server side of AWS's protocols. It verifies SigV4, routes
// a request by the service in its credential scope, decodes it into the SDK's
// input type, calls a handler, and encodes the SDK's output type or an error in
// the service's protocol.
package wire

// Protocol is the wire format of a service's requests and responses.
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

	// LowerCamelCase means that JSON names begin with a lower-case letter (logs,
	// serverlessrepo).
	LowerCamelCase bool
	// Global means that clients of any region sign for us-east-1 (iam; sts at its
	// global endpoint).
	Global bool
	// ErrorMember is the JSON member with an error's text, if the service uses
	// only one of "Message" and "message"; empty means both.
	ErrorMember string
	// Accesses returns what a request does, by its operation and input, as in the
	// Service Authorization Reference. If it is nil or returns nil, a request is
	// one access: its own action on "*".
	Accesses func(operation string, in any) []Access
	// MaxBody is the largest request body in bytes; zero is 1 MiB.
	MaxBody int64
}
