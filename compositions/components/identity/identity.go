// Package identity lowers DominoIdentity: who the environment is to AWS, and the
// key that its data is encrypted with.
//
// What comes in is whether the key is ours, the buckets and repositories that
// nodes work with, and whether we install an autoscaler. What comes out:
//
//   - the KMS key with its policy and alias, unless the user brought a key. Data
//     that outlives the environment needs it, so it is never deleted unless the
//     environment allows deletion;
//   - the control plane's role, which EKS alone can take on, for this cluster;
//   - two roles for nodes, platform and compute. Both have what a node needs to
//     join, pull images and be reached through Session Manager, and what Domino
//     needs: the buckets (R15), the key they are encrypted with in a policy of
//     its own, and the repositories (R16). Only the platform's may scale the
//     cluster (R17): users' code runs on the others. On request both have the
//     rights of CSI drivers that are no add-ons;
//   - of a key that was taken over, the key with its alias and nothing else: the
//     roles have another owner then;
//   - roles for the user's own pods (LowerPodRoles), a composite resource of its own;
//   - roles that pods take on by EKS Pod Identity, in this cluster and no other:
//     the drivers of EBS and EFS (R13, R14), the load balancer controller (R9),
//     and on request the Cluster Autoscaler. Which service accounts take them on
//     is said where the add-ons and the cluster are made. A driver that has its
//     rights by the nodes has no role.
//
// It exports keyARN. Other components refer to the key and to the roles by the
// names of their objects, <environment>-identity-<key>. In AWS a role is called
// <environment>-<key>, but for load-balancer, which is
// <environment>-load-balancer-controller, and autoscaler-pod, which is
// <environment>-autoscaler.
//
// Keys, which never change:
//
//	key, alias
//	roles: cluster, platform, compute, ebs-csi, efs-csi, load-balancer, autoscaler-pod
//	policies: autoscaler, autoscaler-reads, nodes-s3, nodes-key, nodes-ecr, nodes-drivers, ebs-csi-key, load-balancer-policy
//	attachments: <role>-<what it lets do>
//
// Only package compositions calls it.
package identity

import (
	"slices"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Lower makes the key and the roles of an environment. Of the status it reads
// keyARN, when the key is ours.
func Lower(common v1alpha1.Common, spec v1alpha1.IdentitySpec, status v1alpha1.IdentityStatus) []resource.Resource {
	i := identity{resource.Component{Common: common, Component: "identity"}, spec, status}
	if spec.Adopted != nil {
		return []resource.Resource{i.adoptedKey(), i.alias()}
	}
	return slices.Concat(
		i.key(),
		i.controlPlane(),
		i.nodes("platform"),
		i.nodes("compute"),
		i.scaling("platform"),
		i.ofNodes("platform", "compute"),
		i.ofDrivers("platform", "compute"),
		i.blockStorage(),
		i.fileStorage(),
		i.loadBalancers(),
		i.autoscaler(),
	)
}

type identity struct {
	resource.Component
	spec   v1alpha1.IdentitySpec
	status v1alpha1.IdentityStatus
}

// keyARN is the key, ours or the user's.
func (i identity) keyARN() string {
	if i.spec.CreateKey {
		return i.status.KeyARN
	}
	return i.spec.KeyARN
}

// regional is the ARN of a resource of the account in the environment's region.
func (i identity) regional(service, resource string) string {
	return i.ARN(service, i.Region, i.Account, resource)
}
