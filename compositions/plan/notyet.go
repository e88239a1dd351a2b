package plan

import (
	"reflect"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// notYet refuses what the schema has and this release does not compile yet, so
// that no setting is a silent no-op. What is not set is not missed. An entry
// goes when the component that makes it comes.
func (r *resolver) notYet() {
	n, c, s := r.env.Network, r.env.Cluster, r.env.Storage
	r.later(n.PodCIDR != "", "network", "podCIDR")
	r.later(c.InCluster != "provider" && c.InCluster != "", "cluster", "inCluster")
	r.later(c.Autoscaler, "cluster", "autoscaler")
	for _, addon := range []string{"aws-ebs-csi-driver", "aws-efs-csi-driver", "coredns"} {
		a, given := c.Addons[addon]
		r.later(given && !reflect.DeepEqual(a, v1alpha1.Addon{Enabled: true}), "cluster", "addons", addon)
	}
	r.later(s.BlockStorage.Type == "gp2", "storage", "blockStorage", "type")
}

func (r *resolver) later(set bool, path ...string) {
	if !set {
		return
	}
	r.refuse("not-yet-compiled", diag.Path(path), problem{
		message: "this release of dominoc does not compile " + diag.Path(path).String() + " yet",
		hint:    "leave it out",
	})
}
