package steps

// regions are those of the partitions that keyturn knows, from the SDK's
// internal/endpoints/awsrulesfn/partitions.json (aws-sdk-go-v2 1.47.7), which
// no program can import. RDS and Secrets Manager are in all of them.
var regions = []struct{ Name, Place string }{
	{"us-east-1", "US East (N. Virginia)"},
	{"us-east-2", "US East (Ohio)"},
	{"us-west-1", "US West (N. California)"},
	{"us-west-2", "US West (Oregon)"},
	{"ca-central-1", "Canada (Central)"},
	{"ca-west-1", "Canada West (Calgary)"},
	{"mx-central-1", "Mexico (Central)"},
	{"sa-east-1", "South America (São Paulo)"},
	{"eu-central-1", "Europe (Frankfurt)"},
	{"eu-central-2", "Europe (Zurich)"},
	{"eu-north-1", "Europe (Stockholm)"},
	{"eu-south-1", "Europe (Milan)"},
	{"eu-south-2", "Europe (Spain)"},
	{"eu-west-1", "Europe (Ireland)"},
	{"eu-west-2", "Europe (London)"},
	{"eu-west-3", "Europe (Paris)"},
	{"il-central-1", "Israel (Tel Aviv)"},
	{"me-central-1", "Middle East (UAE)"},
	{"me-south-1", "Middle East (Bahrain)"},
	{"af-south-1", "Africa (Cape Town)"},
	{"ap-east-1", "Asia Pacific (Hong Kong)"},
	{"ap-east-2", "Asia Pacific (Taipei)"},
	{"ap-northeast-1", "Asia Pacific (Tokyo)"},
	{"ap-northeast-2", "Asia Pacific (Seoul)"},
	{"ap-northeast-3", "Asia Pacific (Osaka)"},
	{"ap-south-1", "Asia Pacific (Mumbai)"},
	{"ap-south-2", "Asia Pacific (Hyderabad)"},
	{"ap-southeast-1", "Asia Pacific (Singapore)"},
	{"ap-southeast-2", "Asia Pacific (Sydney)"},
	{"ap-southeast-3", "Asia Pacific (Jakarta)"},
	{"ap-southeast-4", "Asia Pacific (Melbourne)"},
	{"ap-southeast-5", "Asia Pacific (Malaysia)"},
	{"ap-southeast-6", "Asia Pacific (New Zealand)"},
	{"ap-southeast-7", "Asia Pacific (Thailand)"},
	{"cn-north-1", "China (Beijing)"},
	{"cn-northwest-1", "China (Ningxia)"},
	{"us-gov-east-1", "AWS GovCloud (US-East)"},
	{"us-gov-west-1", "AWS GovCloud (US-West)"},
	{"eusc-de-east-1", "AWS European Sovereign Cloud (Germany)"},
}

// RegionListing lists the regions of the same partition as a region, which an
// account never leaves; with "" all of them. It takes the name of a region that
// AWS has opened since.
func RegionListing(beside string) Listing {
	l := Listing{Noun: "regions", Other: otherRegion}
	known := false
	for _, r := range regions {
		if beside == "" || PartitionOf(r.Name) == PartitionOf(beside) {
			l.Items = append(l.Items, ListingItem{Name: r.Name, About: r.Place})
		}
		known = known || r.Name == beside
	}
	if other, ok := otherRegion(beside); ok && !known {
		l.Items = append([]ListingItem{other}, l.Items...)
	}
	return l
}

// regionName is how AWS names its regions.
var regionName = NewPattern(`^[a-z]{2,4}(-[a-z]+)+-[0-9]+$`)

func otherRegion(typed string) (ListingItem, bool) {
	return ListingItem{Name: typed, About: "not in keyturn's list"}, regionName.MatchString(typed)
}
