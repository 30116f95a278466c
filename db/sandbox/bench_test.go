package sandbox

import (
	"testing"

	"keyturn/steps"
)

func BenchmarkStart(b *testing.B) {
	authority, err := NewAuthority()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		config, err := authority.ServerConfig()
		if err != nil {
			b.Fatal(err)
		}
		s, err := New(Options{Version: "8.4.6", User: admin, Password: steps.NewPassword("x"), TLS: config})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSignInOverTLS(b *testing.B) {
	s := startServer(b)
	for b.Loop() {
		if got := s.signIn(b, who{user: admin, password: adminPassword, tls: true}); got != 0 {
			b.Fatal(got)
		}
	}
}

func BenchmarkQuery(b *testing.B) {
	s := startServer(b)
	c := s.session(b, who{user: admin, password: adminPassword})
	execAll(b, c, shop...)
	for name, query := range map[string]string{
		"constant":   "SELECT 1",
		"primaryKey": "SELECT name FROM customers WHERE id = 1",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := ask(c, query); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
