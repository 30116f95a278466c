package sandbox

import "testing"

func TestAServerIsGivenADatabase(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	if err := s.CreateDatabase("orders"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"orders", "mysql"} {
		if err := s.CreateDatabase(name); err == nil {
			t.Errorf("a second database %s was made", name)
		}
	}
	db := s.open(t, who{user: admin, password: adminPassword, db: "orders", tls: true})
	var name string
	if err := db.QueryRowContext(t.Context(), "SELECT DATABASE()").Scan(&name); err != nil || name != "orders" {
		t.Errorf("a client is in %q: %v", name, err)
	}
}
