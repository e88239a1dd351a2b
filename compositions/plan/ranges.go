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

// checkRanges refuses ranges that overlap (R12), and a service range that EKS
// would not take.
func (r *resolver) checkRanges() {
	all := r.ranges()
	for i, a := range all {
		for _, b := range all[:i] {
			r.checkOverlap(b, a)
		}
	}
	r.checkServices()
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
		add("peer "+strconv.Quote(peer.Name), peer.CIDR, diag.Path{"network", "peers", strconv.Itoa(i), "cidr"})
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

// checkServices holds the service range in the private ranges, as EKS demands
// (EKS API reference, KubernetesNetworkConfigRequest.serviceIpv4Cidr).
func (r *resolver) checkServices() {
	path := diag.Path{"network", "serviceCIDR"}
	services, err := netip.ParsePrefix(r.env.Network.ServiceCIDR)
	if err != nil {
		return // refused with the other ranges
	}
	for _, private := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"} {
		if within(services, netip.MustParsePrefix(private)) {
			return
		}
	}
	r.refuse("service-cidr-private", path, problem{
		message: fmt.Sprintf("%q is not a private range; EKS wants the services in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16", services),
	})
}
