package plan

import (
	"fmt"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// EKS's own tags on an Auto Scaling group: eks:cluster-name, eks:nodegroup-name,
// kubernetes.io/cluster/NAME and the autoscaler's enabled and NAME (EKS user guide,
// "Simplify node lifecycle with managed node groups"). AWS takes 50 in all (EC2 Auto
// Scaling user guide, "Tag Auto Scaling groups and instances").
const (
	maxGroupTags = 50
	eksGroupTags = 5
)

// groupTags returns the environment's tags for the Auto Scaling groups of each pool; nil
// unless the environment requests them.
func (r *resolver) groupTags(pools map[string]v1alpha1.NodePoolSpec) map[string]v1alpha1.GroupTagsSpec {
	if !r.env.Tagging.AutoScalingGroups {
		return nil
	}
	tags := map[string]v1alpha1.GroupTag{}
	for key, value := range ordered.All(r.environmentTags()) {
		if other, taken := tags[shortHash(key)]; taken {
			r.refuse("group-tags", diag.Path{"tags", key}, problem{
				message: fmt.Sprintf("the tags %q and %q conflict on an Auto Scaling group: their objects would have the same name", other.Key, key),
				hint:    "rename one of the two",
			})
		}
		tags[shortHash(key)] = v1alpha1.GroupTag{Key: key, Value: value}
	}
	specs := map[string]v1alpha1.GroupTagsSpec{}
	for name, pool := range ordered.All(pools) {
		spec := v1alpha1.GroupTagsSpec{Pool: name, Zones: map[string]v1alpha1.TaggedGroup{}, GroupTags: tags}
		for slot := range pool.Zones {
			spec.Zones[slot] = v1alpha1.TaggedGroup{AutoscalingGroup: Unknown}
		}
		specs[name] = spec
	}
	return specs
}

// checkGroupTags refuses more tags on the groups of a pool than AWS allows. They are the
// autoscaler's tags, including that of the group's zone, and the environment's.
func (r *resolver) checkGroupTags(spec *v1alpha1.EnvironmentSpec) {
	for name, pool := range ordered.All(spec.Pools) {
		ofEnvironment := len(spec.GroupTags[name].GroupTags)
		tags := ofEnvironment + len(pool.AutoscalerTags) + 1
		if tags <= maxGroupTags-eksGroupTags {
			continue
		}
		path, among := diag.Path{"pools", name}, "the pool's labels and taints"
		if ofEnvironment > 0 {
			path, among = diag.Path{"tagging", "autoScalingGroups"}, "tags, or of the pool's labels and taints"
		}
		r.refuse("group-tags", path, problem{
			message: fmt.Sprintf("each Auto Scaling group of pool %q would have %s in addition to the %d of EKS; AWS allows %d", name, words.Count(tags, "tag"), eksGroupTags, maxGroupTags),
			hint:    fmt.Sprintf("take %d away of %s", tags+eksGroupTags-maxGroupTags, among),
		})
	}
}
