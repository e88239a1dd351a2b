package plan

import (
	"net/netip"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// vpc is the environment's VPC, one that dominoc creates or an existing one.
type vpc struct {
	existing  *v1alpha1.VPC // nil for a VPC that dominoc creates
	reference v1alpha1.Reference

	cidr   string       // its range, as the environment states it
	path   diag.Path    // of that range
	prefix netip.Prefix // the same range, masked
	valid  bool         // otherwise the range is reported with the other ranges
	layout layout       // of a VPC that dominoc creates
	fits   bool         // whether the range has a layout

	nodes        map[string]v1alpha1.Reference // the nodes' subnets by zone
	controlPlane []v1alpha1.Reference          // the control plane's subnets by slot
}

// findVPC decides the VPC and references to its subnets.
func (r *resolver) findVPC() vpc {
	network := r.env.Network
	v := vpc{existing: network.VPC, cidr: network.CIDR, path: diag.Path{"network", "cidr"}, reference: r.made("network", "vpc"), nodes: map[string]v1alpha1.Reference{}}
	if v.existing != nil {
		v.cidr, v.path, v.reference = v.existing.CIDR, diag.Path{"network", "vpc", "cidr"}, v1alpha1.Reference{ID: v.existing.ID}
	}
	v.prefix, v.valid = parse(v.cidr)
	if v.valid {
		v.layout, v.fits = layOut(v.prefix)
	}
	for slot, zone := range r.zones {
		v.nodes[zone] = r.made("network", privateKey(slot))
		if v.existing != nil {
			v.nodes[zone] = v1alpha1.Reference{ID: v.existing.Subnets.Private[zone].ID}
		}
	}
	for slot, zone := range firstSlots(r.controlPlaneZones) {
		subnet := r.made("network", controlPlaneKey(slot))
		if v.existing != nil {
			// The schema requires a subnet for the control plane or for the nodes.
			given, ok := v.existing.Subnets.ControlPlane[zone]
			if !ok {
				given = v.existing.Subnets.Private[zone]
			}
			subnet = v1alpha1.Reference{ID: given.ID}
		}
		v.controlPlane = append(v.controlPlane, subnet)
	}
	return v
}
