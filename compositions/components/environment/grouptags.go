package environment

import (
	"maps"
	"slices"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/compositions/xr"
)

// GroupTagsKey is the key of the child XR with the tags of a pool's Auto Scaling groups.
func GroupTagsKey(pool string) string { return "tags-" + pool }

// groupTags make the environment's tags on each pool's groups, whose names the pool
// makes known.
func (p Plan) groupTags(part Part) []resource.Resource {
	var children []resource.Resource
	for _, pool := range slices.Sorted(maps.Keys(p.Spec.GroupTags)) {
		spec := part("spec.groupTags." + pool)
		for _, slot := range p.taggedSlots(pool) {
			put(spec, p.Status.Pools[pool].Zones[slot].AutoscalingGroup, "zones", slot, "autoscalingGroup")
		}
		children = append(children, p.child(GroupTagsKey(pool), xr.GroupTags, spec, part))
	}
	return children
}

// taggedSlots are the zone slots of a pool whose groups get the environment's tags.
func (p Plan) taggedSlots(pool string) []string {
	return slices.Sorted(maps.Keys(p.Spec.GroupTags[pool].Zones))
}
