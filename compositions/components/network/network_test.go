package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/components/network"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/lowered"
)

// oneZone has each sort of subnet, route table and peer once.
func oneZone() v1alpha1.NetworkSpec {
	return v1alpha1.NetworkSpec{
		VPC: &v1alpha1.NetworkVPC{CIDR: "10.0.0.0/16", PodCIDR: "100.64.0.0/16"},
		Subnets: map[string]v1alpha1.NetworkSubnet{
			"private-z0":       {Role: "private", Zone: "us-west-2a", CIDR: "10.0.32.0/19", Name: "prod-us-private-us-west-2a", RouteTable: "private-z0"},
			"public-z0":        {Role: "public", Zone: "us-west-2a", CIDR: "10.0.0.0/27", Name: "prod-us-public-us-west-2a", RouteTable: "public"},
			"pod-z0":           {Role: "pod", Zone: "us-west-2a", CIDR: "100.64.0.0/18", Name: "prod-us-pod-us-west-2a", RouteTable: "private-z0"},
			"control-plane-z0": {Role: "controlPlane", Zone: "us-west-2a", CIDR: "10.0.1.0/28", Name: "prod-us-control-plane-us-west-2a", RouteTable: "control-plane"},
		},
		NATGateways: map[string]v1alpha1.NATGateway{"z0": {Subnet: "public-z0", Name: "prod-us-us-west-2a"}},
		RouteTables: map[string]v1alpha1.RouteTable{
			"public":        {Name: "prod-us-public"},
			"control-plane": {Name: "prod-us-control-plane", Peers: peers()},
			"private-z0":    {Name: "prod-us-private-us-west-2a", NATGateway: "z0"},
		},
		Attachments: attachments(v1alpha1.Reference{Name: "prod-us-network-vpc"}, v1alpha1.Reference{Name: "prod-us-network-control-plane-z0"}),
		FlowLog:     flowLog(v1alpha1.Reference{Name: "prod-us-network-vpc"}),
	}
}

// attachments are those of all gateways that the peers are behind.
func attachments(vpc, subnet v1alpha1.Reference) map[string]v1alpha1.AttachmentSpec {
	return map[string]v1alpha1.AttachmentSpec{
		"tgw-0a1b2c": {VPC: vpc, TransitGatewayID: "tgw-0123456789abcdef0", Subnets: []v1alpha1.Reference{subnet}, Name: "prod-us", Peers: map[string]bool{"transit": true}},
		"vgw-3d4e5f": {VPC: vpc, VPNGatewayID: "vgw-0123456789abcdef0", Peers: map[string]bool{"office": true}},
		"pcx-6a7b8c": {VPC: vpc, VPCPeeringConnectionID: "pcx-0123456789abcdef1", Name: "prod-us", Peers: map[string]bool{"accepted": true}},
		"vpc-9d0e1f": {VPC: vpc, PeerVPCID: "vpc-0123456789abcdef2", Name: "prod-us", Peers: map[string]bool{"asked": true}},
		"vpc-2a3b4c": {
			VPC: vpc, PeerVPCID: "vpc-0123456789abcdef3", PeerOwnerID: "210987654321", PeerRegion: "eu-west-1", Name: "prod-us",
			Peers: map[string]bool{"far": true},
		},
	}
}

// attached is the status once AWS has the attachments.
func attached() v1alpha1.NetworkStatus {
	return v1alpha1.NetworkStatus{Attachments: map[string]v1alpha1.AttachmentStatus{
		"tgw-0a1b2c": {ID: "tgw-attach-0123456789abcdef0"}, "vgw-3d4e5f": {ID: "vpn-attachment-a1b2c3d"},
		"pcx-6a7b8c": {ID: "pcx-0123456789abcdef1"}, "vpc-9d0e1f": {ID: "pcx-0123456789abcdef2"}, "vpc-2a3b4c": {ID: "pcx-0123456789abcdef3"},
	}}
}

