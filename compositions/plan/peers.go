package plan

import (
	"strings"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// peerRoutes returns the routes to all peers, for one route table (R23).
func (r *resolver) peerRoutes() map[string]v1alpha1.PeerRoute {
	routes := map[string]v1alpha1.PeerRoute{}
	for _, peer := range r.env.Network.Peers {
		route := v1alpha1.PeerRoute{CIDR: peer.CIDR}
		kind, _, _ := strings.Cut(peer.Connection, "-")
		switch kind {
		case "pcx":
			route.VPCPeeringConnectionID = peer.Connection
		case "tgw":
			route.TransitGatewayID = peer.Connection
		case "vgw":
			route.VPNGatewayID = peer.Connection
		}
		routes[peer.Name] = route
	}
	return routes
}
