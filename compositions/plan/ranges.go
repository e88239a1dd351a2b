package plan

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/dominoc/dominoc/schema/diag"
)

// span is a range of the environment and where it was written.
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
			r.checkOverlap(b, a)
		}
	}
}

func (r *resolver) ranges() []span {
	n := r.env.Network
	var all []span
	add := func(what, cidr string, path diag.Path) {
		if p, ok := r.parse(path, cidr); ok {
			all = append(all, span{what, path, p})
		}
	}
	add("the VPC", r.vpcCIDR(), r.vpcPath())
	if n.PodCIDR != "" {
		add("the pods", n.PodCIDR, diag.Path{"network", "podCIDR"})
	}
	add("the services", n.ServiceCIDR, diag.Path{"network", "serviceCIDR"})
	for i, peer := range n.Peers {
		add("peer "+strconv.Quote(peer.Name), peer.CIDR, diag.Path{"network", "peers"}.Index(i).Child("cidr"))
	}
	return all
}

func (r *resolver) checkOverlap(a, b span) {
	if !a.prefix.Overlaps(b.prefix) {
		return
	}
	r.refuse("cidr-overlap", b.path, problem{
		message: fmt.Sprintf("%q of %s overlaps %q of %s; the ranges of VPC, pods, services and peers must be apart (R12)", b.prefix, b.what, a.prefix, a.what),
		hint:    "give one of them another range",
		notes:   []diag.Note{r.note(a.path, fmt.Sprintf("%s: %s", a.what, a.prefix))},
	})
}