func flowLog(vpc v1alpha1.Reference) *v1alpha1.FlowLogSpec {
	return &v1alpha1.FlowLogSpec{VPC: vpc, BucketARN: "arn:aws:s3:::prod-us-123456789012-monitoring"}
}

func peers() map[string]v1alpha1.PeerRoute {
	return map[string]v1alpha1.PeerRoute{
		"office":               {CIDR: "192.168.0.0/16", VPNGatewayID: "vgw-0123456789abcdef0"},
		"transit":              {CIDR: "172.16.0.0/16", TransitGatewayID: "tgw-0123456789abcdef0"},
		"shared-services-west": {CIDR: "10.9.0.0/16", VPCPeeringConnectionID: "pcx-0123456789abcdef0"},
		"accepted":             {CIDR: "10.10.0.0/16", VPCPeeringConnectionID: "pcx-0123456789abcdef1"},
		"asked":                {CIDR: "10.11.0.0/16"},
		"far":                  {CIDR: "10.12.0.0/16"},
	}
}

func TestAVPCWithOneOfEachIsAsTheGoldenFileSays(t *testing.T) {
	lowered.Golden(t, "network.yaml", network.Lower(lowered.Common(), oneZone(), attached()))
}

func TestAnExistingVPCGetsRoutesToPeersTheirAttachmentsAndAFlowLogOnly(t *testing.T) {
	spec := v1alpha1.NetworkSpec{
		Attachments: attachments(v1alpha1.Reference{ID: "vpc-0123456789abcdef0"}, v1alpha1.Reference{ID: "subnet-0123456789abcdef0"}),
		RouteTables: map[string]v1alpha1.RouteTable{"private-z0": {ID: "rtb-0123456789abcdef0", Peers: peers()}},
		FlowLog:     flowLog(v1alpha1.Reference{ID: "vpc-0123456789abcdef0"}),
	}
	lowered.Golden(t, "existing.yaml", network.Lower(lowered.Common(), spec, attached()))
}

// Who owns a gateway or the other side of a peering decides when the way to a peer
// comes up: what needs the network must not wait for them.
func TestTheWayToAPeerDoesNotKeepTheNetworkFromBeingReady(t *testing.T) {
	after := map[string]int{}
	for _, r := range network.Lower(lowered.Common(), oneZone(), attached()) {
		outside := strings.HasPrefix(r.Key, "peer-") || strings.HasPrefix(r.Key, "attach-")
		require.Equal(t, outside, len(r.Ready) == 0, r.Key)
		after[r.Object.GetAnnotations()["dominoc.dev/after-attachment"]]++
	}
	require.Equal(t, 1, after["tgw-attach-0123456789abcdef0"], "the route to transit")
	require.Equal(t, 1, after["vpn-attachment-a1b2c3d"], "the route to the office")
	require.Equal(t, 1, after["pcx-0123456789abcdef1"], "the route through what is accepted")
	require.Len(t, after, 4, "a connection that another team made is there, and a route refers to one that is asked for")
}

func TestZonesTwoAndThreeChangeNothingOfZoneOne(t *testing.T) {
	before := network.Lower(lowered.Common(), oneZone(), attached())
	spec := oneZone()
	spec.Subnets["private-z1"] = v1alpha1.NetworkSubnet{Role: "private", Zone: "us-west-2b", CIDR: "10.0.64.0/19", RouteTable: "private-z1"}
	spec.NATGateways["z1"] = v1alpha1.NATGateway{Subnet: "public-z1"}
	spec.RouteTables["private-z1"] = v1alpha1.RouteTable{NATGateway: "z1"}
	after := map[string]any{}
	for _, r := range network.Lower(lowered.Common(), spec, attached()) {
		after[r.Key] = lowered.Content(t, r)
	}
	for _, r := range before {
		require.Equal(t, lowered.Content(t, r), after[r.Key])
	}
	require.Greater(t, len(after), len(before))
}
