package nodepool

import (
	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"
	eks "github.com/upbound/provider-aws/v2/apis/namespaced/eks/v1beta1"
	iam "github.com/upbound/provider-aws/v2/apis/namespaced/iam/v1beta1"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// zoneLabel tells the autoscaler where a node of an empty group would be; the
// EBS CSI driver places volumes by it.
const zoneLabel = "k8s.io/cluster-autoscaler/node-template/label/topology.ebs.csi.aws.com/zone"

func (p pool) autoscalerTags(slot string, zone v1alpha1.ZoneSpec) []resource.Resource {
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

// usages keep what a node group stands on until it is gone. Subnets and security
// groups need none: AWS refuses to delete them while nodes are there.
func (p pool) usages(slot string, _ v1alpha1.ZoneSpec) []resource.Resource {
	nodes := p.Subject(p.Component.Component, "nodes-"+slot, eks.NodeGroup_GroupVersionKind)
	cluster := p.Subject("cluster", "cluster", eks.Cluster_GroupVersionKind)
	role := p.Subject("identity", string(p.spec.Role), iam.Role_GroupVersionKind)
	worker := p.Subject("identity", string(p.spec.Role)+"-worker", iam.RolePolicyAttachment_GroupVersionKind)
	cni := p.Subject("identity", string(p.spec.Role)+"-cni", iam.RolePolicyAttachment_GroupVersionKind)
	template := p.Subject(p.Component.Component, "template", ec2.LaunchTemplate_GroupVersionKind)
	return []resource.Resource{
		p.Usage("eks-"+slot, cluster, nodes, "a node group belongs to the cluster"),
		p.Usage("role-"+slot, role, nodes, "the nodes of a node group have the role"),
		p.Usage("worker-"+slot, worker, nodes, "a node that leaves still talks to the cluster"),
		p.Usage("cni-"+slot, cni, nodes, "pods that end still give back their addresses"),
		p.Usage("lt-"+slot, template, nodes, "a node group cannot be changed without its launch template"),
	}
}
