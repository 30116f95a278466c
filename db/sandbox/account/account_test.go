package account

import (
	"slices"
	"testing"

	pm "github.com/pingcap/tidb/pkg/parser/mysql"

	"keyturn/steps"
)

func newBook(t *testing.T) *Book {
	t.Helper()
	b := NewBook(func(string, uint64) {})
	if err := b.CreateMaster("admin", steps.NewPassword("x")); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestLike(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		pattern, text string
		want          bool
	}{
		"nothing special":                {"abc", "abc", true},
		"not the same":                   {"abc", "abd", false},
		"a percent is any text":          {"a%c", "a12c", true},
		"or none":                        {"%", "", true},
		"several are tried in turn":      {"%a%b", "xaybzab", true},
		"an underscore is a character":   {"a_c", "aéc", true},
		"but must be one":                {"a_", "a", false},
		"a backslash takes it literally": {`a\_c`, "abc", false},
		"and matches it":                 {`a\_c`, "a_c", true},
		"a percent may be literal":       {`100\%`, "100%", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Like(tt.pattern, tt.text); got != tt.want {
				t.Errorf("Like(%q, %q) = %v", tt.pattern, tt.text, got)
			}
		})
	}
}

func TestTheMostSpecificHostSignsIn(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	hosts := Hosts{"10.0.0.1"}
	for _, host := range []string{"%", "10.%", "10.0.0.1", "10.0.%"} {
		p := steps.NewPassword(host)
		if err := b.Create(Spec{Name: Name{User: "app", Host: host}, Password: &p}); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"10.0.0.1", "10.0.%", "10.%", "%"} {
		c, ok := b.Candidate("app", hosts)
		if !ok || c.Account.Name.Host != want {
			t.Fatalf("got %v, %v; want %s", c.Account, ok, want)
		}
		if err := b.Drop(c.Account.Name); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := b.Candidate("app", hosts); ok {
		t.Error("somebody is left")
	}
}

func TestGrantsHold(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	app := Name{User: "app", Host: "%"}
	if err := b.Create(Spec{Name: app}); err != nil {
		t.Fatal(err)
	}
	for level, p := range map[Level]Static{
		{DB: `shop\_%`}:               pm.SelectPriv,
		{DB: "stock", Table: "items"}: pm.UpdatePriv,
	} {
		if err := b.Grant(app, level, Privileges{Static: p}); err != nil {
			t.Fatal(err)
		}
	}
	c, _ := b.Candidate("app", Hosts{"x"})
	for name, tt := range map[string]struct {
		db, table string
		want      Static
	}{
		"a database by its pattern":       {"shop_1", "t", pm.SelectPriv},
		"not one that the pattern misses": {"shops", "t", 0},
		"a table":                         {"stock", "items", pm.UpdatePriv},
		"not its neighbour":               {"stock", "prices", 0},
		"nothing everywhere":              {"", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := b.Holds(c.Account, tt.db, tt.table); got != tt.want {
				t.Errorf("holds %b, want %b", got, tt.want)
			}
		})
	}
}

func TestShowGrantsFollowsWhatIsRevoked(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	app, shop := Name{User: "a`b", Host: "%"}, Level{DB: "shop"}
	if err := b.Create(Spec{Name: app}); err != nil {
		t.Fatal(err)
	}
	check := func(want ...string) {
		t.Helper()
		if got, err := b.ShowGrants(app); err != nil || !slices.Equal(got, want) {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
	change := func(f func(Name, Level, Privileges) error, level Level, p Privileges) {
		t.Helper()
		if err := f(app, level, p); err != nil {
			t.Fatal(err)
		}
	}
	check("GRANT USAGE ON *.* TO `a``b`@`%`")
	change(b.Grant, shop, Privileges{Static: AllOnDB | pm.GrantPriv})
	change(b.Grant, Level{}, Privileges{Dynamic: map[string]bool{"SHOW_ROUTINE": false}})
	check("GRANT USAGE ON *.* TO `a``b`@`%`", "GRANT SHOW_ROUTINE ON *.* TO `a``b`@`%`",
		"GRANT ALL PRIVILEGES ON `shop`.* TO `a``b`@`%` WITH GRANT OPTION")
	change(b.Revoke, shop, Privileges{Static: AllOnDB &^ pm.SelectPriv})
	change(b.Revoke, Level{}, Privileges{Dynamic: map[string]bool{"SHOW_ROUTINE": false}})
	check("GRANT USAGE ON *.* TO `a``b`@`%`", "GRANT SELECT ON `shop`.* TO `a``b`@`%` WITH GRANT OPTION")
	if err := b.RevokeAll(app); err != nil {
		t.Fatal(err)
	}
	check("GRANT USAGE ON *.* TO `a``b`@`%`")
	if err := b.Revoke(app, shop, Privileges{Static: pm.SelectPriv}); err == nil {
		t.Error("revoking what is not granted succeeds")
	}
}
