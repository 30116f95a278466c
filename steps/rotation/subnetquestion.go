package rotation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"keyturn/steps"
)

// subnetsQuestion picks the subnets of a test database; the list has two of each
// VPC, which is what a database needs at least.
func subnetsQuestion() steps.Question {
	return steps.Question{
		Flag: "subnet-ids", Label: "Subnets", Kind: steps.Pick,
		Help: "the default VPC's, or two of another; for the public network with a route to an internet gateway",
		Listing: &steps.Listing{
			None: "those of the default VPC", Noun: "VPCs",
			Page: func(ctx context.Context, s steps.Services, _, _ string) (steps.ListingPage, error) {
				subnets, err := s.Network.Subnets(ctx, "")
				if err != nil {
					return steps.ListingPage{}, fmt.Errorf("list the subnets: %w", err)
				}
				return subnetPairs(ctx, s.Network, subnets)
			},
		},
		When: makesDatabase,
		Get:  func(s *steps.Setup) string { return s.SubnetIDs },
		Set: func(s *steps.Setup, text string) error {
			ids, err := parseSubnets(text)
			if err == nil {
				s.SubnetIDs = ids
			}
			return err
		},
	}
}

// subnetPairs are two subnets of each VPC, in different Availability Zones: of those that
// lead to the internet, if there are any.
func subnetPairs(ctx context.Context, network steps.Network, subnets []steps.Subnet) (steps.ListingPage, error) {
	var page steps.ListingPage
	var vpcs []string
	for _, s := range subnets {
		if !slices.Contains(vpcs, s.VPCID) {
			vpcs = append(vpcs, s.VPCID)
		}
	}
	for _, vpc := range vpcs {
		tables, err := network.RouteTables(ctx, vpc)
		if err != nil {
			return page, fmt.Errorf("look at the routes: %w", err)
		}
		within := slices.DeleteFunc(slices.Clone(subnets), func(s steps.Subnet) bool { return s.VPCID != vpc })
		routed := slices.DeleteFunc(slices.Clone(within), func(s steps.Subnet) bool { return steps.TableOf(tables, s.ID).InternetGateway == "" })
		ids, item := onePerZone(within), steps.ListingItem{About: vpc + ", no way to the internet"}
		if leading := onePerZone(routed); len(leading) >= minZones {
			ids, item.About = leading, vpc+", with one to the internet"
		}
		if len(ids) < minZones {
			item.WhyNot = "Its subnets are in one Availability Zone, and RDS needs two."
		}
		item.Name = strings.Join(ids[:min(minZones, len(ids))], ",")
		page.Items = append(page.Items, item)
	}
	return page, nil
}

// onePerZone are the ids of the first subnet in each Availability Zone.
func onePerZone(subnets []steps.Subnet) []string {
	var ids []string
	seen := map[string]bool{}
	for _, s := range subnets {
		if !seen[s.Zone] {
			seen[s.Zone] = true
			ids = append(ids, s.ID)
		}
	}
	return ids
}

var subnetID = steps.NewPattern(`^subnet-[0-9a-f]+$`)

// parseSubnets reads subnets with commas or spaces between them; "" stays "".
func parseSubnets(text string) (string, error) {
	ids := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
	for i, id := range ids {
		if !subnetID.MatchString(id) || slices.Contains(ids[:i], id) {
			return "", fmt.Errorf("subnets are ids such as subnet-0123456789abcdef0, each once, with commas between them (EC2 DescribeSubnets, SubnetId): %q", id)
		}
	}
	if len(ids) == 1 {
		return "", fmt.Errorf("a database needs subnets in %d Availability Zones (RDS CreateDBSubnetGroup, SubnetIds): %q", minZones, text)
	}
	return strings.Join(ids, ","), nil
}
