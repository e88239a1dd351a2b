package check

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// span is a range of a member that others may reach.
type span struct {
	member int
	pods   bool // a second range, for pods only
	prefix netip.Prefix
	path   diag.Path
}

func (s span) what() string {
	if s.pods {
		return "the pods"
	}
	return "the VPC"
}

// spans are the ranges of a member: of its VPC first, then of its pods.
func (c *checker) spans(member int) []span {
	env := c.env(member)
	var all []span
	if p, ok := parse(vpcCIDR(env)); ok {
		all = append(all, span{member, false, p, vpcPath(env)})
	}
	if p, ok := parse(env.Network.PodCIDR); ok {
		all = append(all, span{member, true, p, diag.Path{"network", "podCIDR"}})
	}
	return all
}

func vpcCIDR(env *v1alpha1.Environment) string {
	if env.Network.VPC != nil {
		return env.Network.VPC.CIDR
	}
	return env.Network.CIDR
}

func vpcPath(env *v1alpha1.Environment) diag.Path {
	if env.Network.VPC != nil {
		return diag.Path{"network", "vpc", "cidr"}
	}
	return diag.Path{"network", "cidr"}
}

// hub is what members reach each other by.
type hub struct {
	key, reason string
	members     []int
	peering     bool // AWS refuses any overlap of the VPCs, that of pods too
}

// hubs are in the order of the members, and of the peers in their files.
func (c *checker) hubs() []*hub {
	var all []*hub
	known := map[string]*hub{}
	join := func(key, reason string, peering bool, members ...int) {
		h := known[key]
		if h == nil {
			h = &hub{key: key, reason: reason, peering: peering}
			known[key], all = h, append(all, h)
		}
		h.peering = h.peering || peering
		h.members = append(h.members, members...)
	}
	names := c.byName()
	for i, m := range c.members {
		for _, peer := range m.Environment.Network.Peers {
			c.joinHubs(join, names, i, peer)
		}
	}
	return all
}

func (c *checker) joinHubs(join func(key, reason string, peering bool, members ...int), names map[string]int, member int, peer v1alpha1.Peer) {
	if other, known := names[peer.Environment]; known {
		key := fmt.Sprintf("pair %d %d", min(member, other), max(member, other))
		join(key, "the two are peers", peering(peer), member, other)
		join("peer "+peer.Environment, fmt.Sprintf("both are peers of environment %q", peer.Environment), false, member)
	}
	connection := c.connection(member, peer)
	switch kind := connection[:min(4, len(connection))]; kind {
	case "tgw-":
		join(connection, fmt.Sprintf("both are attached to %q", connection), false, member)
	case "pcx-":
		join(connection, fmt.Sprintf("both are connected by %q", connection), true, member)
	}
	if peer.Environment == "" {
		partition := c.partition(member)
		join("network "+partition+" "+peer.Name+" "+peer.CIDR, fmt.Sprintf("both reach %q (%s)", peer.Name, peer.CIDR), false, member)
	}
}

// partition keeps apart what no network joins.
func (c *checker) partition(member int) string { return c.members[member].Partition }

// ranges refuses members of a hub whose ranges overlap (R12).
func (c *checker) ranges() {
	var free *space
	for _, h := range c.hubs() {
		for _, o := range c.overlaps(h) {
			if !c.once(codeOverlap, o.a.member, o.b.member) {
				continue
			}
			if free == nil {
				free = c.space()
			}
			c.reportOverlap(h, o, free)
		}
	}
}

// overlap is two ranges of different members, b the one that is to move: the
// inner one, or of equal ones that of the later member. When all of these have
// moved, no two of a hub overlap.
type overlap struct{ a, b span }

// overlaps goes through the ranges of a hub in order. Ranges nest or are apart,
// so that what is open, beginning before and not yet ended, is what a range
// overlaps; of that, the first that was opened is enough.
func (c *checker) overlaps(h *hub) []overlap {
	var all []overlap
	var vpcs, pods []span // open
	for _, s := range c.sorted(h) {
		vpcs, pods = closed(vpcs, s), closed(pods, s)
		if open, found := c.first(vpcs, s); found {
			all = append(all, overlap{open, s})
		}
		if open, found := c.first(pods, s); found && (!s.pods || h.peering) {
			all = append(all, overlap{open, s})
		}
		if s.pods {
			pods = append(pods, s)
		} else {
			vpcs = append(vpcs, s)
		}
	}
	return all
}

func (c *checker) sorted(h *hub) []span {
	members := slices.Clone(h.members)
	slices.Sort(members)
	var all []span
	for _, member := range slices.Compact(members) {
		all = append(all, c.spans(member)...)
	}
	slices.SortStableFunc(all, func(a, b span) int {
		return cmp.Or(a.prefix.Addr().Compare(b.prefix.Addr()), cmp.Compare(a.prefix.Bits(), b.prefix.Bits()))
	})
	return all
}

// closed drops what ended before s.
func closed(open []span, s span) []span {
	for len(open) > 0 && !open[len(open)-1].prefix.Overlaps(s.prefix) {
		open = open[:len(open)-1]
	}
	return open
}

// first is the first of the open ranges that is another VPC's. Those of one
// VPC or member are few.
func (c *checker) first(open []span, s span) (span, bool) {
	for _, o := range open {
		if o.member != s.member && !c.sameVPC(o.member, s.member) {
			return o, true
		}
	}
	return span{}, false
}

func (c *checker) sameVPC(a, b int) bool {
	x, y := c.env(a).Network.VPC, c.env(b).Network.VPC
	return x != nil && y != nil && x.ID == y.ID
}

func (c *checker) reportOverlap(h *hub, o overlap, free *space) {
	hint := "give one of them another range"
	if p, found := free.take(o.b.prefix); found {
		hint = fmt.Sprintf("%q is free in the whole fleet", p)
	}
	c.refuse(codeOverlap, o.b.member, o.b.path, problem{
		message: fmt.Sprintf("%q of %s overlaps %q of %s of environment %q; %s, so their ranges must not overlap (R12)",
			o.b.prefix, o.b.what(), o.a.prefix, o.a.what(), c.env(o.a.member).Name, h.reason),
		hint:   hint,
		notes:  []diag.Note{c.note(o.a.member, o.a.path, "the other environment")},
		others: []int{o.a.member},
	})
}
