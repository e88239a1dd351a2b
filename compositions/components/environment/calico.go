package environment

import (
	"maps"
	"slices"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/compositions/xr"
)

// calicoNodes keep the platform's pools until Calico is gone, where Crossplane
// installs it: its chart is uninstalled by a job that runs on their nodes. Each pool
// is kept as a whole, for a zone may leave it while Calico stays.
//
// The usages belong to the composite resource that the pools belong to: when a pool
// leaves the environment's file, its usage leaves with it. Crossplane lets go of
// what left before it applies anything, so that a usage of another composite
// resource would never be told to go.
func (p Plan) calicoNodes() []resource.Resource {
	inside := p.Spec.Addons.InCluster
	if inside == nil || inside.Access == nil || inside.Calico == nil {
		return nil
	}
	var usages []resource.Resource
	for _, pool := range slices.Sorted(maps.Keys(p.Spec.Pools)) {
		if p.Spec.Pools[pool].Role == platform {
			usages = append(usages, p.keptForCalico(pool))
		}
	}
	return usages
}

func (p Plan) keptForCalico(pool string) resource.Resource {
	c := resource.Component{Common: p.Spec.Common, Component: "calico"}
	release := c.Subject("addons", "calico", resource.Helm("Release"))
	usage := c.Usage(pool, c.Composite(xr.NodePool.Name, PoolKey(pool)), release, "a job on the nodes uninstalls Calico")
	usage.Key = "calico-" + pool
	return usage
}
