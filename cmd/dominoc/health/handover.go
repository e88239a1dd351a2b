package health

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/scaling"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// Pools returns what the provider saw of the node groups of each pool, by the pool's name.
func (e *Environment) Pools() map[string]scaling.Pool {
	all := map[string]scaling.Pool{}
	for _, part := range e.Root.Children {
		pool, is := strings.CutPrefix(part.Key(), v1alpha1.PoolPrefix)
		if !is || !part.Composite() {
			continue
		}
		all[pool] = nil
		for _, o := range part.Children {
			if o.Kind == "NodeGroup" {
				all[pool] = append(all[pool], scaling.SeenOf(o.ExternalName(), o.Content))
			}
		}
	}
	return all
}

// due returns the next step of each pool that another one replaces. Of two pools with one
// label the closed one is replaced, or the older one.
func (e *Environment) due() []string {
	pools := e.Pools()
	sharing := map[string][]*Object{}
	for _, part := range e.Root.Children {
		labels, _ := part.field("spec.labels").(map[string]any)
		if label := text(labels[plan.PoolLabel]); label != "" && strings.HasPrefix(part.Key(), v1alpha1.PoolPrefix) && !part.Deleting() {
			sharing[label] = append(sharing[label], part)
		}
	}
	var due []string
	for _, two := range ordered.All(sharing) {
		if len(two) != 2 {
			continue
		}
		slices.SortFunc(two, func(a, b *Object) int {
			return ordered.TrueFirst(a.drained(), b.drained())
		})
		if two[0].drained() == two[1].drained() {
			slices.SortFunc(two, func(a, b *Object) int { return strings.Compare(a.created(), b.created()) })
			if two[0].created() == two[1].created() {
				continue
			}
		}
		old, next := strings.TrimPrefix(two[0].Key(), v1alpha1.PoolPrefix), strings.TrimPrefix(two[1].Key(), v1alpha1.PoolPrefix)
		due = append(due, fmt.Sprintf("pool %s: %s", old, e.step(old, next, two[0].drained(), pools)))
	}
	return due
}

// step is what is to be done about a pool that another one replaces.
func (e *Environment) step(old, next string, drained bool, pools map[string]scaling.Pool) string {
	lacks := pools[next].Lacks()
	nodes, known := pools[old].Nodes()
	switch command := fmt.Sprintf("dominoc replace %s %s", e.Root.Name, old); {
	case lacks != "":
		return fmt.Sprintf("%s, which replaces it, is not ready: %s", next, lacks)
	case !drained:
		return fmt.Sprintf("%s, which replaces it, is ready: close it with %s", next, command)
	case !known:
		return "the provider has not counted its nodes"
	case nodes > 0:
		return fmt.Sprintf("no pod starts there any more, and %s left: end or move what runs there", words.CountOf(nodes, "node is", "nodes are"))
	default:
		return fmt.Sprintf("it has no nodes: remove it with %s", command)
	}
}

// drained reports whether a pool is closed.
func (o *Object) drained() bool {
	taints, _ := o.field("spec.taints").([]any)
	return slices.ContainsFunc(taints, func(t any) bool {
		taint, _ := t.(map[string]any)
		return text(taint["key"]) == plan.DrainingTaint
	})
}

func (o *Object) created() string { return text(o.field("metadata.creationTimestamp")) }
