package rotation

import (
	"fmt"
	"net/netip"
	"strings"

	"keyturn/steps"
)

// networkQuestion asks who may reach the database.
func networkQuestion() steps.Question {
	return steps.ChoiceQuestion("network", "Network", "public: open to everybody, as the tutorial has it; private: open to nobody but you and the function",
		func(s *steps.Setup) *steps.NetworkMode { return &s.Network },
		"the tutorial's step 1 and its note on production servers", steps.NetworkPublic, steps.NetworkPrivate)
}

// admittedQuestion asks whom the private network admits.
func admittedQuestion() steps.Question {
	return steps.Question{
		Flag: "my-cidr", Label: "Whom private admits", Kind: steps.Text, When: steps.Setup.Private,
		Help: "addresses such as 203.0.113.7/32; empty: this machine's public address",
		Get:  func(s *steps.Setup) string { return s.MyCIDR },
		Set: func(s *steps.Setup, text string) error {
			cidr, err := parseCIDR(text)
			if err == nil {
				s.MyCIDR = cidr
			}
			return err
		},
	}
}

// endpointQuestion asks for the way from the VPC to Secrets Manager.
func endpointQuestion() steps.Question {
	q := steps.TextQuestion("vpc-endpoint", "Endpoint", "auto: one that is there, or a NAT route, else a new one; create; or an endpoint's id",
		func(s *steps.Setup) *string { return &s.VPCEndpoint }, checkEndpoint)
	q.When = steps.Setup.Private
	return q
}

// shortestPrefix is the widest block of addresses that still is somebody's: one
// of 16 million addresses.
const shortestPrefix = 8

// parseCIDR reads a block of IPv4 addresses, or one address, and sets its host
// bits to zero, as EC2 does; "" stays "".
func parseCIDR(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", nil
	}
	rule := "who may connect is a block of IPv4 addresses such as 203.0.113.7/32 (EC2 AuthorizeSecurityGroupIngress, CidrIp)"
	if !strings.Contains(text, "/") {
		text += "/32"
	}
	p, err := netip.ParsePrefix(text)
	if err != nil || !p.Addr().Is4() {
		return "", fmt.Errorf("%s: %q", rule, text)
	}
	if p.Bits() < shortestPrefix {
		return "", fmt.Errorf("%s is open to the internet: the private network takes a block of /%d or smaller; "+
			"choose the public network for everybody", p.Masked(), shortestPrefix)
	}
	return p.Masked().String(), nil
}

var endpointID = steps.NewPattern(`^vpce-[0-9a-f]+$`)

func checkEndpoint(text string) error {
	if text == steps.EndpointAuto || text == steps.EndpointCreate || endpointID.MatchString(text) {
		return nil
	}
	return fmt.Errorf("the endpoint is auto, create, or the id of one that is there, such as vpce-0123456789abcdef0 "+
		"(EC2 DescribeVpcEndpoints, VpcEndpointId): %q", text)
}
