package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// maxResources is the most that one composite resource composes: functions take
// messages of 4 MiB, and every change of a status runs all of it again.
const maxResources = 60

// Composite is a composite resource whose size follows from the user's lists.
// The others are always of one size.
type Composite struct {
	Key       string // its key in the environment: network, pool-default; empty for the environment itself
	Resources int    // how many resources it composes

	path    diag.Path // the list that makes it large
	each    int       // how many resources an element of the list makes
	shorten string    // what to take away
}

// Composites are the composite resources of a spec that grow with the user's
// lists. What they count is what the component packages make; a test holds the
// two together.
func Composites(spec *v1alpha1.EnvironmentSpec) []Composite {
	all := []Composite{parentOf(spec), clusterOf(spec.Cluster), securityOf(spec.Security)}
	if spec.Network != nil {
		all = append(all, networkOf(spec.Network))
	}
	for name, pool := range inOrder(spec.Pools) {
		all = append(all, poolOf(name, pool))
	}
	for name, tags := range inOrder(spec.GroupTags) {
		all = append(all, Composite{
			Key: "tags-" + name, Resources: len(tags.Zones) * len(tags.GroupTags),
			path: diag.Path{"tagging", "autoScalingGroups"}, each: len(tags.Zones), shorten: "tags: each is one on the Auto Scaling group of every zone",
		})
	}
	return all
}

// parentOf counts the children, identity, security, cluster, addons and storage
// always, and a usage for each of the platform's pools where Crossplane installs
// Calico.
func parentOf(spec *v1alpha1.EnvironmentSpec) Composite {
	usages := 0
	if inside := spec.Addons.InCluster; inside != nil && inside.Access != nil && inside.Calico != nil {
		for _, pool := range spec.Pools {
			usages += count(pool.Role == platformRole)
		}
	}
	return Composite{
		Resources: 5 + usages + len(spec.Pools) + len(spec.GroupTags) + count(spec.Network != nil) + count(spec.Endpoints != nil) + count(spec.Registry != nil) + count(spec.Domain != nil),
		path:      diag.Path{"pools"}, each: 1 + count(len(spec.GroupTags) > 0), shorten: "pools",
	}
}

// clusterOf counts nine of the control plane itself, one for each admin and one for
// its policy, one for each identity provider and add-on, and a usage for each subnet of ours and for
// our key.
func clusterOf(spec v1alpha1.ClusterSpec) Composite {
	n := 9 + len(spec.Admins) + len(spec.IdentityProviders) + len(spec.Addons) + count(spec.OurKey)
	for _, admin := range spec.Admins {
		n += count(admin.PolicyARN != "")
	}
	for _, subnet := range spec.Subnets {
		n += count(subnet.Name != "")
	}
	return Composite{
		Key: "cluster", Resources: n,
		path: diag.Path{"cluster", "admins"}, each: 2, shorten: "cluster.admins, for example by one role for several people",
	}
}

// securityOf counts three groups, their 22 rules, and a rule for each range.
func securityOf(spec v1alpha1.SecuritySpec) Composite {
	return Composite{
		Key: "security", Resources: 25 + len(spec.PrivateCIDRs),
		path: diag.Path{"cluster", "endpoint", "privateCIDRs"}, each: 1, shorten: "cluster.endpoint.privateCIDRs, for example by larger ranges",
	}
}

// networkOf counts the VPC with its gateway and default group, subnets with their association,
// NAT gateways with their address, attachments, and route tables with their routes.
func networkOf(spec *v1alpha1.NetworkSpec) Composite {
	n := 3*count(spec.VPC != nil) + count(spec.FlowLog != nil) + len(spec.Attachments) + 2*len(spec.Subnets) + 2*len(spec.NATGateways)
	if spec.VPC != nil {
		n += count(spec.VPC.PodCIDR != "")
	}
	for key, table := range spec.RouteTables {
		n += len(table.Peers) + count(table.ID == "") + count(table.NATGateway != "" || key == string(tablePublic))
	}
	return Composite{
		Key: "network", Resources: n,
		path: diag.Path{"network", "peers"}, each: tablesWithPeers(spec), shorten: "network.peers: each is a route in every route table",
	}
}

func tablesWithPeers(spec *v1alpha1.NetworkSpec) int {
	n := 0
	for _, table := range spec.RouteTables {
		n += count(len(table.Peers) > 0)
	}
	return n
}

// poolOf counts the launch template, and in each zone a node group, its five
// usages, its tags and the tag of the zone.
func poolOf(name string, spec v1alpha1.NodePoolSpec) Composite {
	zones := len(spec.Zones)
	return Composite{
		Key: "pool-" + name, Resources: 1 + zones*(1+5+len(spec.AutoscalerTags)+1),
		path: diag.Path{"pools", name}, each: zones, shorten: "the pool's labels and taints: each is a tag in every zone",
	}
}

func count(there bool) int {
	if there {
		return 1
	}
	return 0
}

// checkResources refuses a composite resource that would be too large.
func (r *resolver) checkResources(spec *v1alpha1.EnvironmentSpec) {
	for _, c := range Composites(spec) {
		if c.Resources <= maxResources {
			continue
		}
		over := (c.Resources - maxResources + c.each - 1) / max(1, c.each)
		r.refuse("too-many-resources", c.path, problem{
			message: fmt.Sprintf("%s would compose %s, at most %d are allowed", r.compositeName(c), words.Count(c.Resources, "resource"), maxResources),
			hint:    fmt.Sprintf("take at least %d away of %s%s", over, c.shorten, r.poolKeys(c)),
		})
	}
}

func (r *resolver) compositeName(c Composite) string {
	return fmt.Sprintf("composite resource %q", strings.TrimSuffix(r.env.Name+"-"+c.Key, "-"))
}

// poolKeys lists the user's labels and taints of a pool.
func (r *resolver) poolKeys(c Composite) string {
	name, isPool := strings.CutPrefix(c.Key, "pool-")
	if !isPool {
		return ""
	}
	keys := slices.Sorted(maps.Keys(r.env.Pools[name].Labels))
	for _, t := range r.env.Pools[name].Taints {
		keys = append(keys, t.Key)
	}
	return " (" + strings.Join(keys, ", ") + ")"
}
