package aws

import (
	"context"
	"fmt"
	"slices"
	"strings"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/steps"
)

// endpointAPI are EC2's calls about interface endpoints.
type endpointAPI interface {
	CreateVpcEndpoint(context.Context, *ec2.CreateVpcEndpointInput, ...func(*ec2.Options)) (*ec2.CreateVpcEndpointOutput, error)
	DeleteVpcEndpoints(context.Context, *ec2.DeleteVpcEndpointsInput, ...func(*ec2.Options)) (*ec2.DeleteVpcEndpointsOutput, error)
	DescribeVpcEndpoints(context.Context, *ec2.DescribeVpcEndpointsInput, ...func(*ec2.Options)) (*ec2.DescribeVpcEndpointsOutput, error)
	DescribeVpcEndpointServices(context.Context, *ec2.DescribeVpcEndpointServicesInput, ...func(*ec2.Options)) (*ec2.DescribeVpcEndpointServicesOutput, error)
}

// SecretsEndpointService looks the service up by name. In China some services'
// names have the prefix "cn." (AWS PrivateLink guide, "AWS services that
// integrate with AWS PrivateLink").
func (n network) SecretsEndpointService(ctx context.Context) (steps.EndpointService, error) {
	name := "com.amazonaws." + n.region + ".secretsmanager"
	out, err := call(ctx, n.api.DescribeVpcEndpointServices, &ec2.DescribeVpcEndpointServicesInput{
		Filters: []types.Filter{{Name: awssdk.String("service-name"), Values: []string{name, "cn." + name}}},
	})
	if err != nil {
		return steps.EndpointService{}, err
	}
	if len(out.ServiceDetails) == 0 {
		return steps.EndpointService{}, fmt.Errorf("find the endpoint service %s: %w", name, steps.ErrNotFound)
	}
	found := out.ServiceDetails[0]
	return steps.EndpointService{
		Name: awssdk.ToString(found.ServiceName), PublicName: awssdk.ToString(found.PrivateDnsName), Zones: slices.Sorted(slices.Values(found.AvailabilityZones)),
	}, nil
}

func (n network) Endpoints(ctx context.Context, vpcID, service string) ([]steps.VPCEndpoint, error) {
	return n.endpoints(ctx, append(filterBy("vpc-id", vpcID), filterBy("service-name", service)...))
}

func (n network) EndpointsByTag(ctx context.Context, tag steps.Tag) ([]steps.VPCEndpoint, error) {
	return n.endpoints(ctx, filterByTag(tag))
}

func (n network) endpoints(ctx context.Context, filters []types.Filter) ([]steps.VPCEndpoint, error) {
	var endpoints []steps.VPCEndpoint
	in := &ec2.DescribeVpcEndpointsInput{Filters: filters}
	for {
		out, err := call(ctx, n.api.DescribeVpcEndpoints, in)
		if err != nil {
			return nil, err
		}
		for _, found := range out.VpcEndpoints {
			if found.VpcEndpointType == types.VpcEndpointTypeInterface {
				endpoints = append(endpoints, toVPCEndpoint(found))
			}
		}
		if awssdk.ToString(out.NextToken) == "" {
			return endpoints, nil
		}
		in.NextToken = out.NextToken
	}
}

// toVPCEndpoint converts an endpoint. EC2 sends states in lower case, the SDK's
// constants begin with a capital.
func toVPCEndpoint(found types.VpcEndpoint) steps.VPCEndpoint {
	e := steps.VPCEndpoint{
		ID: awssdk.ToString(found.VpcEndpointId), VPCID: awssdk.ToString(found.VpcId), State: strings.ToLower(string(found.State)),
		Reason: awssdk.ToString(found.FailureReason), PrivateDNS: awssdk.ToBool(found.PrivateDnsEnabled), SubnetIDs: found.SubnetIds,
	}
	if e.Reason == "" && found.LastError != nil {
		e.Reason = awssdk.ToString(found.LastError.Message)
	}
	for _, group := range found.Groups {
		e.GroupIDs = append(e.GroupIDs, awssdk.ToString(group.GroupId))
	}
	for _, tag := range found.Tags {
		e.Tags = append(e.Tags, steps.Tag{Key: awssdk.ToString(tag.Key), Value: awssdk.ToString(tag.Value)})
	}
	return e
}

func (n network) CreateEndpoint(ctx context.Context, spec steps.VPCEndpointSpec) (steps.VPCEndpoint, error) {
	out, err := call(ctx, n.api.CreateVpcEndpoint, &ec2.CreateVpcEndpointInput{
		VpcId: &spec.VPCID, ServiceName: &spec.Service, VpcEndpointType: types.VpcEndpointTypeInterface,
		SubnetIds: spec.SubnetIDs, SecurityGroupIds: spec.GroupIDs, PrivateDnsEnabled: awssdk.Bool(true), ClientToken: &spec.Token,
		TagSpecifications: tagSpecifications(types.ResourceTypeVpcEndpoint, spec.Tags),
	})
	if err != nil {
		return steps.VPCEndpoint{}, err
	}
	if out.VpcEndpoint == nil {
		return steps.VPCEndpoint{}, nil
	}
	return toVPCEndpoint(*out.VpcEndpoint), nil
}

// DeleteEndpoint turns the list of what was not deleted into an error: EC2
// answers 200 with it.
func (n network) DeleteEndpoint(ctx context.Context, id string) error {
	out, err := call(ctx, n.api.DeleteVpcEndpoints, &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{id}})
	if err != nil {
		return err
	}
	for _, item := range out.Unsuccessful {
		if item.Error != nil {
			code := awssdk.ToString(item.Error.Code)
			return &steps.ServiceError{
				Service: "ec2", Operation: "DeleteVpcEndpoints", Code: code, Message: awssdk.ToString(item.Error.Message), Kind: kindByCode[code],
			}
		}
	}
	return nil
}
