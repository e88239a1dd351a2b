// Package security lowers DominoSecurity: who may talk to whom, on the network.
//
// What comes in is the VPC, made by us or existing, and the ranges that may
// reach the private endpoint. What comes out are three security groups and their
// rules, each rule a resource of its own, so that adding one touches no other:
//
//   - cluster, on the network interfaces of the control plane beside the group
//     that EKS makes. It lets in the nodes and the private ranges on 443. It has
//     no way out: the group of EKS beside it has;
//   - nodes, the only group on nodes, with the rules of the table in nodes.go.
//     It carries the cluster's tag: Kubernetes wants exactly one such group on a
//     node, where that of the control plane, which carries it too, never is. With
//     custom networking pods have it too;
//   - efs, on the mount targets of the file system, which only nodes reach (R14).
//
// It exports nodeSecurityGroupID. Other components refer to the groups by the
// names of their objects, <environment>-security-cluster, -nodes and -efs.
//
// Only package compositions calls it.
package security

import (
	"slices"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Lower makes the security groups of an environment and their rules.
func Lower(common v1alpha1.Common, spec v1alpha1.SecuritySpec, _ v1alpha1.SecurityStatus) []resource.Resource {
	s := security{resource.Component{Common: common, Component: "security"}}
	return slices.Concat(
		[]resource.Resource{
			s.group(spec, "nodes", "-eks-nodes", "EKS cluster Nodes security group", s.ClusterOwned).Exporting("status.atProvider.id", "nodeSecurityGroupID"),
			s.group(spec, "cluster", "-eks-cluster", "EKS cluster security group", s.ClusterOwned),
			s.fromNodes("cluster", "Private subnets to "+s.Name+" EKS cluster API", 443),
		},
		resource.Each(spec.PrivateCIDRs, s.apiFromRange),
		s.nodeRules(),
		[]resource.Resource{s.group(spec, "efs", "-efs", "EFS security group"), s.fromNodes("efs", "EFS access", 2049)},
	)
}

type security struct{ resource.Component }

// group is a security group. Its rules go before it does, also those that others
// added, such as a load balancer controller: two groups that name each other
// could not be deleted otherwise.
//
// Name, text and tags are those that Domino's Terraform modules give it; AWS never changes
// name and text.
func (s security) group(spec v1alpha1.SecuritySpec, key, suffix, description string, tags ...map[string]string) resource.Resource {
	name := s.Name + "-" + key
	vpc, ref := resource.Resolve(spec.VPC)
	return s.Managed(key, ec2.SecurityGroup_GroupVersionKind, &ec2.SecurityGroup{
		Spec: ec2.SecurityGroupSpec{ForProvider: ec2.SecurityGroupParameters_2{
			Region:              &s.Region,
			Name:                &name,
			Description:         &description,
			VPCID:               vpc,
			VPCIDRef:            ref,
			RevokeRulesOnDelete: new(true),
			Tags:                s.TagsOf(s.Name+suffix, tags...),
		}},
	})
}
