package ec2

import (
	"context"
	"fmt"
	"net/netip"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"pgregory.net/rapid"

	"keyturn/aws/sandbox/cloud"
)

// modelRule is a rule as the naive model of the firewall knows it: the first
// `bits` bits of an address, and a range of ports.
type modelRule struct {
	protocol string
	network  [4]byte
	bits     int
	from, to int32
}

func (o modelRule) admits(from [4]byte, port int32) bool {
	if o.protocol == "udp" || o.protocol == "tcp" && (port < o.from || port > o.to) {
		return false
	}
	for bit := range o.bits {
		if (from[bit/8]^o.network[bit/8])&(0x80>>(bit%8)) != 0 {
			return false
		}
	}
	return true
}

func TestAdmitsAgreesWithAModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := cloud.New("us-east-1", "123456789012", cloud.Instant, nil)
		defer c.Close()
		s := New(c)
		octet := rapid.SampledFrom([]byte{0, 1, 10, 113, 127, 128, 203, 255})
		address := rapid.Custom(func(t *rapid.T) [4]byte {
			return [4]byte{octet.Draw(t, "a"), octet.Draw(t, "b"), octet.Draw(t, "c"), octet.Draw(t, "d")}
		})
		port := rapid.SampledFrom([]int32{0, 1, 80, 3305, 3306, 3307, 65535})

		model := map[string][]modelRule{}
		var groups []string
		for n := range rapid.IntRange(1, 3).Draw(t, "groups") {
			out, err := s.createSecurityGroup(context.Background(), &ec2.CreateSecurityGroupInput{GroupName: aws.String(fmt.Sprint("g", n)), Description: aws.String("d")})
			if err != nil {
				t.Fatal(err)
			}
			groups = append(groups, *out.GroupId)
		}
		for range rapid.IntRange(0, 8).Draw(t, "changes") {
			id := rapid.SampledFrom(groups).Draw(t, "group")
			if has := model[id]; len(has) > 0 && rapid.Bool().Draw(t, "revoke") {
				n := rapid.IntRange(0, len(has)-1).Draw(t, "which")
				if _, err := s.revokeIngress(context.Background(), &ec2.RevokeSecurityGroupIngressInput{GroupId: &id, IpPermissions: []types.IpPermission{permission(has[n])}}); err != nil {
					t.Fatal(err)
				}
				model[id] = append(has[:n:n], has[n+1:]...)
				continue
			}
			a, b := port.Draw(t, "from"), port.Draw(t, "to")
			o := modelRule{rapid.SampledFrom([]string{"tcp", "udp", "-1"}).Draw(t, "protocol"), address.Draw(t, "network"), rapid.IntRange(0, 32).Draw(t, "bits"), min(a, b), max(a, b)}
			if _, err := s.authorizeIngress(context.Background(), &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &id, IpPermissions: []types.IpPermission{permission(o)}}); err == nil {
				model[id] = append(model[id], o) // else the same rule is there
			}
		}

		in := rapid.SliceOfDistinct(rapid.SampledFrom(groups), rapid.ID).Draw(t, "member of")
		from, to := address.Draw(t, "source"), port.Draw(t, "port")
		want := false
		for _, id := range in {
			for _, o := range model[id] {
				want = want || o.admits(from, to)
			}
		}
		if got := s.Admits(in, Internet(netip.AddrFrom4(from)), to); got != want {
			t.Fatalf("Admits(%v, %v, %d) = %v, want %v; rules %+v", in, from, to, got, want, model)
		}
	})
}

func permission(o modelRule) types.IpPermission {
	return types.IpPermission{
		IpProtocol: &o.protocol, FromPort: &o.from, ToPort: &o.to,
		IpRanges: []types.IpRange{{CidrIp: aws.String(fmt.Sprintf("%s/%d", netip.AddrFrom4(o.network), o.bits))}},
	}
}

func TestGroupRuleAdmitsOnlyItsMembers(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	if s.Admits([]string{s.VPC().GroupID}, Internet(cloud.ClientAddress), 3306) {
		t.Error("the default group admits an address outside the VPC")
	}
}

func TestRuleChangeClosesTheChangedChannel(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	g := newGroup(t, s, "g")
	closed := func(c <-chan struct{}) bool {
		select {
		case <-c:
			return true
		default:
			return false
		}
	}
	before := s.Changed()
	if closed(before) {
		t.Fatal("announced before anything changed")
	}
	r := authorize(t, s, g, tcp(3306, "0.0.0.0/0"))[0]
	between := s.Changed()
	if !closed(before) || closed(between) {
		t.Error("a new rule is not announced once")
	}
	call(t, s.revokeIngress, &ec2.RevokeSecurityGroupIngressInput{GroupId: &g, SecurityGroupRuleIds: []string{*r.SecurityGroupRuleId}})
	if !closed(between) {
		t.Error("a revoked rule is not announced")
	}
}
