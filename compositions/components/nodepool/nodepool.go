// Package nodepool lowers DominoNodePool: one pool of nodes, as one launch
// template and one managed node group per zone (R7).
//
// What comes in is decided by zone slot: the subnet, the name and the size of
// each group. What comes out:
//
//   - the launch template, the same for all zones: the disk, encrypted; the
//     nodes' security group; IMDSv2 only, with one hop more for pods, which take
//     their rights to buckets from the node; the instance type, if EKS is to roll
//     the nodes when it changes;
//   - a node group per zone, with the role that the pool's role names, and else
//     with the instance types, which EKS never changes;
//   - tags on the Auto Scaling group that EKS makes of each, which tell the
//     Cluster Autoscaler what a node of an empty group would be (R17);
//   - usages, so that the cluster, the node role with what nodes need to work, and
//     the launch template are there until the groups are gone.
//
// It exports launchTemplateVersion and zones.<slot>.autoscalingGroup, and reads
// both itself: a node group states the version of its template, because EKS
// would otherwise not roll the nodes, and tags need the name of the group.
//
// Only package compositions calls it.
package nodepool

import (
	"slices"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Lower makes the resources of a pool. Its component is the pool's own name.
func Lower(common v1alpha1.Common, spec v1alpha1.NodePoolSpec, status v1alpha1.NodePoolStatus) []resource.Resource {
	p := pool{resource.Component{Common: common, Component: spec.Pool}, spec, status}
	return slices.Concat(
		[]resource.Resource{p.launchTemplate()},
		resource.Each(spec.Zones, p.nodeGroup),
		p.usages(),
		resource.EachAll(spec.Zones, p.autoscalerTags),
	)
}

type pool struct {
	resource.Component
	spec   v1alpha1.NodePoolSpec
	status v1alpha1.NodePoolStatus
}
