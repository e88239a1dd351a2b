package nodepool

import (
	"strings"

	autoscaling "github.com/upbound/provider-aws/v2/apis/namespaced/autoscaling/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// LowerGroupTags makes the resources of DominoGroupTags: each of the environment's
// tags on the Auto Scaling group of each zone of a pool. EKS hands the tags of a
// node group on to nothing, and AWS tags a group by one call for each tag.
//
// They are a composite resource of their own because their number follows the
// user's tags: beside the groups themselves there is no room for them.
func LowerGroupTags(common v1alpha1.Common, spec v1alpha1.GroupTagsSpec, _ v1alpha1.GroupTagsStatus) []resource.Resource {
	tags := groupTags{resource.Component{Common: common, Component: spec.Pool}, spec}
	return resource.EachAll(spec.Zones, tags.inZone)
}

type groupTags struct {
	resource.Component
	spec v1alpha1.GroupTagsSpec
}

// inZone makes the tags of a zone's group. The objects share the pool's name with
// those of the pool itself, whose keys begin with z.
func (g groupTags) inZone(slot string, zone v1alpha1.TaggedGroup) []resource.Resource {
	return resource.Each(g.spec.GroupTags, func(key string, tag v1alpha1.GroupTag) resource.Resource {
		return groupTag(g.Component, strings.Replace(slot, "z", "t", 1)+"-"+key, zone.AutoscalingGroup, tag.Key, tag.Value)
	})
}

// groupTag is a tag of an Auto Scaling group, and not of the instances that the
// group starts: these have theirs from the launch template.
func groupTag(c resource.Component, key, group, tag, value string) resource.Resource {
	return c.Managed(resource.Within(resource.PoolRoom, key), autoscaling.GroupTag_GroupVersionKind, &autoscaling.GroupTag{
		Spec: autoscaling.GroupTagSpec{ForProvider: autoscaling.GroupTagParameters{
			Region:               &c.Region,
			AutoscalingGroupName: &group,
			Tag:                  &autoscaling.GroupTagTagParameters{Key: &tag, Value: &value, PropagateAtLaunch: new(false)},
		}},
	})
}
