package environment

import (
	"maps"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/compositions/xr"
)

// network makes the pods' subnets known, when the cluster waits for them.
func (p Plan) network(part Part) []resource.Resource {
	if p.Spec.Network == nil {
		return nil
	}
	child := p.plain("network", xr.Network, part)
	for _, slot := range p.podSlots() {
		child = child.Exporting("status.podSubnets."+slot+".id", "podSubnets."+slot+".id")
	}
	return []resource.Resource{child}
}

func (p Plan) security(key string, kind xr.Kind, part Part) resource.Resource {
	child := p.plain(key, kind, part)
	if p.Spec.Cluster.PodNetworking == nil {
		return child
	}
	return child.Exporting("status.nodeSecurityGroupID", "nodeSecurityGroupID")
}

// podNetworking puts into the cluster's spec what only AWS knows of it.
func (p Plan) podNetworking(spec map[string]any) {
	if p.Spec.Cluster.PodNetworking == nil {
		return
	}
	if p.Spec.Cluster.PodNetworking.SecurityGroupID == p.Unknown {
		put(spec, p.Status.NodeSecurityGroupID, "podNetworking", "securityGroupID")
	}
	for _, slot := range p.podSlots() {
		put(spec, p.Status.PodSubnets[slot].ID, "podNetworking", "zones", slot, "subnetID")
	}
}

// podSlots are the slots whose pod subnet we make, in order.
func (p Plan) podSlots() []string {
	pods := p.Spec.Cluster.PodNetworking
	if pods == nil {
		return nil
	}
	var slots []string
	for slot, zone := range ordered.All(pods.Zones) {
		if zone.SubnetID == p.Unknown {
			slots = append(slots, slot)
		}
	}
	return slots
}

// put sets a field of a spec. What it changes on the way it copies first: a part
// is shared with the plan.
func put(fields map[string]any, value any, path ...string) {
	if len(path) == 1 {
		fields[path[0]] = value
		return
	}
	inner, _ := fields[path[0]].(map[string]any)
	inner = maps.Clone(inner)
	if inner == nil {
		inner = map[string]any{}
	}
	put(inner, value, path[1:]...)
	fields[path[0]] = inner
}
