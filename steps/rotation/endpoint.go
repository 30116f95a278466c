package rotation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"keyturn/steps"
)

// How long an endpoint takes to come or go: a minute or two as a rule, by the
// provider of Terraform at most 10.
const (
	endpointUsual    = 90 * time.Second
	endpointDeadline = 10 * time.Minute
)

// TokenEndpoint is CreateVpcEndpoint's ClientToken in the receipt.
const TokenEndpoint = "vpc-endpoint"

// endpointName names the run's endpoint in the receipt.
func (r run) endpointName() string { return "keyturn-" + r.ID() }

// planEndpoint plans an endpoint in the run's own group, which has to admit the
// function to it.
func (r run) planEndpoint(fn functionNetwork, group steps.SecurityGroup) []action {
	creation := newCall("ec2", "CreateVpcEndpoint", "make a private way from the VPC to Secrets Manager", func(ctx context.Context, r run) error {
		if err := r.recordEndpointRemoved(); err != nil {
			return err
		}
		token, err := r.Token(TokenEndpoint)
		if err != nil {
			return err
		}
		fn := r.state().FunctionNetwork
		return r.Create(steps.KindVPCEndpoint, r.endpointName(), func() (string, error) {
			made, err := r.Services().Network.CreateEndpoint(ctx, steps.VPCEndpointSpec{
				VPCID: fn.VPCID, Service: fn.Service.Name, SubnetIDs: []string{fn.EndpointSubnet}, GroupIDs: []string{r.state().Group.ID}, Token: token, Tags: r.Tags(),
			})
			if err != nil {
				return "", fmt.Errorf("make the endpoint: %w", err)
			}
			r.update(func(s *State) { s.FunctionNetwork.Endpoint = made })
			return made.ID, nil
		})
	})
	if groupAdmits(group, fn.members(group), nil, httpsPort) {
		return []action{creation}
	}
	return []action{openPortToFunction(group, fn, httpsPort, "the endpoint", group), creation}
}

// recordEndpointRemoved records that an endpoint which the run made is gone: another one
// needs another token.
func (r run) recordEndpointRemoved() error {
	rec, ok := r.Receipt().Record(steps.KindVPCEndpoint, r.endpointName())
	if !ok || rec.CreatedAt.IsZero() {
		return nil
	}
	return errors.Join(r.RecordRemoved(steps.KindVPCEndpoint, rec.Name, time.Time{}), r.DropTokens(TokenEndpoint))
}

// proveEndpoint shows that the endpoint works.
func (r run) proveEndpoint(ctx context.Context) error {
	fn := r.state().FunctionNetwork
	if err := r.waitForEndpoint(ctx); err != nil {
		_ = r.Prove("endpoint-ready", false, fn.Endpoint.ID+" is not available")
		return err
	}
	return r.Prove("endpoint-ready", true, fn.Endpoint.ID+" has Secrets Manager's name")
}

// waitForEndpoint waits until the endpoint of the way is available.
func (r run) waitForEndpoint(ctx context.Context) error {
	fn := r.state().FunctionNetwork
	return r.Poll(ctx, steps.Polling{
		For: "the endpoint to be available", Every: r.Intervals().Stack, Usual: endpointUsual, Deadline: endpointDeadline,
		Look: func(ctx context.Context) (string, bool, error) {
			e, err := r.endpoint(ctx, fn)
			switch {
			case err != nil:
				return "", false, err
			case e.ID == "":
				return "not listed yet", false, nil
			case e.State == steps.EndpointAvailable:
				return e.State, true, nil
			case strings.HasPrefix(e.State, steps.EndpointPending): // or pendingacceptance
				return e.State, false, nil
			}
			return e.State, false, &steps.StatusError{Kind: steps.KindVPCEndpoint, ID: e.ID, Status: e.State, Reason: e.Reason}
		},
	})
}

// endpoint looks at the endpoint of the way; a zero one as long as EC2 does not
// list it.
func (r run) endpoint(ctx context.Context, fn functionNetwork) (steps.VPCEndpoint, error) {
	found, err := r.Services().Network.Endpoints(ctx, fn.VPCID, fn.Service.Name)
	if err != nil {
		return steps.VPCEndpoint{}, fmt.Errorf("look at the endpoint: %w", err)
	}
	if i := slices.IndexFunc(found, func(e steps.VPCEndpoint) bool { return e.ID == fn.Endpoint.ID }); i >= 0 {
		return found[i], nil
	}
	return steps.VPCEndpoint{}, nil
}

// ownEndpoints are the endpoints with the run's tag that are not gone yet.
func (r run) ownEndpoints(ctx context.Context) ([]steps.VPCEndpoint, error) {
	found, err := r.Services().Network.EndpointsByTag(ctx, r.Tags()[0])
	if err != nil {
		return nil, fmt.Errorf("look for the endpoint: %w", err)
	}
	return slices.DeleteFunc(found, func(e steps.VPCEndpoint) bool { return e.State == steps.EndpointDeleted }), nil
}

func (r run) removeEndpoint(ctx context.Context) ([]action, error) {
	if len(r.Receipt().Existing(steps.KindVPCEndpoint)) == 0 {
		return nil, nil
	}
	found, err := r.ownEndpoints(ctx)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, r.RecordAllRemoved(steps.KindVPCEndpoint)
	}
	var actions []action
	for _, e := range found {
		if err := r.RecordCreated(steps.KindVPCEndpoint, r.endpointName(), e.ID); err != nil {
			return nil, err
		}
		if e.State != steps.EndpointDeleting {
			actions = append(actions, deleteEndpoint(e.ID))
		}
	}
	return append(actions, readOnlyAction(run.waitForEndpointDeleted)), nil
}

func deleteEndpoint(id string) action {
	return newCall("ec2", "DeleteVpcEndpoints", "delete the endpoint for Secrets Manager", func(ctx context.Context, r run) error {
		err := r.Services().Network.DeleteEndpoint(ctx, id)
		if err != nil && !errors.Is(err, steps.ErrNotFound) {
			return fmt.Errorf("delete the endpoint: %w", err)
		}
		return nil
	})
}

func (r run) waitForEndpointDeleted(ctx context.Context) error {
	err := r.Poll(ctx, steps.Polling{
		For: "the endpoint to be deleted", Every: r.Intervals().Stack, Usual: endpointUsual, Deadline: endpointDeadline,
		Look: func(ctx context.Context) (string, bool, error) {
			found, err := r.ownEndpoints(ctx)
			if err != nil || len(found) == 0 {
				return "deleted", err == nil, err
			}
			return found[0].State, false, nil
		},
	})
	if err != nil {
		return err
	}
	return errors.Join(r.RecordAllRemoved(steps.KindVPCEndpoint), r.DropTokens(TokenEndpoint))
}

// proveEndpointDeleted is for the private network alone.
func (r run) proveEndpointDeleted(ctx context.Context) error {
	const check = "endpoint-deleted"
	if !r.Setup().Private() {
		return nil
	}
	rec, ok := r.newestRecord(steps.KindVPCEndpoint)
	if !ok {
		return r.Prove(check, true, noneMade)
	}
	found, err := r.ownEndpoints(ctx)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return r.Prove(check, false, found[0].ID+" is "+found[0].State)
	}
	return r.Prove(check, true, rec.ID+" is gone")
}
