package plan

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// reserved is the number of addresses of a subnet that nodes and pods cannot use (R11): AWS
// keeps 5 of each subnet, EKS and endpoints need 16.
const reserved = 5 + 16

// checkCapacity checks that each zone's subnets have enough addresses for its
// pools. Of subnets that are all of one size only the fullest is reported.
func (r *resolver) checkCapacity() {
	short := slices.DeleteFunc(r.subnetRooms(), func(s SubnetRoom) bool { return s.missing() <= 0 })
	if r.vpc.existing == nil && len(short) > 0 {
		short = []SubnetRoom{slices.MaxFunc(short, func(a, b SubnetRoom) int { return cmp.Compare(a.missing(), b.missing()) })}
	}
	for _, s := range short {
		what := "node subnet"
		if s.Pods {
			what = "pod subnet"
		}
		var notes []diag.Note
		for _, d := range s.Demands {
			notes = append(notes, r.note(r.poolPath(d.Pool), fmt.Sprintf("pool %q: at most %d x %d addresses (%s) = %d",
				d.Pool, d.Nodes, d.PerNode, d.InstanceType, d.Nodes*d.PerNode)))
		}
		report := r.refuse
		if r.env.Adopted != nil { // the pools are there already
			report = r.warn
		}
		report("subnet-capacity", s.path, problem{
			message: fmt.Sprintf("zone %q needs %d addresses for its nodes and pods at their maximum and %d in reserve, its %s %q has %d (R11)",
				s.Zone, s.Needed()-reserved, reserved, what, s.Range, s.Addresses),
			hint:  r.larger(s),
			notes: notes,
		})
	}
	if r.vpc.existing != nil && len(short) == 0 {
		// The nodes want at least a /23 in all.
		var total int64
		for _, subnet := range r.existingSubnets() {
			if subnet.path[3] == "private" {
				total += addresses(subnet.prefix)
			}
		}
		if total < 512 {
			r.refuse("subnet-capacity", diag.Path{"network", "vpc", "subnets", "private"}, problem{
				message: fmt.Sprintf("the subnets of the nodes have %d addresses together, at least 512 (a /23) are needed (R11)", total),
			})
		}
	}
}

// subnetRooms returns the subnets whose range is known, with what the pools ask of
// them, by slot; the nodes' before the pods' of a zone.
func (r *resolver) subnetRooms() []SubnetRoom {
	var all []SubnetRoom
	for _, zone := range r.zones {
		for _, pods := range []bool{false, true} {
			if subnet, path, known := r.subnetRange(zone, pods); known {
				all = append(all, SubnetRoom{
					Zone: zone, Pods: pods, Range: subnet, Addresses: addresses(subnet), Reserved: reserved,
					Demands: r.demands(zone, pods), path: path,
				})
			}
		}
	}
	return all
}

// demands returns what each pool asks of a zone's subnet, by pool.
func (r *resolver) demands(zone string, pods bool) []Demand {
	var all []Demand
	for name, pool := range ordered.All(r.env.Pools) {
		zones := r.poolZones(pool)
		i := slices.Index(zones, zone)
		per, known := r.perNode(pool)
		if i < 0 || !known {
			continue
		}
		most, share := split(number(pool.Size.Max), len(zones))[i], per.node
		if pods {
			share = per.pod
		}
		all = append(all, Demand{name, per.instance.Type, most, Surge(pool.Update, most), share})
	}
	return append(all, r.keptDemands(zone, pods)...)
}

// usage is the addresses that one node takes: in its own subnet, and in the
// pods' when they have one.
type usage struct {
	instance  catalog.Instance
	node, pod int64
}

// perNode returns the addresses of a node of the listed type that takes the most.
func (r *resolver) perNode(pool v1alpha1.Pool) (most usage, known bool) {
	return r.mostOf(pool.InstanceTypes)
}

// mostOf returns the addresses of a node of the type that takes the most.
func (r *resolver) mostOf(types []string) (most usage, known bool) {
	for _, text := range types {
		t, found := catalog.FindInstance(text)
		if u := r.usage(t); found && (!known || u.node+u.pod > most.node+most.pod) {
			most, known = u, true
		}
	}
	return most, known
}

// usage returns the addresses of a node when all its interfaces are attached. With
// podCIDR the first interface is the node's alone.
func (r *resolver) usage(t catalog.Instance) usage {
	if r.env.Network.PodCIDR == "" {
		return usage{instance: t, node: r.interfaces(t, t.ENIs)}
	}
	return usage{instance: t, node: 1, pod: r.interfaces(t, t.ENIs-1)}
}

// interfaces returns the addresses on n interfaces that carry pods: as many as they may
// have or, with prefix delegation, one each and a /28 for every 16 pods, plus a warm one.
func (r *resolver) interfaces(t catalog.Instance, n int) int64 {
	if !r.env.Cluster.PrefixDelegation {
		return int64(n) * int64(t.IPv4PerENI)
	}
	prefixes := min(n*(t.IPv4PerENI-1), (maxPods(t)+15)/16+1)
	return int64(n) + 16*int64(prefixes)
}

// maxPods returns the number of pods that EKS allows on a node of a managed group (EKS user
// guide, "Choose an optimal EC2 node instance type").
func maxPods(t catalog.Instance) int {
	if t.VCPUs < 30 {
		return 110
	}
	return 250
}

// subnetRange returns the range of a zone's subnet and the path of that range; false if
// there is no pod range, or the schema or another check refuses the range.
func (r *resolver) subnetRange(zone string, pods bool) (netip.Prefix, diag.Path, bool) {
	podRange, given := parse(r.env.Network.PodCIDR)
	vpc := r.vpc.existing
	switch {
	case pods && (!given || podRange.Bits() > smallestVPC):
		return netip.Prefix{}, nil, false
	case pods && vpc != nil:
		return existingRange("pod", zone, vpc.Subnets.Pod)
	case pods:
		return podSubnet(podRange, 0), diag.Path{"network", "podCIDR"}, true
	case vpc != nil:
		return existingRange("private", zone, vpc.Subnets.Private)
	}
	return r.vpc.layout.private[0], r.vpc.path, r.vpc.fits
}

func existingRange(role, zone string, subnets map[string]v1alpha1.Subnet) (netip.Prefix, diag.Path, bool) {
	p, ok := parse(subnets[zone].CIDR)
	return p, diag.Path{"network", "vpc", "subnets", role, zone, "cidr"}, ok
}

// larger returns advice about a range that is large enough.
func (r *resolver) larger(s SubnetRoom) string {
	subnet := 32
	for subnet > 0 && addresses(netip.PrefixFrom(netip.IPv4Unspecified(), subnet)) < s.Needed() {
		subnet--
	}
	switch {
	case r.vpc.existing != nil:
		return fmt.Sprintf("the smallest subnet that works is a /%d; or lower the pools' max", subnet)
	case s.Pods:
		return fmt.Sprintf("the smallest network.podCIDR that works is a /%d, a quarter of it for each zone", subnet-2)
	case subnet-2 >= largestVPC:
		return fmt.Sprintf("the smallest network.cidr that works is a /%d, a quarter of it for the nodes of each zone; or lower the pools' max", subnet-2)
	}
	return "no VPC is large enough, because AWS allows at most a /16: give pods a separate range with network.podCIDR, or lower the pools' max"
}
