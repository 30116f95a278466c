package aws

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"

	"keyturn/steps"
)

const (
	// checkIPHost answers every caller with its own public IPv4 address, as one
	// line of text; AWS's console asks it for "My IP".
	checkIPHost = "checkip.amazonaws.com"
	// checkIPTimeout bounds the call. When it fails, the person is asked.
	checkIPTimeout = 4 * time.Second
	// maxCheckIPBytes bounds what is read of a response: an IPv4 address and a newline.
	maxCheckIPBytes = 64
)

// addressCheck looks up this machine's public address. endpoint is the override
// of EC2's endpoint, or "". With an override the request goes there, under the
// same host name, and not to AWS.
type addressCheck struct {
	client   awssdk.HTTPClient
	endpoint string
}

var _ steps.PublicAddressFinder = addressCheck{}

func (c addressCheck) PublicAddress(ctx context.Context) (netip.Addr, error) {
	ctx, cancel := context.WithTimeout(ctx, checkIPTimeout)
	defer cancel()
	url := "https://" + checkIPHost + "/"
	if c.endpoint != "" {
		url = strings.TrimSuffix(c.endpoint, "/") + "/"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("%w: %w", steps.ErrPublicAddressUnknown, err)
	}
	request.Host = checkIPHost
	response, err := c.client.Do(request)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("%w: %w", steps.ErrPublicAddressUnknown, err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxCheckIPBytes))
	if err != nil {
		return netip.Addr{}, fmt.Errorf("%w: %w", steps.ErrPublicAddressUnknown, err)
	}
	address, err := netip.ParseAddr(strings.TrimSpace(string(text)))
	if err != nil || !address.Is4() {
		return netip.Addr{}, fmt.Errorf("%w: %s did not answer with an IPv4 address", steps.ErrPublicAddressUnknown, url)
	}
	return address, nil
}
