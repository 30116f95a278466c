package db

import (
	"bufio"
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"
)

func TestEmbeddedRootsAreSelfSignedAuthoritiesThatLastToTheDateTheyName(t *testing.T) {
	t.Parallel()
	var dates []string
	lines := bufio.NewScanner(bytes.NewReader(bundle))
	for lines.Scan() {
		if _, date, ok := strings.Cut(lines.Text(), ", valid to "); ok {
			dates = append(dates, date)
		}
	}
	certs := certificates(t, bundle)
	if len(certs) != 92 || len(dates) != len(certs) {
		t.Fatalf("%d certificates under %d headings, want 92 of each", len(certs), len(dates))
	}
	for i, cert := range certs {
		if !cert.IsCA || cert.CheckSignatureFrom(cert) != nil {
			t.Errorf("%s is not a self-signed authority", cert.Subject.CommonName)
		}
		if got := cert.NotAfter.Format(time.DateOnly); got != dates[i] {
			t.Errorf("%s ends on %s, its heading says %s", cert.Subject.CommonName, got, dates[i])
		}
		if time.Now().After(cert.NotAfter) {
			t.Errorf("%s has expired: take a newer bundle", cert.Subject.CommonName)
		}
	}
}

func TestEveryDefaultRootAuthorityOfALargeRegionIsTrusted(t *testing.T) {
	t.Parallel()
	roots := RDSRoots()
	named := map[string]*x509.Certificate{}
	for _, cert := range certificates(t, bundle) {
		named[cert.Subject.CommonName] = cert
	}
	for _, region := range []string{"us-east-1", "us-west-2", "eu-central-1", "ap-northeast-1", "sa-east-1"} {
		cert := named["Amazon RDS "+region+" Root CA RSA2048 G1"]
		if cert == nil {
			t.Errorf("no root for %s", region)
			continue
		}
		if _, err := cert.Verify(x509.VerifyOptions{Roots: roots}); err != nil {
			t.Errorf("%s: %v", region, err)
		}
	}
}

func TestRootsFrom(t *testing.T) {
	t.Parallel()
	own := newAuthority(t)
	roots, err := RootsFrom(own.pem)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := own.cert.Verify(x509.VerifyOptions{Roots: roots}); err != nil {
		t.Errorf("the extra root is not trusted: %v", err)
	}
	if _, err := own.cert.Verify(x509.VerifyOptions{Roots: RDSRoots()}); err == nil {
		t.Error("the extra root leaked into RDS's own")
	}
	if _, err := RootsFrom([]byte("not a certificate")); err == nil {
		t.Error("text without a certificate was accepted")
	}
}

func certificates(t *testing.T, text []byte) []*x509.Certificate {
	t.Helper()
	var certs []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		certs = append(certs, cert)
	}
	return certs
}
