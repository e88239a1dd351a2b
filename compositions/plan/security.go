package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// security returns the groups, and the ranges that may reach the private endpoint;
// nothing if the groups have another owner.
func (r *resolver) security() *v1alpha1.SecuritySpec {
	if r.foreignGroups() {
		return nil
	}
	spec := &v1alpha1.SecuritySpec{VPC: r.vpc.reference, PrivateCIDRs: map[string]v1alpha1.PrivateCIDR{}}
	for i, cidr := range r.env.Cluster.Endpoint.PrivateCIDRs {
		path := diag.Path{"cluster", "endpoint", "privateCIDRs"}.Index(i)
		if p, ok := r.parse(path, cidr); ok {
			r.checkReachable(path, p)
			spec.PrivateCIDRs[shortHash(p.String())] = v1alpha1.PrivateCIDR{CIDR: p.String()}
		}
	}
	return spec
}

// foreignGroups reports whether the security groups have another owner.
func (r *resolver) foreignGroups() bool {
	return r.env.Adopted != nil && r.env.Adopted.Taken.Security == nil
}

// checkReachable warns of a range without a route. An existing VPC may have routes that
// dominoc does not know.
func (r *resolver) checkReachable(path diag.Path, p netip.Prefix) {
	if r.vpc.existing != nil {
		return
	}
	routed := []string{r.env.Network.CIDR}
	for _, peer := range r.env.Network.Peers {
		routed = append(routed, peer.CIDR)
	}
	for _, text := range routed {
		if reached, ok := parse(text); ok && within(p, reached) {
			return
		}
	}
	r.warn("private-cidr-unreachable", path, problem{
		message: fmt.Sprintf("%q may reach the private endpoint, but no route leads there: it is neither in the VPC nor in the range of a peer", p),
		hint:    "add the network to network.peers",
	})
}

// shortHash returns a key for a text that is too long for one, or has characters that a key
// may not have: six hexadecimal digits, for which a name has room.
func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:6]
}
