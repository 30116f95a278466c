package steps

import (
	"fmt"
	"strings"
)

func publicAddressUnknown(f failure) Diagnosis {
	return Diagnosis{
		ID:   "address-unknown",
		What: "This machine's public address could not be found out",
		Why:  "The private network admits that address to the database, and https://checkip.amazonaws.com did not tell it. " + sentence(f.err.Error()),
		Fix:  "Name who may connect with --my-cidr, as in --my-cidr 203.0.113.7/32.",
	}
}

func endpointConflict(f failure) Diagnosis {
	return Diagnosis{
		ID:   "endpoint-conflict",
		What: "The VPC has an endpoint for Secrets Manager already",
		Why:  quoteAnswer(f.answer),
		Fix:  "Use that one: leave --vpc-endpoint at auto, or name its id.",
	}
}

func endpointUnusable(e *EndpointError) Diagnosis {
	return Diagnosis{ID: "endpoint-unusable", What: "The function cannot use the endpoint " + e.ID, Why: e.Why, Fix: e.Fix}
}

// vpcDNSOff gives the commands that switch the missing attributes on:
// ModifyVpcAttribute takes one at a time.
func vpcDNSOff(e *VPCDNSError) Diagnosis {
	var missing, commands []string
	for _, attribute := range []struct {
		on         bool
		name, flag string
	}{{e.Support, "enableDnsSupport", "--enable-dns-support"}, {e.Hostnames, "enableDnsHostnames", "--enable-dns-hostnames"}} {
		if !attribute.on {
			missing = append(missing, attribute.name)
			commands = append(commands, fmt.Sprintf("`aws ec2 modify-vpc-attribute --vpc-id %s %s`", e.VPCID, attribute.flag))
		}
	}
	return Diagnosis{
		ID:   "vpc-names-off",
		What: "Names do not work in the VPC " + e.VPCID,
		Why: fmt.Sprintf("Its attribute %s is off. The function finds Secrets Manager's endpoint, and clients find the database, by names of AWS's.",
			strings.Join(missing, " and ")),
		Fix: "It is somebody's VPC, so keyturn leaves it as it is. Switch it on with " + strings.Join(commands, " and ") + ", then try again.",
	}
}
