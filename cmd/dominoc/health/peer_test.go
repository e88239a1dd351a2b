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
			"the owner of tgw-1 attaches the VPC to it, or accepts its attachment; with attach: true in network.peers it is attached from here"},
		{"Route", "gatewayId", "vgw-1", refused + "InvalidParameterValue: route table rtb-1 and network gateway vgw-1 belong to different networks  []}]",
			"the owner of vgw-1 attaches it to the VPC; with attach: true in network.peers it is attached from here"},
		{"Route", "vpcPeeringConnectionId", "pcx-1", refused + "InvalidParameterValue: route table rtb-1 and network gateway pcx-1 belong to different networks  []}]",
			"the owner of the other network asks for pcx-1 with this VPC, and one of the two accepts it"},
		{"Route", "transitGatewayId", "tgw-1", refused + "RouteAlreadyExists: The route identified by 10.200.0.0/16 already exists.  []}]", ""},
		{"Route", "gatewayId", "igw-1", refused + "InvalidParameterValue: route table rtb-1 and network gateway igw-1 belong to different networks  []}]", ""},
		{"TransitGatewayVPCAttachment", "transitGatewayId", "tgw-1", "create failed: api error InvalidTransitGatewayID.NotFound: Transit Gateway tgw-1 was deleted or does not exist.",
			"the owner of tgw-1 shares it with this account (AWS Resource Access Manager)"},
		{"TransitGatewayVPCAttachment", "transitGatewayId", "tgw-1", "create failed: api error DuplicateTransitGatewayAttachment: tgw-1 has non-deleted Transit Gateway Attachments with same VPC ID.",
			"the VPC is attached to tgw-1 already: leave attach out of network.peers, or have the other attachment deleted"},
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
