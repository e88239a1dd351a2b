package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
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

// growthOf returns the list that a composite resource grows with; false for one that is
// always of one size.
func growthOf(m Member, c Composite) (growth, bool) {
	spec := &m.Plan.Spec
	if pool, ok := strings.CutPrefix(c.Key, "pool-"); ok {
		return growth{diag.Path{"pools", pool}, len(spec.Pools[pool].Zones), "the pool's labels and taints: each is a tag in every zone (" + poolKeys(m, pool) + ")"}, true
	}
	if pool, ok := strings.CutPrefix(c.Key, "tags-"); ok {
		return growth{diag.Path{"tagging", "autoScalingGroups"}, len(spec.GroupTags[pool].Zones), "tags: each is one on the Auto Scaling group of every zone"}, true
	}
	switch c.Key {
	case "":
		each := 1
		if len(spec.GroupTags) > 0 {
			each = 2
		}
		return growth{diag.Path{"pools"}, each, "pools"}, true
	case "cluster":
		return growth{diag.Path{"cluster", "admins"}, 2, "cluster.admins, for example by one role for several people"}, true
	case "security":
		return growth{diag.Path{"cluster", "endpoint", "privateCIDRs"}, 1, "cluster.endpoint.privateCIDRs, for example by larger ranges"}, true
	case "network":
		tables := 0
		for _, table := range spec.Network.RouteTables {
			if len(table.Peers) > 0 {
				tables++
			}
		}
		return growth{diag.Path{"network", "peers"}, tables, "network.peers: each is a route in every route table"}, true
	}
	return growth{}, false
}

// poolKeys lists the keys of the user's labels and taints of a pool.
func poolKeys(m Member, pool string) string {
	keys := slices.Sorted(maps.Keys(m.Environment.Pools[pool].Labels))
	for _, t := range m.Environment.Pools[pool].Taints {
		keys = append(keys, t.Key)
	}
	return strings.Join(keys, ", ")
}

// sizes refuses composite resources that are too large.
func (a *alone) sizes() {
	for _, c := range a.composites {
		g, grows := growthOf(a.Member, c)
		if len(c.Resources) <= maxResources || !grows {
			continue
		}
		over := (len(c.Resources) - maxResources + g.each - 1) / max(1, g.each)
		a.refuse("too-many-resources", g.path,
			fmt.Sprintf("composite resource %q would compose %s, at most %d are allowed",
				strings.TrimSuffix(a.Environment.Name+"-"+c.Key, "-"), words.Count(len(c.Resources), "resource"), maxResources),
			fmt.Sprintf("remove at least %d of %s", over, g.shorten))
	}
}
