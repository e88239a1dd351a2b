package cluster

import (
	"slices"
	"strconv"

	cloudwatchlogs "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatchlogs/v1beta1"
	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"
	eks "github.com/upbound/provider-aws/v2/apis/namespaced/eks/v1beta1"
	iam "github.com/upbound/provider-aws/v2/apis/namespaced/iam/v1beta1"
	kms "github.com/upbound/provider-aws/v2/apis/namespaced/kms/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// usages keep what the control plane works with until it is gone.
func (c cluster) usages(spec v1alpha1.ClusterSpec) []resource.Resource {
	if spec.Adopted != nil { // nothing else of what it works with is ours
		return []resource.Resource{c.usesLogs()}
	}
	return slices.Concat(
		[]resource.Resource{c.usesRole(), c.usesLogs(), c.usesPolicy(), c.usesStorage()},
		c.usesSubnets(spec.Subnets),
		c.usesKey(spec.OurKey),
	)
}

// usesRole keeps the control plane's role, with which EKS cleans up after it.
func (c cluster) usesRole() resource.Resource {
	role := c.Subject("identity", "cluster", iam.Role_GroupVersionKind)
	return c.Usage("uses-role", role, c.itself(), "the control plane works with the role")
}

// usesLogs keeps the log group: EKS would make another one.
func (c cluster) usesLogs() resource.Resource {
	logs := c.Subject("cluster", "logs", cloudwatchlogs.Group_GroupVersionKind)
	return c.Usage("uses-logs", logs, c.itself(), "the control plane writes to the log group")
}

// usesPolicy keeps the role's rights: without them EKS cannot take away its
// network interfaces.
func (c cluster) usesPolicy() resource.Resource {
	policy := c.Subject("identity", "cluster-control", iam.RolePolicyAttachment_GroupVersionKind)
	return c.Usage("uses-policy", policy, c.itself(), "the control plane cleans up with the rights of its role")
}

// usesSubnets keeps the subnets that are ours, by their place in the list, which
// is fixed for the life of the cluster.
func (c cluster) usesSubnets(subnets []v1alpha1.Reference) []resource.Resource {
	var list []resource.Resource
	for i, reference := range subnets {
		if reference.Name == "" {
			continue
		}
		subnet := resource.Subject{Kind: ec2.Subnet_GroupVersionKind, Name: reference.Name}
		list = append(list, c.Usage("uses-subnet-z"+strconv.Itoa(i), subnet, c.itself(), "the control plane has network interfaces in the subnet"))
	}
	return list
}

// usesStorage keeps the file system and the buckets: data goes last, when nothing
// is left that could write to it. All of storage is kept, as one composite
// resource.
func (c cluster) usesStorage() resource.Resource {
	return c.Usage("uses-storage", c.Composite("DominoStorage", "storage"), c.itself(), "what runs in the cluster writes to the file system and the buckets")
}

// usesKey keeps the key that is ours: a cluster whose key is gone is degraded,
// and what lives inside cannot be read any more.
func (c cluster) usesKey(ours bool) []resource.Resource {
	if !ours {
		return nil
	}
	key := c.Subject("identity", "key", kms.Key_GroupVersionKind)
	return []resource.Resource{c.Usage("uses-key", key, c.itself(), "the control plane encrypts secrets with the key")}
}

func (c cluster) itself() resource.Subject {
	return c.Subject("cluster", "cluster", eks.Cluster_GroupVersionKind)
}
