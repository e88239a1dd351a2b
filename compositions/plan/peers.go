package plan

import (
	"strings"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// peerRoutes are the routes to all peers, for one route table (R23).
func (r *resolver) peerRoutes() map[string]v1alpha1.PeerRoute {
	routes := map[string]v1alpha1.PeerRoute{}
	for _, peer := range r.env.Network.Peers {
		routes[peer.Name] = peerRoute(peer)
	}
	return routes
}

// peerRoute puts the connection into the field of its kind, which its id tells. A
// connection that is asked for has no id yet: the route refers to it.
func peerRoute(peer v1alpha1.Peer) v1alpha1.PeerRoute {
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
	return route
}
