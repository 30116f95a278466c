package account

import (
	"context"
	"slices"
	"testing"

	"keyturn/steps"
)

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
	all := Accounts{}
	for _, host := range []string{"%", "10.%", "10.0.0.1", "10.0.%"} {
		name := Name{User: "app", Host: host}
		all[name] = New(name)
	}
	for _, want := range []string{"10.0.0.1", "10.0.%", "10.%", "%"} {
		a := all.Candidate("app", Hosts{"10.0.0.1"})
		if a.Name.Host != want {
			t.Fatalf("got %v, want %s", a.Name, want)
		}
		delete(all, a.Name)
	}
	if a := all.Candidate("app", Hosts{"10.0.0.1"}); a.Password.IsZero() {
		t.Error("somebody unknown needs no password")
	}
}

func TestPrivilegesHold(t *testing.T) {
	t.Parallel()
	a := New(Name{User: "app", Host: "%"})
	a.Grant(Level{}, SetOf("PROCESS", "SHOW_ROUTINE"))
	a.Grant(Level{DB: `shop\_%`}, SetOf("SELECT"))
	a.Grant(Level{DB: "stock_1", Table: "items"}, SetOf("UPDATE"))
	for name, tt := range map[string]struct {
		privilege, db, table string
		holds, sees          bool
	}{
		"a database by its pattern":        {"SELECT", "shop_1", "", true, true},
		"a table in it":                    {"SELECT", "shop_1", "t", true, true},
		"not one that the pattern misses":  {"SELECT", "shops", "t", false, false},
		"not another privilege":            {"INSERT", "shop_1", "t", false, true},
		"a table":                          {"UPDATE", "stock_1", "items", true, true},
		"not its neighbour":                {"UPDATE", "stock_1", "prices", false, false},
		"the database of a table":          {"UPDATE", "stock_1", "", false, true},
		"a table's database is no pattern": {"UPDATE", "stock11", "items", false, false},
		"the server":                       {"PROCESS", "", "", true, false},
		"a dynamic privilege":              {"SHOW_ROUTINE", "", "", true, false},
		"not what a database has":          {"SELECT", "", "", false, false},
		"what the server has shows none":   {"SELECT", "other", "", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := a.Holds(tt.privilege, tt.db, tt.table); got != tt.holds {
				t.Errorf("holds: %v", got)
			}
			if got := a.Sees(tt.db, tt.table); got != tt.sees {
				t.Errorf("sees: %v", got)
			}
		})
	}
}

func TestShowGrantsFollowsWhatIsRevoked(t *testing.T) {
	t.Parallel()
	a, shop := New(Name{User: "a`b", Host: "%"}), Level{DB: "shop"}
	check := func(want ...string) {
		t.Helper()
		if got := a.ShowGrants(); !slices.Equal(got, want) {
			t.Errorf("got %q; want %q", got, want)
		}
	}
	check("GRANT USAGE ON *.* TO `a``b`@`%`")
	a.Grant(shop, SetOf(shop.All()...).WithOptions())
	a.Grant(Level{}, SetOf("SHOW_ROUTINE", "FLUSH_STATUS"))
	a.Grant(Level{}, SetOf("XA_RECOVER_ADMIN").WithOptions())
	a.Grant(Level{DB: "shop", Table: "t"}, SetOf("UPDATE", "SELECT"))
	check("GRANT USAGE ON *.* TO `a``b`@`%`", "GRANT FLUSH_STATUS,SHOW_ROUTINE ON *.* TO `a``b`@`%`",
		"GRANT XA_RECOVER_ADMIN ON *.* TO `a``b`@`%` WITH GRANT OPTION",
		"GRANT ALL PRIVILEGES ON `shop`.* TO `a``b`@`%` WITH GRANT OPTION",
		"GRANT SELECT, UPDATE ON `shop`.`t` TO `a``b`@`%`")
	before := *a
	a.Revoke(shop, SetOf(shop.All()[1:]...))
	a.Revoke(Level{}, SetOf("SHOW_ROUTINE", "FLUSH_STATUS", "XA_RECOVER_ADMIN"))
	a.Revoke(Level{DB: "shop", Table: "t"}, SetOf("SELECT", "UPDATE"))
	check("GRANT USAGE ON *.* TO `a``b`@`%`", "GRANT SELECT ON `shop`.* TO `a``b`@`%` WITH GRANT OPTION")
	a.RevokeAll()
	check("GRANT USAGE ON *.* TO `a``b`@`%`")
	if a.HasGrant(shop) || !a.HasGrant(Level{}) || !before.Holds("SHOW_ROUTINE", "", "") {
		t.Error("what is left is not USAGE alone, or a copy has changed with it")
	}
}

func TestAnUpdateThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	b := NewBook("admin", steps.NewPassword("x"))
	name := Name{User: "admin", Host: "%"}
	before := b.All()[name]
	err := b.Update(func(all Accounts) error {
		all.Edit(name).SetPassword(steps.NewPassword("y"))
		delete(all, Name{User: "rdsadmin", Host: "localhost"})
		return context.Canceled
	})
	if err == nil || b.All()[name] != before || len(b.All()) != 5 || !before.Password.Equal(steps.NewPassword("x")) {
		t.Errorf("%v: %v", err, b.All())
	}
	if err := b.Update(func(all Accounts) error { delete(all, name); return nil }); err != nil || b.Now(before) != before {
		t.Errorf("dropped: %v, %v", err, b.Now(before))
	}
}
