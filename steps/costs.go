package steps

import "keyturn/steps/format"

// What things cost in us-east-1, in US dollars, by AWS's price lists of
// mid-2026: estimates, and shown as such.
const (
	DatabaseHour = 0.02  // a db.t4g.micro with MySQL
	GiBMonth     = 0.115 // a GiB of gp3 storage
	AddressHour  = 0.005 // a public IPv4 address
	SecretMonth  = 0.40
	EndpointHour = 0.01 // an interface endpoint in one Availability Zone
	// testDatabaseHour is the test database as the tutorial makes it:
	// db.t4g.micro, 20 GiB and a public address.
	testDatabaseHour = 0.03
)

// CostIfKept is what a resource of a kind costs for as long as it is kept; ""
// for what is free of charge.
func CostIfKept(kind string) string {
	switch kind {
	case KindDatabase:
		return "about " + format.Dollars(testDatabaseHour) + " an hour"
	case KindVPCEndpoint:
		return "about " + format.Dollars(EndpointHour) + " an hour"
	case KindSecret:
		return format.Dollars(SecretMonth) + " a month"
	}
	return ""
}
