package plan

import (
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// attachments are those of the gateways that the environment attaches to its
// VPC: one for each gateway, whichever of its peers asks for it. The key is made
// of the gateway's id: AWS cannot change the gateway of an attachment.
func (r *resolver) attachments() map[string]v1alpha1.AttachmentSpec {
	attached := map[string]bool{}
	for _, peer := range r.env.Network.Peers {
		attached[peer.Connection] = attached[peer.Connection] || peer.Attach
	}
	var all map[string]v1alpha1.AttachmentSpec
	for _, peer := range r.env.Network.Peers {
		if !attached[peer.Connection] {
			continue
		}
		if all == nil {
			all = map[string]v1alpha1.AttachmentSpec{}
		}
		key := attachmentKey(peer.Connection)
		if _, met := all[key]; !met {
			all[key] = r.attachment(peer.Connection)
		}
		all[key].Peers[peer.Name] = true
	}
	return all
}

// attachmentKey is tgw- or vgw- and a hash of the whole id.
func attachmentKey(gateway string) string {
	kind, _, _ := strings.Cut(gateway, "-")
	return kind + "-" + shortHash(gateway)
}

func (r *resolver) attachment(gateway string) v1alpha1.AttachmentSpec {
	spec := v1alpha1.AttachmentSpec{VPC: r.vpcReference(), Peers: map[string]bool{}}
	if strings.HasPrefix(gateway, "vgw-") {
		spec.VPNGatewayID = gateway
		return spec
	}
	spec.TransitGatewayID, spec.Subnets, spec.Name = gateway, r.attachedSubnets(), r.env.Name
	return spec
}

// attachedSubnets are one in each zone that has nodes or the control plane: what
// is in another zone cannot reach the transit gateway (Transit Gateway user guide,
// "Amazon VPC attachments"). The gateway takes one address of each. They are the
// control plane's, whose zones never change and which hold nothing that grows:
// AWS refuses a second subnet in a zone, so one that gives way to another would
// cut the connection. EKS keeps the 6 addresses that it asks for: of the 11 of a
// /28 the 5 transit gateways that a VPC may have take 5.
func (r *resolver) attachedSubnets() []v1alpha1.Reference {
	subnets := r.controlPlaneSubnets()
	for _, zone := range firstSlots(r.env.Zones) {
		if !slices.Contains(r.controlPlaneZones(), zone) {
			subnets = append(subnets, r.nodeSubnet(zone))
		}
	}
	return subnets
}
