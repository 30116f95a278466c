package sandbox

import (
	"crypto/tls"
	"strings"
)

// cipherName is the cipher of a TLS connection by OpenSSL's name, which MySQL
// shows; empty outside TLS.
func cipherName(state *tls.ConnectionState) string {
	if state == nil {
		return ""
	}
	name := tls.CipherSuiteName(state.CipherSuite)
	if state.Version >= tls.VersionTLS13 {
		return name
	}
	if strings.HasSuffix(name, "_CHACHA20_POLY1305_SHA256") {
		name = strings.TrimSuffix(name, "_SHA256") // OpenSSL leaves the hash out
	}
	name = strings.TrimPrefix(name, "TLS_")
	name = strings.Replace(name, "_WITH_", "_", 1)
	name = strings.NewReplacer("AES_128", "AES128", "AES_256", "AES256", "_CBC_SHA", "_SHA").Replace(name)
	return strings.ReplaceAll(name, "_", "-")
}

// tlsVersion is the protocol's name as MySQL shows it; empty outside TLS.
func tlsVersion(state *tls.ConnectionState) string {
	if state == nil {
		return ""
	}
	return strings.Replace(tls.VersionName(state.Version), "TLS ", "TLSv", 1)
}
