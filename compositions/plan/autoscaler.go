package plan

import (
	"fmt"
	"strconv"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// nodeTemplate is the prefix of the tags from which the Cluster Autoscaler knows the
// properties of a node of an empty group (R17).
const nodeTemplate = "k8s.io/cluster-autoscaler/node-template/"

// maxTagKey is the longest key of a tag (EC2 user guide, tag restrictions).
const maxTagKey = 128

// resourceNeuron is the resource of Neuron's device plugin, under the name in the tag of
// Domino's Terraform modules.
const resourceNeuron = "aws.amazon.com/neuron"

// fuseDevices is the number of FUSE devices that Domino's device plugin offers on a node.
const fuseDevices = 20

// autoscalerTag is a tag, with the path of the field that causes it.
type autoscalerTag struct {
	key, value string
	path       diag.Path
}

// autoscalerTags returns the tags of a pool's groups, by the key of their resource. The tag
// for the zone differs from group to group; lowering adds it.
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

// taintPath returns the path of the i-th of a pool's taints in the user's list, which
// may lack the one that each GPU pool has.
func (r *resolver) taintPath(name string, count, i int) diag.Path {
	own := count - len(r.env.Pools[name].Taints)
	return diag.Path{"pools", name, "taints"}.Index(max(0, i-own))
}

// fits refuses a key that is too long for AWS, and one that another tag has.
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
