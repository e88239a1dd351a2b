package fleet

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// peering says that a connection is one between two VPCs, whose id both sides
// have in common. Transit gateways may differ, and VPN gateways always do.
func peering(connection string) bool { return strings.HasPrefix(connection, "pcx-") }

func peerPath(i int, field string) diag.Path {
	return diag.Path{"network", "peers"}.Index(i).Child(field)
}

// byName are the members by name, the first where several have one.
func (c *checker) byName() map[string]int {
	all := map[string]int{}
	for i, m := range c.members {
		if _, taken := all[m.Environment.Name]; !taken {
			all[m.Environment.Name] = i
		}
	}
	return all
}

// peers wants both sides of a connection between two environments to agree.
func (c *checker) peers() {
	members := c.byName()
	for i, m := range c.members {
		for n, peer := range m.Environment.Network.Peers {
			if peer.Environment == "" {
				continue
			}
			other, known := members[peer.Environment]
			if !known && !c.facts.Partial {
				c.reportUnknownPeer(i, n, peer, members)
			}
			if !known {
				continue
			}
			c.checkPeerRange(i, n, other)
			c.checkOtherSide(i, n, other)
		}
	}
}

func (c *checker) reportUnknownPeer(member, n int, peer v1alpha1.Peer, members map[string]int) {
	var names []string
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	hint := "leave it out for a network that is no environment of this fleet"
	if near := diag.Nearest(peer.Environment, names); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	c.refuse("peer-environment-unknown", member, peerPath(n, "environment"), problem{
		message: fmt.Sprintf("%q is no environment of this fleet", peer.Environment), hint: hint,
	})
}

// checkPeerRange wants what is routed to another environment to be there.
func (c *checker) checkPeerRange(member, n, other int) {
	peer := c.env(member).Network.Peers[n]
	routed, ok := parse(peer.CIDR)
	theirs := c.spans(other)
	if !ok || len(theirs) == 0 || slices.ContainsFunc(theirs, func(s span) bool { return s.prefix.Overlaps(routed) }) {
		return
	}
	c.refuse("peer-range", member, peerPath(n, "cidr"), problem{
		message: fmt.Sprintf("%q is routed to environment %q, which has no address in it: its VPC has %q", routed, peer.Environment, theirs[0].prefix),
		hint:    fmt.Sprintf("write %q", theirs[0].prefix),
		notes:   []diag.Note{c.note(other, theirs[0].path, "the range of the other side")},
		others:  []int{other},
	})
}

// checkOtherSide wants the other environment to name this one, over the same
// connection.
func (c *checker) checkOtherSide(member, n, other int) {
	peer, back := c.env(member).Network.Peers[n], c.back(member, other)
	if len(back) == 0 {
		c.reportOneSided(member, n, other)
		return
	}
	theirs := func(i int) v1alpha1.Peer { return c.env(other).Network.Peers[i] }
	agrees := func(i int) bool {
		connection := theirs(i).Connection
		return connection == peer.Connection || !peering(connection) && !peering(peer.Connection)
	}
	if slices.ContainsFunc(back, agrees) || !c.once(codePeerConnection, member, other) {
		return
	}
	c.refuse(codePeerConnection, member, peerPath(n, "connection"), problem{
		message: fmt.Sprintf("%q leads to environment %q, which has %q for the way back; a peering connection has one id on both sides",
			peer.Connection, peer.Environment, theirs(back[0]).Connection),
		hint:   "write the id of the connection between the two on both sides",
		notes:  []diag.Note{c.note(other, peerPath(back[0], "connection"), "the other side")},
		others: []int{other},
	})
}

// back are the peers of another environment that name this one, by index.
func (c *checker) back(member, other int) []int {
	var all []int
	for i, peer := range c.env(other).Network.Peers {
		if peer.Environment == c.env(member).Name {
			all = append(all, i)
		}
	}
	return all
}

func (c *checker) reportOneSided(member, n, other int) {
	peer := c.env(member).Network.Peers[n]
	connection := peer.Connection
	if !peering(connection) {
		connection = "…"
	}
	c.refuse("peer-one-sided", member, peerPath(n, "environment"), problem{
		message: fmt.Sprintf("environment %q does not name %q among its peers; without a route back no answer arrives", peer.Environment, c.env(member).Name),
		hint: fmt.Sprintf("add to network.peers there: {name: %q, cidr: %q, connection: %q, environment: %q}",
			"to-"+peerName(c.env(member).Name), vpcCIDR(c.env(member)), connection, c.env(member).Name),
		notes:  []diag.Note{c.note(other, diag.Path{"network"}, "the other side")},
		others: []int{other},
	})
}

// peerName is the name of an environment cut to what a peer may be called.
func peerName(environment string) string {
	const room = 20 - len("to-")
	return strings.TrimRight(environment[:min(room, len(environment))], "-")
}

// parse reads an IPv4 range.
func parse(text string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(text)
	return p.Masked(), err == nil && p.Addr().Is4()
}
