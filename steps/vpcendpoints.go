package steps

import "context"

// EndpointService is a service of AWS's that an interface endpoint can lead to.
// PublicName is the name that leads to the endpoint within the VPC, Zones are
// the Availability Zones in which there can be one.
type EndpointService struct {
	Name       string // "com.amazonaws.us-east-1.secretsmanager"
	PublicName string // "secretsmanager.us-east-1.amazonaws.com"
	Zones      []string
}

// VPCEndpoint is an interface endpoint: a private way from a VPC to a service of
// AWS's.
type VPCEndpoint struct {
	ID         string
	VPCID      string
	State      string // pending, available, deleting, failed, …, in lower case
	Reason     string // why it failed, where AWS says
	PrivateDNS bool   // the service's own name leads to it
	SubnetIDs  []string
	GroupIDs   []string
	Tags       []Tag
}

// VPCEndpointSpec is what CreateVpcEndpoint is given; private DNS is on.
type VPCEndpointSpec struct {
	VPCID     string
	Service   string
	SubnetIDs []string
	GroupIDs  []string
	Token     string
	Tags      []Tag
}

// The states of an endpoint that the steps decide on.
const (
	EndpointPending   = "pending"
	EndpointAvailable = "available"
	EndpointDeleting  = "deleting"
	EndpointDeleted   = "deleted"
)

// VPCEndpoints are the EC2 calls about interface endpoints.
type VPCEndpoints interface {
	// SecretsEndpointService returns ErrNotFound where the region has none.
	SecretsEndpointService(ctx context.Context) (EndpointService, error)
	// Endpoints returns the VPC's interface endpoints that lead to a service,
	// those too that are on their way out.
	Endpoints(ctx context.Context, vpcID, service string) ([]VPCEndpoint, error)
	EndpointsByTag(ctx context.Context, tag Tag) ([]VPCEndpoint, error)
	// CreateEndpoint returns ErrEndpointConflict where another endpoint has the
	// service's name in the VPC.
	CreateEndpoint(ctx context.Context, spec VPCEndpointSpec) (VPCEndpoint, error)
	// DeleteEndpoint returns ErrNotFound if there is none.
	DeleteEndpoint(ctx context.Context, id string) error
}
