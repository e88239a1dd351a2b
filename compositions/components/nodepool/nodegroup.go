package nodepool

import (
	eks "github.com/upbound/provider-aws/v2/apis/namespaced/eks/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// nodeGroup is the pool in one zone. The autoscaler owns how many nodes it has:
// this provider takes any part of scalingConfig in forProvider as a reason to
// reset the desired size at each poll (provider-upjet-aws#1907), so that all of
// it is said at creation only, and nothing is copied back into the spec.
func (p pool) nodeGroup(slot string, zone v1alpha1.ZoneSpec) resource.Resource {
	return p.Managed("nodes-"+slot, eks.NodeGroup_GroupVersionKind, &eks.NodeGroup{
		Spec: eks.NodeGroupSpec{
			ForProvider: p.inZone(zone),
			InitProvider: eks.NodeGroupInitParameters{ScalingConfig: &eks.ScalingConfigInitParameters{
				MinSize:     resource.Number(zone.Min),
				MaxSize:     resource.Number(zone.Max),
				DesiredSize: resource.Number(zone.Desired),
			}},
		},
	}).Named(zone.NodeGroup).
		NotLateInitialized().
		Exporting("status.atProvider.resources[0].autoscalingGroups[0].name", "zones."+slot+".autoscalingGroup")
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
		Tags:         p.TagsOf(zone.NodeGroup),
	}
	subnet := []v1alpha1.Reference{zone.Subnet}
	group.SubnetIds, group.SubnetIDRefs = resource.ResolveAll(subnet)
	return group
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
