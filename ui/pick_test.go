package ui

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"keyturn/steps"
)

// listed are the services of an account with so many instances and secrets; of
// the calls only those that list are there. A page takes a second.
func listed(instances, secrets int) steps.Services {
	return steps.Services{Databases: listedDatabases{n: instances}, Secrets: listedSecrets{n: secrets}, Network: listedNetwork{}}
}

// listedNetwork has two subnets of one VPC.
type listedNetwork struct{ steps.Network }

func (listedNetwork) Subnets(context.Context, string) ([]steps.Subnet, error) {
	return []steps.Subnet{{ID: "subnet-1a", VPCID: "vpc-1", Zone: "eu-central-1a"}, {ID: "subnet-1b", VPCID: "vpc-1", Zone: "eu-central-1b"}}, nil
}

func (listedNetwork) RouteTables(context.Context, string) ([]steps.RouteTable, error) {
	return nil, nil
}

type listedDatabases struct {
	steps.DBInstances
	n int
}

func (l listedDatabases) DBInstancesPage(ctx context.Context, marker string) ([]steps.DBInstance, string, error) {
	return page(ctx, l.n, marker, func(i int) (steps.DBInstance, bool) {
		db := steps.DBInstance{ID: fmt.Sprintf("orders-%05d", i), Engine: "mysql", EngineVersion: "8.4.7", Class: "db.r6g.large", Status: "available"}
		switch i % 10 {
		case 3:
			db.Engine, db.EngineVersion = "postgres", "17.2"
		case 7:
			db.Status = "stopped"
		}
		return db, true
	})
}

type listedSecrets struct {
	steps.Secrets
	n int
}

func (l listedSecrets) SecretsPage(ctx context.Context, beginning, token string) ([]steps.SecretDescription, string, error) {
	return page(ctx, l.n, token, func(i int) (steps.SecretDescription, bool) {
		name := fmt.Sprintf("prod/team-%02d/secret-%06d", i%50, i)
		return steps.SecretDescription{Name: name}, strings.HasPrefix(name, beginning)
	})
}

// page is the hundred items from a token on.
func page[T any](ctx context.Context, n int, token string, item func(int) (T, bool)) (items []T, next string, err error) {
	select {
	case <-ctx.Done():
		return nil, "", ctx.Err()
	case <-time.After(time.Second):
	}
	at, _ := strconv.Atoi(token)
	for ; at < n && len(items) < 100; at++ {
		if found, ok := item(at); ok {
			items = append(items, found)
		}
	}
	if at < n {
		next = strconv.Itoa(at)
	}
	return items, next, nil
}

// atPick has a person list what the first question of the step lists.
func atPick(t *testing.T, change func(*steps.Account)) *person {
	t.Helper()
	p := start(t, newScript(), func(o *Options) {
		o.Open = func(context.Context, steps.AccountChoice, func(steps.Event)) (*steps.Account, error) {
			account := sandboxAccount
			change(&account)
			return &account, nil
		}
	})
	p.press("enter", "enter")
	p.sees("make a test database", "list those there are")
	p.press("right")
	return p
}

func TestPickFiltersWhilePagesArrive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := atPick(t, func(a *steps.Account) { a.Services = listed(5000, 0) })
		p.sees("0 of 0 DB instances read so far")
		p.after(3500 * time.Millisecond)
		p.sees("300 of 300 DB instances read so far", "orders-00000", "mysql 8.4.7")
		p.types("S-0025")
		p.sees("10 of 300", "orders-00250", "no: Its engine is postgres")
		p.after(time.Minute)
		p.sees("10 of 5000 DB instances")
		p.press("down", "down", "down", "enter")
		p.sees("the rotation function of this tutorial is for MySQL")
		p.press("down", "enter")
		p.sees("orders-00254", "Closed port")
		p.doesNotSee("Storage in GiB")
		if p.app.setup.DBExisting != "orders-00254" {
			t.Errorf("chosen %q", p.app.setup.DBExisting)
		}
		p.press("right")
		p.press("enter") // the first row: none of them
		p.sees("make a test database", "Storage in GiB")
	})
}

func TestPickFiltersByPrefixInTheAccount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t).in(sandboxAccount)
		s.account.Services = listed(0, 100_000)
		p := &person{t: t, app: s.app}
		t.Cleanup(p.leave)
		s.at("secret")
		p.press("enter", "right")
		p.after(4 * time.Minute)
		p.sees("10000 of 10000 secrets read so far", "type the beginning of a")
		p.types("prod/team-49/secret-099999")
		p.after(time.Hour) // the account looks through a thousand pages
		p.sees("1 of 10000", "› prod/team-49/secret-099999")
		p.press("enter")
		p.sees("prod/team-49/secret-099999")
		p.doesNotSee("Secret name")
	})
}

func TestPickSaysWhyNothingCouldBeRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := atPick(t, func(a *steps.Account) {
			a.Services.Databases = refusedDatabases{}
		})
		p.sees("rds:DescribeDBInstances")
		p.press("esc")
		p.sees("make a test database")
	})
}

type refusedDatabases struct{ steps.DBInstances }

func (refusedDatabases) DBInstancesPage(context.Context, string) ([]steps.DBInstance, string, error) {
	return nil, "", errors.Join(&steps.ServiceError{
		Service: "rds", Operation: "DescribeDBInstances", Code: "AccessDenied", Action: "rds:DescribeDBInstances", Kind: steps.ErrAccessDenied,
	})
}

// picked brings the instances of one page to the pick on the screen.
func (s *stage) picked(from, to int) *stage {
	p, _ := s.top().screen.(*pick)
	items := make([]steps.ListingItem, 0, to-from)
	for i := from; i < to; i++ {
		item := steps.ListingItem{Name: fmt.Sprintf("orders-%05d", i), About: "mysql 8.4.7, db.r6g.large"}
		if i%10 == 3 {
			item.About, item.WhyNot = "postgres 17.2, db.r6g.large", "Its engine is postgres: the rotation function of this tutorial is for MySQL."
		}
		items = append(items, item)
	}
	s.Update(pageReadMsg{pick: p, page: steps.ListingPage{Items: items}})
	return s
}

// BenchmarkAKeyInThePick is a key and the frame after it, with everything read
// that is kept. A person notices 50 ms.
func BenchmarkAKeyInThePick(b *testing.B) {
	s := newStage(b).in(sandboxAccount)
	s.account.Services = steps.Services{}
	s.at("secret")
	s.press("enter", "right")
	p, _ := s.top().screen.(*pick)
	for i := range 100 {
		request, _ := p.picking.NextPage()
		var page steps.ListingPage
		for n := range 100 {
			page.Items = append(page.Items, steps.ListingItem{Name: fmt.Sprintf("prod/team-%02d/secret-%06d", n%50, i*100+n)})
		}
		page.Next = strconv.Itoa(i + 1)
		p.picking.Add(request, page)
	}
	for b.Loop() {
		for _, key := range []string{"s", "down", "backspace"} {
			s.Update(keyPress(key))
			_ = s.View()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(3*b.N), "ms/key")
}
