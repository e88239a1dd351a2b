package diff

import (
	"fmt"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// calicoRestarts reports another Calico release or image source: its pods, which enforce
// the rules of policies, restart on every node.
func (c comparison) calicoRestarts(before, after *v1alpha1.EnvironmentSpec) {
	was, is := calicoOf(before), calicoOf(after)
	if was == nil || is == nil {
		return
	}
	what := ""
	switch {
	case was.Version != is.Version && before.Cluster.Version != after.Cluster.Version:
		what = fmt.Sprintf("Calico becomes %s for Kubernetes %s (it also supports %s, so the order does not matter)", is.Version, after.Cluster.Version, before.Cluster.Version)
	case was.Version != is.Version:
		what = "Calico becomes " + is.Version
	case was.Registry != is.Registry:
		what = "Calico's images have another source"
	case was.FIPS != is.FIPS && is.FIPS:
		what = "Calico gets other images, in which it runs in FIPS mode"
	case was.FIPS != is.FIPS:
		what = "Calico gets other images, in which it does not run in FIPS mode"
	default:
		return
	}
	c.reportOn("addons", calicoRestart, "calico",
		what+": its pods restart on every node, a few at a time; rules stay in force, but new pods and changed policies wait for the Calico pod on their node",
		byHand("merge at a time with little load, and check that kubectl get tigerastatus, in the cluster, shows all as AVAILABLE"))
}

func calicoOf(spec *v1alpha1.EnvironmentSpec) *v1alpha1.CalicoSpec {
	if spec.Addons.InCluster == nil {
		return nil
	}
	return spec.Addons.InCluster.Calico
}
