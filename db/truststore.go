package db

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// trustStorePath is where RDS publishes its roots, on the host
// truststore.pki.rds.amazonaws.com; an endpoint that plays AWS offers its own
// databases' roots at the same path.
const trustStorePath = "/global/global-bundle.pem"

// fetchTimeout bounds the fetch: without these roots the sign-in says what is
// missing.
const fetchTimeout = 5 * time.Second

// FetchRoots asks for the roots of databases, as PEM: one of RDS's trust stores,
// or an endpoint that stands in for AWS. An endpoint that has none to offer is
// no error: then the embedded roots are all there is. What answers is trusted:
// ask only https hosts of AWS's and endpoints of this machine.
func FetchRoots(ctx context.Context, endpoint string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+trustStorePath, nil)
	if err != nil {
		return nil, fmt.Errorf("ask for database roots: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, nil // the first API call will tell that nobody answers
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, nil
	}
	pem, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("read database roots: %w", err)
	}
	return pem, nil
}
