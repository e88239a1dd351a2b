package plan

import (
	"fmt"
	"strconv"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// nodeTemplate begins the key of a tag by which the Cluster Autoscaler knows
// what a node of an empty group would be (R17).
const nodeTemplate = "k8s.io/cluster-autoscaler/node-template/"

// maxTagKey is the longest key of a tag (EC2 user guide, tag restrictions).
const maxTagKey = 128

// resourceNeuron is what Neuron's device plugin offers, by the name that the
// modules' tag has.
const resourceNeuron = "aws.amazon.com/neuron"

// fuseDevices is how many FUSE devices Domino's device plugin offers on a node.
const fuseDevices = 20

// autoscalerTag is a tag and the field that it comes from.
type autoscalerTag struct {
	key, value string
	path       diag.Path
}

// autoscalerTags are the tags of a pool's groups, by a key for their resource.
// The zone's own tag differs from group to group and is made with it.
func (r *resolver) autoscalerTags(name string, labels map[string]string, taints []v1alpha1.Taint, diskGiB int64, devices []device) map[string]v1alpha1.AutoscalerTag {
	pool, tags := diag.Path{"pools", name}, map[string]v1alpha1.AutoscalerTag{}
	add := func(t autoscalerTag) {
		if r.fits(t, tags) {
			tags[shortHash(t.key)] = v1alpha1.AutoscalerTag{Key: t.key, Value: t.value}
		}
	}
	for key, value := range ordered.All(labels) {
		add(autoscalerTag{nodeTemplate + "label/" + key, value, pool.Child("labels", key)})
	}
	for i, t := range taints {
		add(autoscalerTag{nodeTemplate + "taint/" + t.Key, t.Value + ":" + string(t.Effect), r.taintPath(name, len(taints), i)})
	}
	add(autoscalerTag{nodeTemplate + "resources/smarter-devices/fuse", strconv.Itoa(fuseDevices), pool})
	add(autoscalerTag{nodeTemplate + "resources/ephemeral-storage", strconv.FormatInt(diskGiB, 10) + "Gi", pool})
	for _, d := range devices {
		if d.count > 0 {
			add(autoscalerTag{nodeTemplate + "resources/" + d.resource, strconv.Itoa(d.count), pool})
		}
	}
	return tags
}

// taintPath is the path of the i-th of a pool's taints in the user's list, which
// may lack the one that each GPU pool has.
func (r *resolver) taintPath(name string, count, i int) diag.Path {
	own := count - len(r.env.Pools[name].Taints)
	return diag.Path{"pools", name, "taints"}.Index(max(0, i-own))
}

// fits refuses a key that AWS does not take, and one that is taken.
func (r *resolver) fits(t autoscalerTag, tags map[string]v1alpha1.AutoscalerTag) bool {
	if len(t.key) > maxTagKey {
		r.refuse("autoscaler-tag-length", t.path, problem{
			message: fmt.Sprintf("the autoscaler's tag %q would have %d characters, AWS allows at most %d (R17)", t.key, len(t.key), maxTagKey),
			hint:    "shorten the key by " + words.Count(len(t.key)-maxTagKey, "character"),
		})
		return false
	}
	other, taken := tags[shortHash(t.key)]
	if taken {
		r.refuse("autoscaler-tag-duplicate", t.path, problem{
			message: fmt.Sprintf("the autoscaler's tag %q would have two values, %q and %q; it can have one (R17)", t.key, other.Value, t.value),
			hint:    "remove one of the two, or give it another key",
		})
	}
	return !taken
}
