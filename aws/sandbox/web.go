package sandbox

import (
	"fmt"
	"net/http"

	"keyturn/aws/sandbox/cloud"
)

// truststorePath is the path of RDS's certificate bundle:
// https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem
const truststorePath = "/global/global-bundle.pem"

// checkIPHost is AWS's service that tells a caller its public address:
// https://checkip.amazonaws.com. The sandbox answers cloud.ClientAddress.
const checkIPHost = "checkip.amazonaws.com"

// handler serves AWS's protocols and, without a signature, a welcome page and
// the certificate authority.
func (s *Sandbox) handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case isPlainGet(r) && r.Host == checkIPHost:
			w.Header().Set("Content-Type", "text/plain")
			_, _ = fmt.Fprintln(w, cloud.ClientAddress)
		case !isPlainGet(r):
			s.wire.ServeHTTP(w, r)
		case r.URL.Path == truststorePath:
			w.Header().Set("Content-Type", "application/x-pem-file")
			_, _ = w.Write(s.CAPEM())
		case r.URL.Path == "/":
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = fmt.Fprintf(w, welcomePage, s.Region, s.AccountID, s.url, truststorePath)
		default:
			s.wire.ServeHTTP(w, r)
		}
	})
}

// isPlainGet reports a request of a browser or curl: an AWS client signs it or
// names an action.
func isPlainGet(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) &&
		r.Header.Get("Authorization") == "" && r.URL.RawQuery == ""
}

const welcomePage = `This is the sandbox of keyturn: an AWS account on this machine only, region %s, account %s.
AWS SDKs and the AWS CLI reach it with AWS_ENDPOINT_URL=%s and the sandbox's own keys.
The certificate authority of its databases is at %s.
`
