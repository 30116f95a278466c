package steps

import (
	"cmp"
	"fmt"
	"time"

	"keyturn/steps/format"
)

// PricesFrom says where and of when the prices below are. They are estimates,
// and shown as such.
const PricesFrom = "us-east-1 prices of mid-2026"

// What things cost, in US dollars. A function and its log stay within the free
// allowances of Lambda and CloudWatch Logs; a stack, a security group and its
// rules are free of charge.
const (
	PricePerGiBMonth     = 0.115 // a GiB of gp3 storage
	PricePerAddressHour  = 0.005 // a public IPv4 address
	PricePerSecretMonth  = 0.40
	PricePerEndpointHour = 0.01 // an interface endpoint in one Availability Zone

	hoursPerMonth = 730 // as AWS's price lists count
	defaultClass  = "db.t4g.micro"
)

// classPricesPerHour are instance classes with MySQL in one Availability Zone.
var classPricesPerHour = map[string]float64{
	"db.t4g.micro": 0.016, "db.t4g.small": 0.032, "db.t4g.medium": 0.065, "db.t4g.large": 0.129,
	"db.t3.micro": 0.017, "db.t3.small": 0.034, "db.t3.medium": 0.068, "db.t3.large": 0.136,
	"db.m5.large": 0.171, "db.m6g.large": 0.152, "db.m7g.large": 0.168, "db.r6g.large": 0.215,
}

// ClassPricePerHour is what an instance of a class costs an hour; "" is the
// class that the steps choose. It reports false for an unknown price.
func ClassPricePerHour(class string) (float64, bool) {
	price, known := classPricesPerHour[cmp.Or(class, defaultClass)]
	return price, known
}

// PricePerHour is what a resource of a kind costs an hour for a run with these
// answers, 0 for what is free of charge. It reports false if a part of the
// price is unknown.
func PricePerHour(kind string, s Setup) (float64, bool) {
	switch kind {
	case KindDatabase:
		class, known := ClassPricePerHour(s.DBClass)
		price := class + PricePerGiBMonth*float64(s.DBStorageGiB)/hoursPerMonth
		if !s.WithoutPublicAddress() {
			price += PricePerAddressHour
		}
		return price, known
	case KindSecret:
		return PricePerSecretMonth / hoursPerMonth, true
	case KindVPCEndpoint:
		return PricePerEndpointHour, true
	}
	return 0, true
}

// CostIfKept is what a resource of a kind costs for as long as it is kept; ""
// for what is free of charge.
func CostIfKept(kind string, s Setup) string {
	hour, known := PricePerHour(kind, s)
	if hour == 0 {
		return ""
	}
	about := "about"
	if !known {
		about = "more than"
	}
	if hour < 0.005 { // less than half a cent says little
		return fmt.Sprintf("%s %s a month", about, format.Dollars(hour*hoursPerMonth))
	}
	return fmt.Sprintf("%s %s an hour, %s a month", about, format.Dollars(hour), format.Dollars(hour*hoursPerMonth))
}

// Cost is what a run has cost, in US dollars. AtLeast says that a part of it is
// not known.
type Cost struct {
	Dollars float64
	AtLeast bool
}

// CostSoFar is what the run's resources have cost from their creation to their
// removal, or until now.
func (r Receipt) CostSoFar(now time.Time) Cost {
	var cost Cost
	for _, rec := range r.Resources {
		if rec.CreatedAt.IsZero() {
			continue
		}
		end := rec.RemovedAt
		if end.IsZero() {
			end = now
		}
		hour, known := PricePerHour(rec.Kind, r.Setup)
		cost.Dollars += hour * end.Sub(rec.CreatedAt).Hours()
		cost.AtLeast = cost.AtLeast || !known
	}
	return cost
}

// String says the cost in words: "about $0.12", "less than a cent".
func (c Cost) String() string {
	switch {
	case c.AtLeast:
		return "more than " + format.Dollars(c.Dollars)
	case c.Dollars == 0:
		return "nothing"
	case c.Dollars < 0.01:
		return "less than a cent"
	}
	return "about " + format.Dollars(c.Dollars)
}

// In says what a run cost in an account of the kind, as a sentence that fits a
// line of 78 letters. The sandbox bills nothing.
func (c Cost) In(kind AccountKind) string {
	if kind == Sandbox {
		return fmt.Sprintf("In an AWS account: %s (estimate; %s).", c, PricesFrom)
	}
	return fmt.Sprintf("Cost so far: %s (estimate; %s).", c, PricesFrom)
}
