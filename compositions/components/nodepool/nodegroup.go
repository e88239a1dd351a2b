package nodepool

import (
	eks "github.com/upbound/provider-aws/v2/apis/namespaced/eks/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// nodeGroup is the pool in one zone. Nothing of it is copied back into the spec: the
// desired size would be.
func (p pool) nodeGroup(slot string, zone v1alpha1.ZoneSpec) resource.Resource {
	group := eks.NodeGroupSpec{ForProvider: p.inZone(zone)}
	group.ForProvider.ScalingConfig, group.InitProvider.ScalingConfig = p.scaling(zone)
	return p.Managed("nodes-"+slot, eks.NodeGroup_GroupVersionKind, &eks.NodeGroup{Spec: group}).Named(zone.NodeGroup).
		NotLateInitialized().
		Exporting("status.atProvider.resources[0].autoscalingGroups[0].name", "zones."+slot+".autoscalingGroup")
}

// scaling returns the size that AWS always has, and the size at creation. The
// autoscaler owns how many nodes there are. A provider that cannot change sizes in place
// takes any part of scalingConfig in forProvider as a reason to reset the desired size at
// each poll (provider-upjet-aws#1907): for it the whole size is one at creation.
func (p pool) scaling(zone v1alpha1.ZoneSpec) (always *eks.ScalingConfigParameters, created *eks.ScalingConfigInitParameters) {
	created = &eks.ScalingConfigInitParameters{DesiredSize: resource.Number(zone.Desired)}
	if p.spec.SizesInPlace {
		return &eks.ScalingConfigParameters{MinSize: resource.Number(zone.Min), MaxSize: resource.Number(zone.Max)}, created
	}
	created.MinSize, created.MaxSize = resource.Number(zone.Min), resource.Number(zone.Max)
	return nil, created
}

func (p pool) inZone(zone v1alpha1.ZoneSpec) eks.NodeGroupParameters {
	group := eks.NodeGroupParameters{
		Region:         &p.Region,
		ClusterNameRef: p.RefIn("cluster", "cluster"),
		NodeRoleArnRef: p.RefIn("identity", string(p.spec.Role)),
		Version:        resource.Optional(p.spec.Version),
		ReleaseVersion: resource.Optional(p.spec.AMIReleaseVersion),
		AMIType:        &p.spec.AMIType,
		CapacityType:   &p.spec.CapacityType,
		InstanceTypes:  resource.Texts(p.spec.InstanceTypes),
		LaunchTemplate: &eks.LaunchTemplateParameters{
			Name:    &p.spec.LaunchTemplate,
			Version: &p.status.LaunchTemplateVersion,
		},
		Labels:       resource.TextMap(p.spec.Labels),
		Taint:        p.taints(),
		UpdateConfig: p.updates(),
		Tags:         p.TagsOf(zone.NodeGroup, p.ownTags()),
	}
	if p.spec.RoleARN != "" {
		group.NodeRoleArn, group.NodeRoleArnRef = &p.spec.RoleARN, nil
	}
	subnet := []v1alpha1.Reference{zone.Subnet}
	group.SubnetIds, group.SubnetIDRefs = resource.ResolveAll(subnet)
	return group
}

// ownTags are the tags that a pool which was taken over has and the environment has not.
func (p pool) ownTags() map[string]string {
	if p.spec.Adopted == nil {
		return nil
	}
	return p.spec.Adopted.Tags
}

func (p pool) taints() []eks.TaintParameters {
	var taints []eks.TaintParameters
	for _, taint := range p.spec.Taints {
		taints = append(taints, eks.TaintParameters{
			Key: &taint.Key, Value: resource.Optional(taint.Value), Effect: &taint.Effect,
		})
	}
	return taints
}

// updates is how many nodes of a zone may be missing while they are replaced, and
// whether new ones come first.
func (p pool) updates() *eks.UpdateConfigParameters {
	update := p.spec.Update
	config := &eks.UpdateConfigParameters{UpdateStrategy: resource.Optional(update.Strategy)}
	if update.MaxUnavailable != nil {
		config.MaxUnavailable = resource.Number(*update.MaxUnavailable)
	}
	if update.MaxUnavailablePercentage != nil {
		config.MaxUnavailablePercentage = resource.Number(*update.MaxUnavailablePercentage)
	}
	return config
}
