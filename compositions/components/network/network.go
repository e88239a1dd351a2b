// Package network lowers DominoNetwork: a VPC, its subnets and its ways out.
//
// What comes in is decided to the last CIDR: each subnet names its zone, range
// and route table, each NAT gateway its public subnet. What comes out:
//
//   - the VPC, with DNS (the private endpoint of EKS and EFS need it), its
//     internet gateway, its default security group emptied of rules and, for
//     custom networking, its second range for pods;
//   - subnets. Public ones hold load balancers and NAT gateways only, and no
//     subnet gives out public addresses (R9). The load balancer controller
//     finds public and private subnets by their kubernetes.io/role tags. The
//     control plane's own subnets and the pods' carry none: no load balancer
//     belongs there;
//   - a NAT gateway with a fixed address per entry, so that the environment's
//     addresses towards the internet are known and stay;
//   - route tables. The public one leads to the internet gateway, one with a
//     NAT gateway to that, any other only to peers (R23): the control
//     plane's network interfaces open no connections. A table that exists already, in
//     a VPC of the user's, only gets the peers' routes;
//   - attachments of the transit and VPN gateways that the environment attaches
//     itself. A route through one is made once AWS has the attachment. Neither
//     attachments nor routes to peers count for whether the network is ready;
//   - a flow log of refused traffic, in the monitoring bucket. AWS takes it once
//     the bucket is there.
//
// It exports vpcID, attachments.<key>.id and, of pod subnets, podSubnets.<slot>.id. Other components
// refer to the VPC, to subnets and to route tables by the names of their
// objects, <environment>-network-vpc, -<subnet key> and -routes-<table key>.
//
// Only package compositions calls it.
package network

import (
	"slices"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Lower makes the resources of a network.
func Lower(common v1alpha1.Common, spec v1alpha1.NetworkSpec, status v1alpha1.NetworkStatus) []resource.Resource {
	n := network{resource.Component{Common: common, Component: "network"}, spec.Attachments, status}
	return slices.Concat(
		n.vpc(spec.VPC),
		resource.Each(spec.Subnets, n.subnet),
		resource.Each(spec.NATGateways, n.address),
		resource.Each(spec.NATGateways, n.natGateway),
		resource.Each(spec.Attachments, n.attachment),
		resource.EachAll(spec.RouteTables, n.routeTable),
		resource.Each(spec.Subnets, n.association),
		n.flowLog(spec.FlowLog),
	)
}

type network struct {
	resource.Component

	attachments map[string]v1alpha1.AttachmentSpec
	status      v1alpha1.NetworkStatus
}

// vpc is the VPC with what stands in it whatever the subnets are.
func (n network) vpc(spec *v1alpha1.NetworkVPC) []resource.Resource {
	if spec == nil {
		return nil
	}
	list := []resource.Resource{n.cloud(spec), n.internetGateway(), n.defaultGroup()}
	if spec.PodCIDR != "" {
		list = append(list, n.podRange(spec))
	}
	return list
}

func (n network) cloud(spec *v1alpha1.NetworkVPC) resource.Resource {
	return n.Managed("vpc", ec2.VPC_GroupVersionKind, &ec2.VPC{Spec: ec2.VPCSpec{ForProvider: ec2.VPCParameters_2{
		Region:             &n.Region,
		CidrBlock:          &spec.CIDR,
		EnableDNSHostnames: new(true),
		EnableDNSSupport:   new(true),
		Tags:               n.TagsOf(n.Name),
	}}}).Exporting("status.atProvider.id", "vpcID")
}

func (n network) internetGateway() resource.Resource {
	return n.Managed("internet-gateway", ec2.InternetGateway_GroupVersionKind, &ec2.InternetGateway{
		Spec: ec2.InternetGatewaySpec{ForProvider: ec2.InternetGatewayParameters_2{
			Region:   &n.Region,
			VPCIDRef: n.Ref("vpc"),
			Tags:     n.TagsOf(n.Name),
		}},
	})
}

// defaultGroup takes the rules off the group that AWS puts on resources that name no
// other: nothing of ours uses it, and nothing should work by accident.
func (n network) defaultGroup() resource.Resource {
	return n.Managed("default-group", ec2.DefaultSecurityGroup_GroupVersionKind, &ec2.DefaultSecurityGroup{
		Spec: ec2.DefaultSecurityGroupSpec{ForProvider: ec2.DefaultSecurityGroupParameters{
			Region:   &n.Region,
			VPCIDRef: n.Ref("vpc"),
			Tags:     n.TagsOf(n.Name + "-default"),
		}},
	})
}

// podRange is the VPC's second range. AWS refuses the pods' subnets until it is
// there; the provider tries again.
func (n network) podRange(spec *v1alpha1.NetworkVPC) resource.Resource {
	return n.Managed("pod-range", ec2.VPCIPv4CidrBlockAssociation_GroupVersionKind, &ec2.VPCIPv4CidrBlockAssociation{
		Spec: ec2.VPCIPv4CidrBlockAssociationSpec{ForProvider: ec2.VPCIPv4CidrBlockAssociationParameters{
			Region:    &n.Region,
			VPCIDRef:  n.Ref("vpc"),
			CidrBlock: &spec.PodCIDR,
		}},
	})
}
