package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// printServing prints what another terminal needs to work with a sandbox: the
// environment as export lines, and as comments how mysql and aws are called.
// The certificate authority of its databases is written to caFile, or if that
// is empty to a temporary file, which stop removes.
func printServing(w io.Writer, environment []string, ca []byte, caFile string) (stop func() error, err error) {
	stop = func() error { return nil }
	if caFile == "" {
		folder, err := os.MkdirTemp("", "keyturn-sandbox-")
		if err != nil {
			return nil, fmt.Errorf("make a folder for the certificate authority: %w", err)
		}
		stop = func() error { return os.RemoveAll(folder) }
		caFile = filepath.Join(folder, "rds-ca.pem")
	}
	if err := os.WriteFile(caFile, ca, 0o644); err != nil {
		return nil, errors.Join(fmt.Errorf("write the certificate authority: %w", err), stop())
	}
	lines := slices.Concat(
		[]string{"# The sandbox is up until ctrl+c. In another terminal:"},
		environment,
		[]string{
			"export KEYTURN_RDS_CA_FILE=" + caFile,
			`# aws rds describe-db-instances --endpoint-url "$AWS_ENDPOINT_URL"`,
			`# mysql --host 127.0.0.1 --port PORT --user adminuser --password --ssl-ca "$KEYTURN_RDS_CA_FILE"`,
			"# keyturn --aws",
			"",
		},
	)
	if _, err := io.WriteString(w, strings.Join(lines, "\n")); err != nil {
		return nil, errors.Join(fmt.Errorf("tell how the sandbox is reached: %w", err), stop())
	}
	return stop, nil
}
