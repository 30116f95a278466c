package steps

// gibMonth is what a GiB of gp3 storage costs a month, in US dollars in
// us-east-1 (an estimate, like those below).
const gibMonth = 0.115

// CostIfKept is what a resource of a kind costs for as long as it is kept, in
// US dollars in us-east-1 (AWS's price lists of mid-2026, estimates); "" for
// what is free of charge. The database's is that of db.t4g.micro with 20 GiB
// and a public address.
func CostIfKept(kind string) string {
	switch kind {
	case KindDatabase:
		return "about $0.03 an hour"
	case KindSecret:
		return "$0.40 a month"
	}
	return ""
}
