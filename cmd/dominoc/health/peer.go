package health

import "strings"

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
	to := func(field string) string { return text(o.field("spec", "forProvider", field)) }
	transit, gateway, peering := to("transitGatewayId"), to("gatewayId"), to("vpcPeeringConnectionId")
	switch {
	case o.Kind == "TransitGatewayVPCAttachment" && strings.Contains(message, "InvalidTransitGatewayID.NotFound"):
		return "the owner of " + transit + " shares it with this account (AWS Resource Access Manager)"
	case o.Kind == "TransitGatewayVPCAttachment" && strings.Contains(message, "DuplicateTransitGatewayAttachment"):
		return "the VPC is attached to " + transit + " already: leave attach out of network.peers, or have the other attachment deleted"
	case o.Kind != "Route" || !contains(message, closed):
		return ""
	case transit != "":
		return "the owner of " + transit + " attaches the VPC to it, or accepts its attachment; with attach: true in network.peers it is attached from here"
	case strings.HasPrefix(gateway, "vgw-"):
		return "the owner of " + gateway + " attaches it to the VPC; with attach: true in network.peers it is attached from here"
	case peering != "":
		return "the owner of the other network asks for " + peering + " with this VPC, and one of the two accepts it"
	}
	return ""
}

func contains(message string, any []string) bool {
	for _, part := range any {
		if strings.Contains(message, part) {
			return true
		}
	}
	return false
}
