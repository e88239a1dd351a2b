package plan

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// The roles of subnets and the keys of route tables, as the schema names them.
const (
	rolePrivate      v1alpha1.SubnetRole    = "private"
	rolePublic       v1alpha1.SubnetRole    = "public"
	roleControlPlane v1alpha1.SubnetRole    = "controlPlane"
	tablePublic      v1alpha1.RouteTableKey = "public"
	tableControl     v1alpha1.RouteTableKey = "control-plane"
)

// slotKey returns the key of a zone's slot: z0, z1, z2.
func slotKey(slot int) string { return "z" + strconv.Itoa(slot) }

func privateKey(slot int) string      { return "private-" + slotKey(slot) }
func publicKey(slot int) string       { return "public-" + slotKey(slot) }
func controlPlaneKey(slot int) string { return "control-plane-" + slotKey(slot) }

// network returns the VPC to create, or the routes to peers in an existing one, or nothing.
func (r *resolver) network() *v1alpha1.NetworkSpec {
	vpc := r.vpc.prefix
	switch {
	case r.vpc.existing != nil:
		return r.existingNetwork()
	case !r.vpc.valid:
		return nil
	case !r.vpc.fits:
		r.refuse("cidr-size", r.vpc.path, problem{
			message: fmt.Sprintf("a VPC of %q has no room for the subnets of three zones, or more than AWS allows; allowed are /%d to /%d", vpc, largestVPC, smallestVPC),
		})
		return nil
	}
	return &v1alpha1.NetworkSpec{
		VPC:         &v1alpha1.NetworkVPC{CIDR: vpc.String(), PodCIDR: r.env.Network.PodCIDR},
		Subnets:     r.subnets(),
		NATGateways: r.natGateways(),
		RouteTables: r.routeTables(),
		Attachments: r.attachments(),
		FlowLog:     r.flowLog(),
	}
}

// flowLog returns the flow log of the traffic that the VPC refuses. It writes to the
// monitoring bucket, which component storage creates.
func (r *resolver) flowLog() *v1alpha1.FlowLogSpec {
	if !r.env.Network.FlowLogs {
		return nil
	}
	return &v1alpha1.FlowLogSpec{VPC: r.vpc.reference, BucketARN: r.arn("s3", "", "", r.buckets["monitoring"].Name)}
}

func (r *resolver) subnets() map[string]v1alpha1.NetworkSubnet {
	l, subnets := r.vpc.layout, map[string]v1alpha1.NetworkSubnet{}
	for slot, zone := range r.zones {
		subnets[privateKey(slot)] = r.subnet(rolePrivate, "private", zone, l.private[slot], v1alpha1.RouteTableKey(privateKey(slot)))
		subnets[publicKey(slot)] = r.subnet(rolePublic, "public", zone, l.public[slot], tablePublic)
	}
	for slot, zone := range firstSlots(r.controlPlaneZones) {
		subnets[controlPlaneKey(slot)] = r.subnet(roleControlPlane, "control-plane", zone, l.controlPlane[slot], tableControl)
	}
	r.addPodSubnets(subnets)
	return subnets
}

func (r *resolver) subnet(role v1alpha1.SubnetRole, word, zone string, cidr netip.Prefix, table v1alpha1.RouteTableKey) v1alpha1.NetworkSubnet {
	return v1alpha1.NetworkSubnet{
		Role: role, Zone: zone, CIDR: cidr.String(), RouteTable: table,
		Name: r.env.Name + "-" + word + "-" + zone,
	}
}

// firstSlots returns the zones that have a slot; the schema allows no others.
func firstSlots(zones []string) []string { return zones[:min(len(zones), slots)] }

func (r *resolver) natGateways() map[string]v1alpha1.NATGateway {
	gateways := map[string]v1alpha1.NATGateway{}
	for slot, zone := range r.zones {
		if r.natSlot(slot) == slot {
			gateways[slotKey(slot)] = v1alpha1.NATGateway{
				Subnet: v1alpha1.SubnetKey(publicKey(slot)),
				Name:   r.env.Name + "-" + zone,
			}
		}
	}
	return gateways
}

// natSlot returns the slot of the NAT gateway that a zone's nodes use: their own, or the
// first if there is a single gateway.
func (r *resolver) natSlot(slot int) int {
	if r.env.Network.NATGateways == "single" {
		return 0
	}
	return slot
}

func (r *resolver) routeTables() map[string]v1alpha1.RouteTable {
	tables := map[string]v1alpha1.RouteTable{
		string(tablePublic):  {Name: r.env.Name + "-public"},
		string(tableControl): {Name: r.env.Name + "-control-plane", Peers: r.peerRoutes()},
	}
	for slot, zone := range r.zones {
		tables[privateKey(slot)] = v1alpha1.RouteTable{
			Name:       r.env.Name + "-private-" + zone,
			NATGateway: v1alpha1.NATGatewayKey(slotKey(r.natSlot(slot))),
			Peers:      r.peerRoutes(),
		}
	}
	return tables
}

// made returns a reference to an object of one of the components.
func (r *resolver) made(component, key string) v1alpha1.Reference {
	return v1alpha1.Reference{Name: v1alpha1.ObjectName(r.env.Name, component, key)}
}
