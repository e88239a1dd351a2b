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

// opened is what to do about a route or an attachment that another team has a part
// in, empty for any other failure.
func (o *Object) opened(message string) string {
	to := func(field string) string { return text(o.field("spec.forProvider." + field)) }
	transit, gateway, peering := to("transitGatewayId"), to("gatewayId"), to("vpcPeeringConnectionId")
	switch {
	case o.Kind == "TransitGatewayVPCAttachment" && strings.Contains(message, "InvalidTransitGatewayID.NotFound"):
		return "the owner of " + transit + " shares it with this account (AWS Resource Access Manager)"
	case o.Kind == "TransitGatewayVPCAttachment" && strings.Contains(message, "DuplicateTransitGatewayAttachment"):
		return "the VPC is attached to " + transit + " already: leave attach out of network.peers, or have the other attachment deleted"
	case o.Kind == "VPCPeeringConnection" && strings.Contains(message, "unexpected state 'failed'"):
		return "the account has no " + to("peerVpcId") + " in the region, or the two VPCs share addresses: see request in network.peers"
	case o.Kind == "VPCPeeringConnection" && strings.Contains(message, "peer_region"):
		return "AWS had it and has it no more, and the provider makes none while its own spec names the region: take its id out of ids.cue, and once that is merged delete this object (kubectl delete): another one is made"
	case o.Kind != "Route" || !slices.ContainsFunc(closed, func(part string) bool { return strings.Contains(message, part) }):
		return ""
	case transit != "":
		return "the owner of " + transit + " attaches the VPC to it, or accepts its attachment; with attach: true in network.peers it is attached from here"
	case strings.HasPrefix(gateway, "vgw-"):
		return "the owner of " + gateway + " attaches it to the VPC; with attach: true in network.peers it is attached from here"
	case peering != "":
		return "the owner of the other network asks for " + peering + " with this VPC, and one of the two accepts it; with attach: true in network.peers it is accepted from here"
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
		says: "waits until account " + of("peerOwnerId") + " accepts it in " + of("peerRegion") + ", for 7 days: nothing reaches " + of("peerVpcId") + " before",
		hint: "an environment of this fleet: connection: \"" + o.ExternalName() + "\" with attach: true among its network.peers; another team: " +
			"aws ec2 accept-vpc-peering-connection --region " + of("peerRegion") + " --vpc-peering-connection-id " + o.ExternalName(),
	}
}
