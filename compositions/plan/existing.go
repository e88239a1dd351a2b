package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// existingNetwork returns the routes to peers in the route tables of an existing VPC, with
// the attached gateways, and a flow log if the environment requests it. dominoc manages
// nothing else of that VPC.
func (r *resolver) existingNetwork() *v1alpha1.NetworkSpec {
	r.checkExistingSubnets()
	r.warnOfSubnetTags()
	spec := &v1alpha1.NetworkSpec{FlowLog: r.flowLog()}
	if len(r.env.Network.Peers) > 0 {
		spec.Attachments, spec.RouteTables = r.attachments(), map[string]v1alpha1.RouteTable{}
		for slot, id := range r.existingTables() {
			spec.RouteTables[privateKey(slot)] = v1alpha1.RouteTable{ID: id, Peers: r.peerRoutes()}
		}
	}
	if spec.FlowLog == nil && spec.RouteTables == nil {
		return nil
	}
	return spec
}

// existingTables returns the route tables of the user's node subnets, each under the first
// slot that has it: zones may share a table, and a route is created once.
func (r *resolver) existingTables() map[int]string {
	tables, seen := map[int]string{}, map[string]bool{"": true}
	for slot, zone := range r.zones {
		id := r.vpc.existing.RouteTables[zone]
		if !seen[id] {
			tables[slot] = id
		}
		seen[id] = true
	}
	return tables
}

// checkExistingSubnets refuses overlapping subnets of an existing VPC, and warns of subnets
// outside its range.
func (r *resolver) checkExistingSubnets() {
	all := r.existingSubnets()
	for i, a := range all {
		for _, b := range all[:i] {
			if a.prefix.Overlaps(b.prefix) {
				r.refuse("cidr-overlap", a.path, problem{
					message: fmt.Sprintf("%q of %s overlaps %q of %s; subnets of a VPC must not overlap", a.prefix, a.what, b.prefix, b.what),
					notes:   []diag.Note{r.note(b.path, b.what)},
				})
			}
		}
		home, whose, path, known := r.homeOf(a)
		if known && !within(a.prefix, home) {
			r.warn("subnet-outside-vpc", a.path, problem{
				message: fmt.Sprintf("%q of %s is not in %q of %s", a.prefix, a.what, home, whose),
				hint:    "this is correct only if the VPC has a further range, which the overlap checks do not see",
				notes:   []diag.Note{r.note(path, "the range of "+whose)},
			})
		}
	}
}

// warnOfSubnetTags names the tags by which the load balancer controller finds subnets (R9).
// dominoc does not tag the subnets of an existing VPC: other clusters may share them, and
// their owner may remove foreign tags.
func (r *resolver) warnOfSubnetTags() {
	tagged := func(role string, subnets map[string]v1alpha1.Subnet, key string) {
		if len(subnets) == 0 {
			return
		}
		var ids []string
		for _, zone := range slices.Sorted(maps.Keys(subnets)) {
			ids = append(ids, subnets[zone].ID)
		}
		r.warn("vpc-subnet-tags", diag.Path{"network", "vpc", "subnets", role}, problem{
			message: fmt.Sprintf("load balancers find the %s subnets by the tags %s=1 and kubernetes.io/cluster/%s=shared, which dominoc sets only on subnets that it creates (R9)", role, key, r.env.Name),
			hint: fmt.Sprintf("the owner of the subnets sets them with: aws ec2 create-tags --region %s --resources %s --tags Key=%s,Value=1 Key=kubernetes.io/cluster/%s,Value=shared; then accept this",
				r.region.Name, strings.Join(ids, " "), key, r.env.Name),
		})
	}
	tagged("private", r.vpc.existing.Subnets.Private, "kubernetes.io/role/internal-elb")
	tagged("public", r.vpc.existing.Subnets.Public, "kubernetes.io/role/elb")
}

func (r *resolver) existingSubnets() []span {
	s := r.vpc.existing.Subnets
	var all []span
	add := func(role string, subnets map[string]v1alpha1.Subnet) {
		for zone, subnet := range ordered.All(subnets) {
			path := diag.Path{"network", "vpc", "subnets", role, zone, "cidr"}
			if p, ok := r.parse(path, subnet.CIDR); ok {
				all = append(all, span{fmt.Sprintf("the %s subnet of %s", role, zone), path, p})
			}
		}
	}
	add("private", s.Private)
	add("public", s.Public)
	add("pod", s.Pod)
	add("controlPlane", s.ControlPlane)
	return all
}
