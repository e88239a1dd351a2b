package health

import (
	"slices"
	"strings"
)

// closed is how AWS refuses a route: what it leads through is not attached to the
// VPC, or joins it with no other (hashicorp/terraform-provider-aws#9222,
// hashicorp/terraform#2185).
var closed = []string{
	"InvalidTransitGatewayID.NotFound", "InvalidGatewayID.NotFound", "InvalidVpnGatewayID.NotFound",
	"InvalidVpcPeeringConnectionID.NotFound", "belong to different networks",
}

// opened returns what to do about a route or an attachment that another team has a part
// in, empty for any other failure.
func (o *Object) opened(message string) string {
	to := func(field string) string { return text(o.field("spec.forProvider." + field)) }
	transit, gateway, peering := to("transitGatewayId"), to("gatewayId"), to("vpcPeeringConnectionId")
	switch {
	case o.Kind == "TransitGatewayVPCAttachment" && strings.Contains(message, "InvalidTransitGatewayID.NotFound"):
		return "the owner of " + transit + " must share it with this account through AWS Resource Access Manager"
	case o.Kind == "TransitGatewayVPCAttachment" && strings.Contains(message, "DuplicateTransitGatewayAttachment"):
		return "the VPC is already attached to " + transit + ": remove attach from network.peers, or delete the other attachment"
	case o.Kind == "VPCPeeringConnection" && strings.Contains(message, "unexpected state 'failed'"):
		return "the account has no " + to("peerVpcId") + " in the region, or the ranges of the two VPCs overlap: correct request in network.peers"
	case o.Kind == "VPCPeeringConnection" && strings.Contains(message, "peer_region"):
		return "the connection no longer exists in AWS, and the provider cannot create one while its spec names the region: remove its id from ids.cue and, once that is merged, delete this object (kubectl delete); Crossplane then creates another connection"
	case o.Kind != "Route" || !slices.ContainsFunc(closed, func(part string) bool { return strings.Contains(message, part) }):
		return ""
	case transit != "":
		return "the owner of " + transit + " must attach the VPC, or accept its attachment; with attach: true in network.peers, Crossplane attaches it"
	case strings.HasPrefix(gateway, "vgw-"):
		return "the owner of " + gateway + " must attach it to the VPC; with attach: true in network.peers, Crossplane attaches it"
	case peering != "":
		return "the owner of the other network must request " + peering + " with this VPC, and one of the two owners must accept it; with attach: true in network.peers, Crossplane accepts it"
	}
	return ""
}

// asked judges a peering connection that AWS has: nothing passes until the other side
// accepts it, and after 7 days it cannot (peering guide, "VPC peering connection
// lifecycle").
func (o *Object) asked() verdict {
	if o.Kind != "VPCPeeringConnection" || text(o.field("status.atProvider.acceptStatus")) != "pending-acceptance" {
		return verdict{state: Well}
	}
	of := func(field string) string { return text(o.field("spec.forProvider." + field)) }
	if o.field("spec.forProvider.autoAccept") == true {
		return verdict{state: Working, says: "is being accepted", since: o.Condition("Ready").Since}
	}
	return verdict{
		state: Wrong, since: o.Condition("Ready").Since,
		says: "waits until account " + of("peerOwnerId") + " accepts it in " + of("peerRegion") + ": until then " + of("peerVpcId") + " cannot be reached, and AWS drops the request after 7 days",
		hint: "if an environment of this fleet owns the VPC, add connection: \"" + o.ExternalName() + "\" with attach: true to its network.peers; otherwise its owner runs: " +
			"aws ec2 accept-vpc-peering-connection --region " + of("peerRegion") + " --vpc-peering-connection-id " + o.ExternalName(),
	}
}
