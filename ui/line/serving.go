package line

import (
	"fmt"
	"io"
)

// Serving prints what another terminal needs to work with a sandbox: the
// environment as export lines, and as comments how mysql and aws are called.
func Serving(w io.Writer, environment []string, caFile string) {
	_, _ = fmt.Fprintln(w, "# The sandbox is up until ctrl+c. In another terminal:")
	for _, e := range environment {
		_, _ = fmt.Fprintln(w, e)
	}
	_, _ = fmt.Fprintf(w, "export KEYTURN_RDS_CA_FILE=%s\n", caFile)
	_, _ = fmt.Fprintln(w, `# aws rds describe-db-instances --endpoint-url "$AWS_ENDPOINT_URL"`)
	_, _ = fmt.Fprintln(w, `# mysql --host 127.0.0.1 --port PORT --user adminuser --password --ssl-ca "$KEYTURN_RDS_CA_FILE"`)
	_, _ = fmt.Fprintln(w, "# keyturn --aws")
}
