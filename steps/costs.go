package steps

// CostIfKept is what a resource of a kind costs for as long as it is kept, in
// US dollars in us-east-1 (AWS's price lists, estimates); "" if nothing.
func CostIfKept(kind string) string {
	switch kind {
	case KindDatabase:
		return "about $0.02 an hour, its storage $2.30 a month, its public address $0.005 an hour"
	case KindSecret:
		return "$0.40 a month"
	case KindStack, KindFunction:
		return "nothing while it does not run; a rotation costs far less than a cent"
	case KindLogGroup:
		return "$0.03 a GB and month: nothing to speak of"
	}
	return ""
}
