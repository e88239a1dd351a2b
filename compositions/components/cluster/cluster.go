// Package cluster lowers DominoCluster: the control plane of EKS and what must be
// there before nodes join.
//
// What comes in names the subnets of the control plane, who may reach the public
// endpoint, the admins and the add-ons. What comes out:
//
//   - the log group of the control plane's logs, before EKS would make one that
//     keeps them for ever and unencrypted;
//   - the cluster (R1): private endpoint on, public endpoint only for an allow
//     list, secrets encrypted with the key, admins by access entries only,
//     none of the add-ons that EKS would install unmanaged;
//   - an access entry and a policy per admin, and the users' OIDC providers. EKS
//     makes the entries of node roles, and the aws-auth map is not used;
//   - the add-ons that nodes need to become ready. Those that need nodes are
//     DominoAddons'. With a pod range the VPC CNI gives pods addresses of their
//     own subnets, under the security group of the nodes;
//   - the association of the load balancer controller with its role;
//   - the cluster's own OIDC provider, by which pods take on roles;
//   - a kubeconfig, as the secret <environment>-kubeconfig, renewed every ten
//     minutes, for what reaches into the cluster;
//   - usages, so that the role with its rights, the log group, and the subnets and
//     the key that are ours are there until it is gone.
//
// A cluster that was taken over has the role, the security group and the settings
// that it had; its load balancer controller has its rights by the OIDC provider.
//
// It exports version, endpoint, certificateAuthority, issuer and vpcCNI: facts
// that other components wait for. Other components refer to the cluster by the
// name of its object, <environment>-cluster-cluster.
//
// Only package compositions calls it.
package cluster

import (
	"slices"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Lower makes the resources of a control plane. Of the status it reads endpoint
// and issuer.
func Lower(common v1alpha1.Common, spec v1alpha1.ClusterSpec, status v1alpha1.ClusterStatus) []resource.Resource {
	c := cluster{resource.Component{Common: common, Component: "cluster"}, spec.PodNetworking}
	inside := slices.Concat(
		resource.EachAll(spec.Admins, c.admin),
		resource.Each(spec.IdentityProviders, c.identityProvider),
		resource.Each(spec.Addons, c.addon),
		c.loadBalancers(spec),
		[]resource.Resource{c.kubeconfig()},
	)
	for i, r := range inside { // EKS takes ten minutes for a cluster, and refuses them until then
		inside[i] = r.After("cluster-endpoint", status.Endpoint)
	}
	return slices.Concat(
		[]resource.Resource{c.logs(spec), c.controlPlane(spec)},
		c.issuer(spec, status),
		inside,
		c.usages(spec),
	)
}

type cluster struct {
	resource.Component
	pods *v1alpha1.PodNetworkingSpec // nil: pods take addresses of the node subnets
}

// key makes a key of a part of the plan that has its own name.
func (c cluster) key(key string) string {
	return resource.Within(resource.Room("cluster"), key)
}
