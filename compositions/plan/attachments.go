package plan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// attachments returns the gateways that the environment attaches to its VPC, the peering
// connections that it accepts and those that it requests. Peers that share a gateway or
// connection share its attachment. The key derives from what AWS cannot change: the id of
// the gateway or connection, or the requested VPC.
func (r *resolver) attachments() map[string]v1alpha1.AttachmentSpec {
	attached := map[string]bool{}
	for _, peer := range r.env.Network.Peers {
		attached[peer.Connection] = attached[peer.Connection] || peer.Attach
	}
	var all map[string]v1alpha1.AttachmentSpec
	for _, peer := range r.env.Network.Peers {
		if peer.Request == nil && !attached[peer.Connection] {
			continue
		}
		key, spec := r.attachment(peer)
		if all == nil {
			all = map[string]v1alpha1.AttachmentSpec{}
		}
		if _, met := all[key]; !met {
			all[key] = spec
		}
		all[key].Peers[peer.Name] = true
	}
	return all
}

// attachment returns the attachment of a peer, and its key: tgw-, vgw-, pcx- or vpc- and a
// hash.
func (r *resolver) attachment(peer v1alpha1.Peer) (key string, spec v1alpha1.AttachmentSpec) {
	spec = v1alpha1.AttachmentSpec{VPC: r.vpc.reference, Peers: map[string]bool{}}
	if peer.Request != nil {
		account, region := cmp.Or(peer.Request.Account, r.env.Account), cmp.Or(peer.Request.Region, r.env.Region)
		spec.PeerVPCID, spec.Name = peer.Request.VPC, r.env.Name
		if account != r.env.Account || region != r.env.Region {
			spec.PeerOwnerID, spec.PeerRegion = account, region
		}
		return "vpc-" + shortHash(strings.Join([]string{peer.Request.VPC, account, region}, " ")), spec
	}
	kind, _, _ := strings.Cut(peer.Connection, "-")
	switch kind {
	case "pcx":
		spec.VPCPeeringConnectionID, spec.Name = peer.Connection, r.env.Name
	case "vgw":
		spec.VPNGatewayID = peer.Connection
	default:
		spec.TransitGatewayID, spec.Subnets, spec.Name = peer.Connection, r.attachedSubnets(), r.env.Name
	}
	return kind + "-" + shortHash(peer.Connection), spec
}

// attachedSubnets returns one subnet in each zone that has nodes or the control plane:
// other zones cannot reach the transit gateway (Transit Gateway user guide, "Amazon VPC
// attachments"). The gateway takes one address of each. They are the control plane's
// subnets, whose zones never change and whose use does not grow: AWS refuses a second
// subnet in a zone, so replacing one would cut the connection. EKS keeps the 6 addresses
// that it needs: of the 11 of a /28, the 5 transit gateways that a VPC may have take 5.
func (r *resolver) attachedSubnets() []v1alpha1.Reference {
	subnets := slices.Clone(r.vpc.controlPlane)
	for _, zone := range r.zones {
		if !slices.Contains(r.controlPlaneZones, zone) {
			subnets = append(subnets, r.vpc.nodes[zone])
		}
	}
	return subnets
}
