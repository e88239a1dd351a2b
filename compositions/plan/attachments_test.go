package plan_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

func peers(list ...v1alpha1.Peer) func(*v1alpha1.Environment) {
	return func(env *v1alpha1.Environment) { env.Network.Peers = list }
}

func attachments(t *testing.T, env *v1alpha1.Environment, edit func(*v1alpha1.Environment)) map[string]v1alpha1.AttachmentSpec {
	t.Helper()
	edit(env)
	p, found := plan.Resolve(env, func(diag.Path) diag.Pos { return diag.Pos{} })
	require.False(t, found.HasErrors(), "%v", found)
	return p.Spec.Network.Attachments
}

const transit, vpn = "tgw-0123456789abcdef0", "vgw-0123456789abcdef0"

func TestAGatewayIsAttachedOnceForAllItsPeers(t *testing.T) {
	all := attachments(t, prod(), peers(
		v1alpha1.Peer{Name: "hub", CIDR: "10.200.0.0/16", Connection: transit, Attach: true},
		v1alpha1.Peer{Name: "office", CIDR: "192.168.0.0/20", Connection: transit},
		v1alpha1.Peer{Name: "home", CIDR: "192.168.16.0/20", Connection: vpn},
		v1alpha1.Peer{Name: "lake", CIDR: "10.64.0.0/16", Connection: "pcx-0123456789abcdef0"},
	))
	require.Len(t, all, 1)
	for key, a := range all {
		require.Regexp(t, "^tgw-[0-9a-f]{6}$", key)
		require.Equal(t, transit, a.TransitGatewayID)
		require.Equal(t, map[string]bool{"hub": true, "office": true}, a.Peers)
		require.Equal(t, "prod-us-network-vpc", a.VPC.Name)
	}
}

func TestAGatewayThatOthersAttachIsLeftAlone(t *testing.T) {
	require.Empty(t, attachments(t, prod(), peers(v1alpha1.Peer{Name: "hub", CIDR: "10.200.0.0/16", Connection: transit})))
}

func TestAVPNGatewayHasNoSubnets(t *testing.T) {
	for _, a := range attachments(t, prod(), peers(v1alpha1.Peer{Name: "home", CIDR: "192.168.16.0/20", Connection: vpn, Attach: true})) {
		require.Equal(t, vpn, a.VPNGatewayID)
		require.Empty(t, a.Subnets)
		require.Empty(t, a.TransitGatewayID)
	}
}

// What is in a zone without a network interface of the transit gateway does not
// reach it.
func TestATransitGatewayReachesEachZoneByOneSubnet(t *testing.T) {
	attach := peers(v1alpha1.Peer{Name: "hub", CIDR: "10.200.0.0/16", Connection: transit, Attach: true})
	for _, c := range []struct {
		name                string
		zones, controlPlane []string
		subnets             []string
	}{
		{"three zones", []string{"a", "b", "c"}, nil, []string{"control-plane-z0", "control-plane-z1", "control-plane-z2"}},
		{"a zone of nodes", []string{"a"}, []string{"a", "b"}, []string{"control-plane-z0", "control-plane-z1"}},
		{"nodes apart from the control plane", []string{"c"}, []string{"a", "b"}, []string{"control-plane-z0", "control-plane-z1", "private-z0"}},
	} {
		env := prod()
		env.Zones, env.ControlPlaneZones = named(env.Region, c.zones), named(env.Region, c.controlPlane)
		for _, a := range attachments(t, env, attach) {
			var subnets []string
			for _, subnet := range a.Subnets {
				subnets = append(subnets, subnet.Name)
			}
			var want []string
			for _, key := range c.subnets {
				want = append(want, "prod-us-network-"+key)
			}
			require.Equal(t, want, subnets, c.name)
		}
	}
}

func named(region string, letters []string) []string {
	var zones []string
	for _, letter := range letters {
		zones = append(zones, region+letter)
	}
	return zones
}

// The subnets of a VPC of the user's have ids.
func TestAGatewayIsAttachedToAnExistingVPC(t *testing.T) {
	env := existing()
	for _, a := range attachments(t, env, peers(v1alpha1.Peer{Name: "hub", CIDR: "10.200.0.0/16", Connection: transit, Attach: true})) {
		require.Equal(t, env.Network.VPC.ID, a.VPC.ID)
		require.NotEmpty(t, a.Subnets)
		for _, subnet := range a.Subnets {
			require.Regexp(t, "^subnet-", subnet.ID)
		}
	}
}

// A connection that the other side asked for is accepted when the file says so.
func TestAPeeringConnectionIsAccepted(t *testing.T) {
	const pcx = "pcx-0123456789abcdef0"
	all := attachments(t, prod(), peers(
		v1alpha1.Peer{Name: "lake", CIDR: "10.64.0.0/16", Connection: pcx, Attach: true},
		v1alpha1.Peer{Name: "lake-pods", CIDR: "10.65.0.0/16", Connection: pcx},
	))
	require.Len(t, all, 1)
	for key, a := range all {
		require.Regexp(t, "^pcx-[0-9a-f]{6}$", key)
		require.Equal(t, v1alpha1.AttachmentSpec{
			VPC: v1alpha1.Reference{Name: "prod-us-network-vpc"}, VPCPeeringConnectionID: pcx, Name: "prod-us",
			Peers: map[string]bool{"lake": true, "lake-pods": true},
		}, a)
	}
}

// AWS takes the answer to a request from the owner of the VPC in its region, and here
// that is who asks only in one account and region. Whose VPC it is cannot be changed, so
// it is in the key.
func TestAVPCIsAskedOnceForAllPeersInIt(t *testing.T) {
	env := prod()
	asked := func(name, cidr string, request v1alpha1.PeeringRequest) v1alpha1.Peer {
		return v1alpha1.Peer{Name: name, CIDR: cidr, Request: &request}
	}
	const own, far = "vpc-0123456789abcdef1", "vpc-0123456789abcdef2"
	all := attachments(t, env, peers(
		asked("own", "10.64.0.0/16", v1alpha1.PeeringRequest{VPC: own, Account: env.Account, Region: env.Region}),
		asked("own-pods", "10.65.0.0/16", v1alpha1.PeeringRequest{VPC: own}),
		asked("far", "10.66.0.0/16", v1alpha1.PeeringRequest{VPC: far, Region: "eu-west-1"}),
	))
	require.Len(t, all, 2)
	byVPC := map[string]v1alpha1.AttachmentSpec{}
	for key, a := range all {
		require.Regexp(t, "^vpc-[0-9a-f]{6}$", key)
		byVPC[a.PeerVPCID] = a
	}
	require.Equal(t, map[string]bool{"own": true, "own-pods": true}, byVPC[own].Peers)
	require.Empty(t, byVPC[own].PeerOwnerID+byVPC[own].PeerRegion, "accepted from here")
	require.Equal(t, env.Account, byVPC[far].PeerOwnerID)
	require.Equal(t, "eu-west-1", byVPC[far].PeerRegion)

	elsewhere := attachments(t, env, peers(asked("far", "10.66.0.0/16", v1alpha1.PeeringRequest{VPC: far, Account: "210987654321", Region: "eu-west-1"})))
	for key := range elsewhere {
		require.NotContains(t, all, key)
	}
}
