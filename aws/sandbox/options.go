package sandbox

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net"
	"slices"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/fault"
	"keyturn/steps"
)

// Options say which account a sandbox simulates. Every zero value has a default.
type Options struct {
	Listen          string // loopback HOST:PORT; default "127.0.0.1:0", any free port
	Region          string // default "us-east-1"
	AccountID       string // 12 digits; default "123456789012", the one of AWS's examples
	AccessKeyID     string // default: made up
	SecretAccessKey string // default: made up
	// UserPolicy is the JSON of the user's inline policy; default:
	// AdministratorAccess.
	UserPolicy string
	Pace       cloud.Pace
	Faults     []string // names of what is wrong in the account, package fault's
	Log        *slog.Logger
}

var (
	accountID   = steps.NewPattern(`^[0-9]{12}$`)
	regionName  = steps.NewPattern(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	accessKeyID = steps.NewPattern(`^[0-9A-Za-z_]{4,128}$`)
)

// Validate returns what is wrong with the options, or nil.
func (o Options) Validate() error {
	_, err := o.withDefaults()
	return err
}

// withDefaults checks what is given and fills in the rest.
func (o Options) withDefaults() (Options, error) {
	o.Listen, o.Pace = cmp.Or(o.Listen, "127.0.0.1:0"), cmp.Or(o.Pace, cloud.Demo)
	if err := checkLoopback(o.Listen); err != nil {
		return o, err
	}
	switch {
	case o.Region != "" && !regionName.MatchString(o.Region):
		return o, fmt.Errorf("region %q: not the name of an AWS region, such as us-east-1", o.Region)
	case o.AccountID != "" && !accountID.MatchString(o.AccountID):
		return o, fmt.Errorf("account id %q: it has 12 digits", o.AccountID)
	case o.AccessKeyID != "" && !accessKeyID.MatchString(o.AccessKeyID):
		return o, fmt.Errorf("access key id %q: it has 4 to 128 letters and digits", o.AccessKeyID)
	case !slices.Contains([]cloud.Pace{cloud.Real, cloud.Demo, cloud.Instant}, o.Pace):
		return o, fmt.Errorf("pace %q: it is real, demo or instant", o.Pace)
	}
	if _, err := fault.Find(o.Faults); err != nil {
		return o, err
	}
	o.Region = cmp.Or(o.Region, "us-east-1")
	o.AccountID = cmp.Or(o.AccountID, "123456789012")
	o.AccessKeyID = cmp.Or(o.AccessKeyID, newAccessKeyID())
	o.SecretAccessKey = cmp.Or(o.SecretAccessKey, newSecretKey())
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o, nil
}

// checkLoopback rejects an address that other machines could reach: the
// sandbox is for this machine only.
func checkLoopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("listen address %q: %w", address, err)
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("listen address %q: the sandbox listens on loopback only, such as 127.0.0.1 or localhost", address)
}

// newAccessKeyID generates an id that AWS cannot have issued: AWS's ids are in
// base32, which has no 0, 1, 8 and 9.
func newAccessKeyID() string {
	const prefix, digits = "AKIA0KEYTURN", "0189"
	random := make([]byte, 20-len(prefix))
	_, _ = rand.Read(random) // crypto/rand does not fail
	for i, b := range random {
		random[i] = digits[b%4]
	}
	return prefix + string(random)
}

// newSecretKey generates a secret key of AWS's 40 characters.
func newSecretKey() string {
	random := make([]byte, 30)
	_, _ = rand.Read(random) // crypto/rand does not fail
	return base64.StdEncoding.EncodeToString(random)
}
