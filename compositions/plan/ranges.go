package plan

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
)

// span is a range of the environment, with its path.
type span struct {
	what   string
	path   diag.Path
	prefix netip.Prefix
}

// checkRanges refuses ranges that overlap (R12).
func (r *resolver) checkRanges() {
	all := r.ranges()
	for i, a := range all {
		for _, b := range all[:i] {
			if a.prefix.Overlaps(b.prefix) {
				r.refuse("cidr-overlap", a.path, problem{
					message: fmt.Sprintf("%q of %s overlaps %q of %s; the ranges of VPC, pods, services and peers must not overlap (R12)", a.prefix, a.what, b.prefix, b.what),
					hint:    "give one of them another range",
					notes:   []diag.Note{r.note(b.path, fmt.Sprintf("%s: %s", b.what, b.prefix))},
				})
			}
		}
	}
}

// checkAddressSpace refuses ranges that no host can use, and public ranges of the VPC and the
// pods: hosts on the internet with these addresses cannot be reached from inside. The
// environment may accept the latter for addresses that it owns. A peer may have public
// addresses; the schema refuses them for services.
func (r *resolver) checkAddressSpace() {
	for _, s := range r.ranges() {
		ours := s.what == "the VPC" || s.what == "the pods"
		switch space := addressSpace(s.prefix); {
		case space.VPC == catalog.VPCUnusable:
			r.refuse("cidr-unusable", s.path, problem{
				message: fmt.Sprintf("%q of %s has addresses of %s (%s, %s), which no host can use", s.prefix, s.what, space.Prefix, space.Name, space.RFC),
				hint:    "use a range of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
			})
		case space.VPC == catalog.VPCPublic && ours:
			r.refuseUnlessAccepted("cidr-public", s.path, problem{
				message: fmt.Sprintf("%q of %s is public address space: nothing in the VPC reaches the internet hosts with these addresses", s.prefix, s.what),
				hint:    "use a range of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
			})
		}
	}
}

// addressSpace returns the special-purpose range that contains a range, or the unusable one
// that it overlaps. Any other range is public.
func addressSpace(p netip.Prefix) catalog.Range {
	public := catalog.Range{VPC: catalog.VPCPublic}
	for _, known := range catalog.Ranges() {
		if within(p, known.Prefix) || known.VPC == catalog.VPCUnusable && p.Overlaps(known.Prefix) {
			return known
		}
	}
	return public
}

func (r *resolver) ranges() []span {
	n := r.env.Network
	var all []span
	add := func(what, cidr string, path diag.Path) {
		if p, ok := r.parse(path, cidr); ok {
			all = append(all, span{what, path, p})
		}
	}
	add("the VPC", r.vpc.cidr, r.vpc.path)
	if n.PodCIDR != "" {
		add("the pods", n.PodCIDR, diag.Path{"network", "podCIDR"})
	}
	add("the services", n.ServiceCIDR, diag.Path{"network", "serviceCIDR"})
	for i, peer := range n.Peers {
		add("peer "+strconv.Quote(peer.Name), peer.CIDR, diag.Path{"network", "peers"}.Index(i).Child("cidr"))
	}
	return all
}
