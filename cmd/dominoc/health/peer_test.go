package health_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
)

// A route to another network may wait for the team that owns the other side: status
// says for whom, and for what.
func TestARouteThatAWSRefusesNamesWhoHasToAct(t *testing.T) {
	const refused = "async create failed: failed to create the resource: [{0 creating Route in Route Table (rtb-1) with destination (10.200.0.0/16): operation error EC2: CreateRoute, https response error StatusCode: 400, RequestID: x, api error "
	for _, c := range []struct {
		kind, field, to, message, hint string
	}{
		{"Route", "transitGatewayId", "tgw-1", refused + "InvalidTransitGatewayID.NotFound: The transitGateway ID 'tgw-1' does not exist.  []}]",
			"the owner of tgw-1 must attach the VPC, or accept its attachment; with attach: true in network.peers, Crossplane attaches it"},
		{"Route", "gatewayId", "vgw-1", refused + "InvalidParameterValue: route table rtb-1 and network gateway vgw-1 belong to different networks  []}]",
			"the owner of vgw-1 must attach it to the VPC; with attach: true in network.peers, Crossplane attaches it"},
		{"Route", "vpcPeeringConnectionId", "pcx-1", refused + "InvalidParameterValue: route table rtb-1 and network gateway pcx-1 belong to different networks  []}]",
			"the owner of the other network must request pcx-1 with this VPC, and one of the two owners must accept it; with attach: true in network.peers, Crossplane accepts it"},
		{"Route", "transitGatewayId", "tgw-1", refused + "RouteAlreadyExists: The route identified by 10.200.0.0/16 already exists.  []}]", ""},
		{"Route", "gatewayId", "igw-1", refused + "InvalidParameterValue: route table rtb-1 and network gateway igw-1 belong to different networks  []}]", ""},
		{"TransitGatewayVPCAttachment", "transitGatewayId", "tgw-1", "create failed: api error InvalidTransitGatewayID.NotFound: Transit Gateway tgw-1 was deleted or does not exist.",
			"the owner of tgw-1 must share it with this account through AWS Resource Access Manager"},
		{"TransitGatewayVPCAttachment", "transitGatewayId", "tgw-1", "create failed: api error DuplicateTransitGatewayAttachment: tgw-1 has non-deleted Transit Gateway Attachments with same VPC ID.",
			"the VPC is already attached to tgw-1: remove attach from network.peers, or delete the other attachment"},
		{"VPCPeeringConnection", "peerVpcId", "vpc-1", "create failed: waiting for EC2 VPC Peering Connection (pcx-1) create: unexpected state 'failed', wanted target 'active, pending-acceptance'",
			"the account has no vpc-1 in the region, or the ranges of the two VPCs overlap: correct request in network.peers"},
		{"VPCPeeringConnection", "peerVpcId", "vpc-1", "create failed: `peer_region` cannot be set whilst `auto_accept` is `true` when creating an EC2 VPC Peering Connection",
			"the connection no longer exists in AWS, and the provider cannot create one while its spec names the region: remove its id from ids.cue and, once that is merged, delete this object (kubectl delete); Crossplane then creates another connection"},
	} {
		cluster := read(t)
		cluster.add(map[string]any{
			"apiVersion": "ec2.aws.m.upbound.io/v1beta1", "kind": c.kind,
			"metadata": map[string]any{"name": "prod-network-peer", "annotations": map[string]any{"place": "cluster/peer", "crossplane.io/composition-resource-name": "peer"}},
			"spec":     map[string]any{"forProvider": map[string]any{c.field: c.to}},
			"status":   map[string]any{},
		})
		cluster.condition("cluster/peer", "Ready", "False", "Creating", "")
		cluster.condition("cluster/peer", "Synced", "True", "ReconcileSuccess", "")
		cluster.condition("cluster/peer", "LastAsyncOperation", "False", "AsyncCreateFailure", c.message)
		r := cluster.judge()
		require.True(t, r.Ready, "nothing waits for it")
		f := only(t, r)
		require.Equal(t, health.Wrong, f.State, c.message)
		require.Equal(t, "cluster/peer", f.Place)
		require.Equal(t, c.hint, f.Hint, c.message)
	}
}

// An unaccepted peering connection exists for the provider, but carries no traffic: status
// names the account that must accept it, and no other object waits for it.
func TestAPeeringConnectionNamesWhoAcceptsIt(t *testing.T) {
	connection := func(status string) cluster {
		cluster := read(t)
		cluster.add(map[string]any{
			"apiVersion": "ec2.aws.m.upbound.io/v1beta1", "kind": "VPCPeeringConnection",
			"metadata": map[string]any{"name": "prod-network-attach", "annotations": map[string]any{
				"place": "cluster/attach", "crossplane.io/composition-resource-name": "attach", "crossplane.io/external-name": "pcx-1",
			}},
			"spec":   map[string]any{"forProvider": map[string]any{"peerVpcId": "vpc-1", "peerOwnerId": "210987654321", "peerRegion": "eu-west-1"}},
			"status": map[string]any{"atProvider": map[string]any{"acceptStatus": status}},
		})
		cluster.condition("cluster/attach", "Ready", "True", "Available", "")
		cluster.condition("cluster/attach", "Synced", "True", "ReconcileSuccess", "")
		return cluster
	}
	require.True(t, connection("active").judge().Well)
	r := connection("pending-acceptance").judge()
	require.True(t, r.Ready, "nothing waits for it")
	f := only(t, r)
	require.Equal(t, health.Wrong, f.State)
	require.Equal(t, "waits until account 210987654321 accepts it in eu-west-1: until then vpc-1 cannot be reached, and AWS drops the request after 7 days", f.Says)
	require.Equal(t, `if an environment of this fleet owns the VPC, add connection: "pcx-1" with attach: true to its network.peers; otherwise its owner runs: `+
		"aws ec2 accept-vpc-peering-connection --region eu-west-1 --vpc-peering-connection-id pcx-1", f.Hint)
}
