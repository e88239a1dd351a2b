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

// reserved is the number of addresses in a node subnet that are not for nodes and
// pods (R11): AWS keeps 5 of each subnet, EKS and endpoints need 16.
const reserved = 5 + 16

// demand is what one pool asks of one zone.
type demand struct {
	pool  string
	nodes int64
	surge int64 // nodes that a roll adds
	per   usage
}

// usage is the addresses that one node takes: in its own subnet, and in the
// pods' when they have one.
type usage struct {
	instance  catalog.Instance
	node, pod int64
}

func (d demand) node() int64 { return d.nodes * d.per.node }
func (d demand) pod() int64  { return d.nodes * d.per.pod }

// checkCapacity checks that each zone's subnets have enough addresses for its
// pools. Of subnets that are all of one size only the fullest is reported.
func (r *resolver) checkCapacity() {
	short := r.shortages()
	if r.vpc.existing == nil && len(short) > 0 {
		short = []shortage{slices.MaxFunc(short, func(a, b shortage) int { return cmp.Compare(a.missing(), b.missing()) })}
	}
	for _, s := range short {
		var notes []diag.Note
		for _, d := range s.demands {
			notes = append(notes, r.note(diag.Path{"pools", d.pool}, fmt.Sprintf("pool %q: at most %d x %d addresses (%s) = %d",
				d.pool, d.nodes, s.share(d)/max(1, d.nodes), d.per.instance.Type, s.share(d))))
		}
		r.refuse("subnet-capacity", s.path, problem{
			message: fmt.Sprintf("zone %q needs %d addresses for its nodes and pods at their maximum and %d in reserve, its %s %q has %d (R11)",
				s.zone, s.needed-reserved, reserved, s.what, s.subnet, addresses(s.subnet)),
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

func (r *resolver) shortages() []shortage {
	var all []shortage
	for _, zone := range r.zones {
		demands := r.demands(zone)
		add := func(what string, share func(demand) int64, subnet netip.Prefix, path diag.Path, known bool) {
			s := shortage{zone: zone, what: what, path: path, subnet: subnet, needed: reserved, demands: demands, share: share}
			for _, d := range demands {
				s.needed += share(d)
			}
			if known && s.missing() > 0 {
				all = append(all, s)
			}
		}
		subnet, path, known := r.nodeRange(zone)
		add("node subnet", demand.node, subnet, path, known)
		subnet, path, known = r.podRange(zone)
		add("pod subnet", demand.pod, subnet, path, known)
	}
	return all
}

// demands are what each pool asks of a zone, by pool.
func (r *resolver) demands(zone string) []demand {
	var all []demand
	for name, pool := range ordered.All(r.env.Pools) {
		zones := r.poolZones(pool)
		i := slices.Index(zones, zone)
		per, known := r.perNode(pool)
		if i >= 0 && known {
			most := split(number(pool.Size.Max), len(zones))[i]
			all = append(all, demand{name, most, Surge(pool.Update, most), per})
		}
	}
	return all
}

// perNode is what a node of the hungriest listed type takes.
func (r *resolver) perNode(pool v1alpha1.Pool) (most usage, known bool) {
	for _, text := range pool.InstanceTypes {
		t, found := catalog.FindInstance(text)
		if u := r.usage(t); found && (!known || u.node+u.pod > most.node+most.pod) {
			most, known = u, true
		}
	}
	return most, known
}

// usage is the addresses of a node when all its interfaces are attached. With
// podCIDR the first interface is the node's alone.
func (r *resolver) usage(t catalog.Instance) usage {
	if r.env.Network.PodCIDR == "" {
		return usage{instance: t, node: r.interfaces(t, t.ENIs)}
	}
	return usage{instance: t, node: 1, pod: r.interfaces(t, t.ENIs-1)}
}

// interfaces is the addresses on n interfaces that carry pods: all they may
// hold, or with prefix delegation one each and a /28 for every 16 pods, one
// more being kept warm.
func (r *resolver) interfaces(t catalog.Instance, n int) int64 {
	if !r.env.Cluster.PrefixDelegation {
		return int64(n) * int64(t.IPv4PerENI)
	}
	prefixes := min(n*(t.IPv4PerENI-1), (maxPods(t)+15)/16+1)
	return int64(n) + 16*int64(prefixes)
}

// maxPods is what EKS allows on a node of a managed group (EKS user guide,
// "Choose an optimal EC2 node instance type").
func maxPods(t catalog.Instance) int {
	if t.VCPUs < 30 {
		return 110
	}
	return 250
}

// shortage is what a subnet is asked for and what it has.
type shortage struct {
	zone    string
	what    string // whose subnet
	path    diag.Path
	subnet  netip.Prefix
	needed  int64
	demands []demand
	share   func(demand) int64
}

func (s shortage) missing() int64 { return s.needed - addresses(s.subnet) }

func (r *resolver) nodeRange(zone string) (netip.Prefix, diag.Path, bool) {
	if vpc := r.vpc.existing; vpc != nil {
		return existingRange("private", zone, vpc.Subnets.Private)
	}
	return r.vpc.layout.private[0], r.vpc.path, r.vpc.fits
}

func (r *resolver) podRange(zone string) (netip.Prefix, diag.Path, bool) {
	pods, ok := parse(r.env.Network.PodCIDR)
	if !ok || pods.Bits() > smallestVPC {
		return pods, nil, false // off, or refused by the schema
	}
	if vpc := r.vpc.existing; vpc != nil {
		return existingRange("pod", zone, vpc.Subnets.Pod)
	}
	return podSubnet(pods, 0), diag.Path{"network", "podCIDR"}, true
}

func existingRange(role, zone string, subnets map[string]v1alpha1.Subnet) (netip.Prefix, diag.Path, bool) {
	p, ok := parse(subnets[zone].CIDR)
	return p, diag.Path{"network", "vpc", "subnets", role, zone, "cidr"}, ok
}

// larger says what would be large enough.
func (r *resolver) larger(s shortage) string {
	subnet := 32
	for subnet > 0 && addresses(netip.PrefixFrom(netip.IPv4Unspecified(), subnet)) < s.needed {
		subnet--
	}
	switch {
	case r.vpc.existing != nil:
		return fmt.Sprintf("the smallest subnet that works is a /%d; or lower the pools' max", subnet)
	case s.what == "pod subnet":
		return fmt.Sprintf("the smallest network.podCIDR that works is a /%d, a quarter of it for each zone", subnet-2)
	case subnet-2 >= largestVPC:
		return fmt.Sprintf("the smallest network.cidr that works is a /%d, a quarter of it for the nodes of each zone; or lower the pools' max", subnet-2)
	}
	return "no VPC is large enough, because AWS allows at most a /16: give pods a separate range with network.podCIDR, or lower the pools' max"
}
