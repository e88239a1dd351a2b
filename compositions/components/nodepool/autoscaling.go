package nodepool

import (
	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"
	eks "github.com/upbound/provider-aws/v2/apis/namespaced/eks/v1beta1"
	iam "github.com/upbound/provider-aws/v2/apis/namespaced/iam/v1beta1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// zoneLabel tells the autoscaler where a node of an empty group would be; the
// EBS CSI driver places volumes by it.
const zoneLabel = "k8s.io/cluster-autoscaler/node-template/label/topology.ebs.csi.aws.com/zone"

func (p pool) autoscalerTags(slot string, zone v1alpha1.ZoneSpec) []resource.Resource {
	if p.spec.Adopted != nil {
		return nil
	}
	ofZone := v1alpha1.AutoscalerTag{Key: zoneLabel, Value: zone.Zone}
	list := []resource.Resource{p.autoscalerTag(slot, "zone", ofZone)}
	for key, tag := range ordered.All(p.spec.AutoscalerTags) {
		list = append(list, p.autoscalerTag(slot, key, tag))
	}
	return list
}

func (p pool) autoscalerTag(slot, key string, tag v1alpha1.AutoscalerTag) resource.Resource {
	return groupTag(p.Component, slot+"-"+key, p.status.Zones[slot].AutoscalingGroup, tag.Key, tag.Value)
}

// usages keep what nodes need until they are gone. Each node group keeps the launch
// template, and the launch template keeps the rest: Crossplane reads both objects of
// every Usage and writes one of them at each poll, and a Usage of each object by each
// node group would be three times as many. Subnets and security groups need none: AWS
// refuses to delete them while nodes are there.
func (p pool) usages() []resource.Resource {
	template := p.Subject(p.Component.Component, "template", ec2.LaunchTemplate_GroupVersionKind)
	role := string(p.spec.Role)
	uses := func(key, component, object string, kind schema.GroupVersionKind, reason string) resource.Resource {
		return p.Usage(key, p.Subject(component, object, kind), template, reason)
	}
	usages := append(resource.Each(p.spec.Zones, func(slot string, _ v1alpha1.ZoneSpec) resource.Resource {
		nodes := p.Subject(p.Component.Component, "nodes-"+slot, eks.NodeGroup_GroupVersionKind)
		return p.Usage("lt-"+slot, template, nodes, "a node group cannot be changed without its launch template")
	}), uses("eks", "cluster", "cluster", eks.Cluster_GroupVersionKind, "a node group belongs to the cluster"))
	if p.spec.RoleARN != "" { // another owner keeps the role
		return usages
	}
	return append(usages,
		uses("role", "identity", role, iam.Role_GroupVersionKind, "the nodes of a node group have the role"),
		uses("worker", "identity", role+"-worker", iam.RolePolicyAttachment_GroupVersionKind, "a node that leaves still talks to the cluster"),
		uses("cni", "identity", role+"-cni", iam.RolePolicyAttachment_GroupVersionKind, "pods that end still give back their addresses"),
	)
}
