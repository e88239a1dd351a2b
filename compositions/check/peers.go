package check

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// peering reports whether a connection is one between two VPCs, whose id both sides
// have in common. Transit gateways may differ, and VPN gateways always do.
func peering(p v1alpha1.Peer) bool {
	return p.Request != nil || strings.HasPrefix(p.Connection, "pcx-")
}

// connection is the id of the connection to a peer. One that the member asks for has
// the id that is committed, and none until then.
func (c *checker) connection(member int, peer v1alpha1.Peer) string {
	m := c.members[member]
	if peer.Request == nil || m.Connections == nil {
		return peer.Connection
	}
	return m.Connections[peer.Name]
}

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
			c.checkRequest(i, n, other)
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
	hint := "remove it for a network that is not an environment of this fleet"
	if near := diag.Nearest(peer.Environment, names); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	c.refuse("peer-environment-unknown", member, peerPath(n, "environment"), problem{
		message: fmt.Sprintf("%q is not an environment of this fleet", peer.Environment), hint: hint,
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

// checkRequest wants a peering connection to be asked of the VPC that the other
// environment has, as far as its file and its ids tell, and from one side.
func (c *checker) checkRequest(member, n, other int) {
	env, theirs := c.env(member), c.env(other)
	request := env.Network.Peers[n].Request
	if request == nil {
		return
	}
	vpc, path := theirs.IDs["network"]["vpc"], diag.Path{"ids", "network", "vpc"}
	if theirs.Network.VPC != nil {
		vpc, path = theirs.Network.VPC.ID, diag.Path{"network", "vpc", "id"}
	}
	account, region := cmp.Or(request.Account, env.Account), cmp.Or(request.Region, env.Region)
	if vpc == "" {
		path = diag.Path{"account"}
	}
	if cmp.Or(vpc, request.VPC) != request.VPC || account != theirs.Account || region != theirs.Region {
		c.refuse("peer-request-vpc", member, peerPath(n, "request"), problem{
			message: fmt.Sprintf("%q of account %s in %s is not the VPC of environment %q", request.VPC, account, region, theirs.Name),
			hint:    fmt.Sprintf("write request: {vpc: %q, account: %q, region: %q}", cmp.Or(vpc, "vpc-…"), theirs.Account, theirs.Region),
			notes:   []diag.Note{c.note(other, path, "the other side")},
			others:  []int{other},
		})
	}
	const twice, accepted = "peer-requested-twice", "peer-accepted-twice"
	for _, i := range c.back(member, other) {
		back := theirs.Network.Peers[i]
		switch {
		case back.Request != nil && c.once(twice, member, other):
			c.refuse(twice, member, peerPath(n, "request"), problem{
				message: fmt.Sprintf("environment %q also requests a peering connection to this one, and AWS allows one between two VPCs", theirs.Name),
				hint:    "keep one of the two requests; the other side uses its id as connection once dominoc ids has written it",
				notes:   []diag.Note{c.note(other, peerPath(i, "request"), "the other request")},
				others:  []int{other},
			})
		case back.Attach && peering(back) && account == env.Account && region == env.Region:
			c.refuse(accepted, other, peerPath(i, "attach"), problem{
				message: fmt.Sprintf("true accepts %q, which environment %q requests and accepts itself, in one account and region; two resources would overwrite each other's tags",
					back.Connection, env.Name),
				hint:   "remove attach",
				notes:  []diag.Note{c.note(member, peerPath(n, "request"), "the request")},
				others: []int{member},
			})
		}
	}
}

// checkOtherSide wants the other environment to name this one, over the same
// connection. Of one that this environment asks for it cannot know the id until that is
// committed.
func (c *checker) checkOtherSide(member, n, other int) {
	peer, back := c.env(member).Network.Peers[n], c.back(member, other)
	connection := c.connection(member, peer)
	if connection == "" {
		return
	}
	if len(back) == 0 {
		c.reportOneSided(member, n, other)
		return
	}
	theirs := func(i int) v1alpha1.Peer { return c.env(other).Network.Peers[i] }
	agrees := func(i int) bool {
		return theirs(i).Request != nil && c.connection(other, theirs(i)) == "" || c.connection(other, theirs(i)) == connection ||
			!peering(theirs(i)) && !peering(peer)
	}
	if slices.ContainsFunc(back, agrees) || !c.once(codePeerConnection, member, other) {
		return
	}
	field := func(p v1alpha1.Peer) string {
		if p.Request != nil {
			return "request"
		}
		return "connection"
	}
	c.refuse(codePeerConnection, member, peerPath(n, field(peer)), problem{
		message: fmt.Sprintf("%q leads to environment %q, which has %q for the way back; a peering connection has one id on both sides",
			connection, peer.Environment, c.connection(other, theirs(back[0]))),
		hint:   "write the id of the connection between the two on both sides",
		notes:  []diag.Note{c.note(other, peerPath(back[0], field(theirs(back[0]))), "the other side")},
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
	env, peer := c.env(member), c.env(member).Network.Peers[n]
	connection, attach := c.connection(member, peer), ""
	if !peering(peer) {
		connection = "…"
	}
	if request := peer.Request; request != nil && (cmp.Or(request.Account, env.Account) != env.Account || cmp.Or(request.Region, env.Region) != env.Region) {
		attach = ", attach: true" // accepted from there
	}
	c.refuse("peer-one-sided", member, peerPath(n, "environment"), problem{
		message: fmt.Sprintf("environment %q does not name %q among its peers; without a route back no answer arrives", peer.Environment, env.Name),
		hint: fmt.Sprintf("add to network.peers there: {name: %q, cidr: %q, connection: %q%s, environment: %q}",
			"to-"+peerName(env.Name), vpcCIDR(env), connection, attach, env.Name),
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
