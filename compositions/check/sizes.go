package check

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

// growth is the user's list that makes a composite resource large.
type growth struct {
	path    diag.Path
	each    int    // how many resources an element of the list makes
	shorten string // what to take away
}

// growthOf returns the list that a composite resource grows with.
func (a *alone) growthOf(c Composite) growth {
	spec := &a.plan.Spec
	if pool, ok := strings.CutPrefix(c.Key, v1alpha1.PoolPrefix); ok {
		return growth{diag.Path{"pools", pool}, len(spec.Pools[pool].Zones), "the pool's labels and taints: each is a tag in every zone (" + poolKeys(a.env, pool) + ")"}
	}
	if pool, ok := strings.CutPrefix(c.Key, "tags-"); ok {
		return growth{diag.Path{"tagging", "autoScalingGroups"}, len(spec.GroupTags[pool].Zones), "tags: each is one on the Auto Scaling group of every zone"}
	}
	switch c.Key {
	case "":
		each := 1
		if len(spec.GroupTags) > 0 {
			each = 2
		}
		return growth{diag.Path{"pools"}, each, "pools"}
	case "pod-roles":
		return growth{diag.Path{"cluster", "podRoles"}, 1, "what cluster.podRoles makes: a role is one, its policy two, and each of its policyARNs one"}
	case "cluster":
		return growth{diag.Path{"cluster", "admins"}, 2, "cluster.admins, for example by one role for several people"}
	case "security":
		return growth{diag.Path{"cluster", "endpoint", "privateCIDRs"}, 1, "cluster.endpoint.privateCIDRs, for example by larger ranges"}
	case "network":
		tables := 0
		for _, table := range spec.Network.RouteTables {
			if len(table.Peers) > 0 {
				tables++
			}
		}
		return growth{diag.Path{"network", "peers"}, tables, "network.peers: each is a route in every route table"}
	case "endpoints":
		return growth{diag.Path{"network", "peers"}, 1, "network.peers: the S3 endpoint admits each; or remove network.endpoints.s3"}
	}
	return growth{diag.Path{"name"}, 1, "what it composes; this is a bug of dominoc: please report it"} // no list of the user makes it larger
}

// poolKeys lists the keys of the user's labels and taints of a pool.
func poolKeys(env *v1alpha1.Environment, pool string) string {
	keys := slices.Sorted(maps.Keys(env.Pools[pool].Labels))
	for _, t := range env.Pools[pool].Taints {
		keys = append(keys, t.Key)
	}
	return strings.Join(keys, ", ")
}

// sizes refuses composite resources that are too large.
func (a *alone) sizes() {
	for _, c := range a.composites {
		if len(c.Objects) <= maxResources {
			continue
		}
		g := a.growthOf(c)
		over := (len(c.Objects) - maxResources + g.each - 1) / max(1, g.each)
		a.refuse("too-many-resources", g.path,
			fmt.Sprintf("composite resource %q would compose %s, at most %d are allowed",
				strings.TrimSuffix(a.env.Name+"-"+c.Key, "-"), words.Count(len(c.Objects), "resource"), maxResources),
			fmt.Sprintf("remove at least %d of %s", over, g.shorten))
	}
}
