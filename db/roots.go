package db

import (
	"crypto/x509"
	_ "embed"
	"errors"
	"sync"
)

// bundle holds the root certificates of every commercial region, as published
// at https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem.
//
//go:embed rds-global-bundle.pem
var bundle []byte

var rdsRoots = sync.OnceValue(func() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(bundle)
	return pool
})

// RDSRoots are the certificate authorities that sign RDS's server
// certificates. They are parsed at the first call.
func RDSRoots() *x509.CertPool { return rdsRoots() }

// RootsFrom returns RDS's roots together with those of pem: a newer bundle, or
// that of a partition which the embedded one does not cover. An empty pem adds
// none.
func RootsFrom(pem []byte) (*x509.CertPool, error) {
	if len(pem) == 0 {
		return RDSRoots(), nil
	}
	pool := RDSRoots().Clone()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("no PEM certificate found")
	}
	return pool, nil
}
