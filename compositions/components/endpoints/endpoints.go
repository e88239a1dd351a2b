// Package endpoints lowers DominoEndpoints: private ways from the VPC to S3 and
// ECR, which spare the NAT gateways and keep images and data off the internet.
//
// What comes in are the names that EC2 has for the services, the route tables
// and subnets to serve, and the security group of the nodes. What comes out:
//
//   - the gateway endpoint of S3, with an association for each route table;
//   - interface endpoints with private DNS, each with an address in each zone's
//     node subnet and, in place of the VPC's default group, a group that lets in
//     the nodes, and in an existing VPC everyone there, on 443. An S3 interface next
//     to the gateway is for peers, whom the group then lets in too: its private DNS
//     answers only who asks through an inbound resolver, and the VPC itself takes
//     the gateway, which costs nothing.
//
// Endpoints, associations and rules are resources of their own, so that a zone
// more changes none of those that stand.
//
// It exports s3Gateway.
//
// Keys, which never change: s3-gateway, routes-<key of the table>, group,
// group-from-nodes, group-from-vpc, peer-<name>, and for each of s3, ecr-api and ecr-dkr:
// interface-<key>, group-<key>, <key>-<zone slot>.
//
// Only package compositions calls it.
package endpoints

import (
	"slices"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Lower makes the endpoints of an environment.
func Lower(common v1alpha1.Common, spec v1alpha1.EndpointsSpec, _ v1alpha1.EndpointsStatus) []resource.Resource {
	e := endpoints{resource.Component{Common: common, Component: "endpoints"}, spec}
	return slices.Concat(e.gateway(), e.securityGroup(), resource.EachAll(spec.Interfaces, e.ways))
}

type endpoints struct {
	resource.Component
	spec v1alpha1.EndpointsSpec
}

// gateway is the endpoint of S3 that route tables lead to.
func (e endpoints) gateway() []resource.Resource {
	if e.spec.S3Gateway == nil {
		return nil
	}
	endpoint := e.endpoint("s3-gateway", ec2.VPCEndpointParameters_2{
		ServiceName:     &e.spec.S3Gateway.Service,
		VPCEndpointType: new("Gateway"),
	}).Exporting("status.atProvider.id", "s3Gateway")
	return append([]resource.Resource{endpoint}, resource.Each(e.spec.S3Gateway.RouteTables, e.route)...)
}

// endpoint is an endpoint of either sort.
func (e endpoints) endpoint(key string, parameters ec2.VPCEndpointParameters_2) resource.Resource {
	parameters.Region = &e.Region
	parameters.VPCID, parameters.VPCIDRef = resource.Resolve(e.spec.VPC)
	parameters.Tags = e.TagsOf(e.Name + "-" + key)
	return e.Managed(key, ec2.VPCEndpoint_GroupVersionKind, &ec2.VPCEndpoint{
		Spec: ec2.VPCEndpointSpec{ForProvider: parameters},
	})
}

func (e endpoints) route(key string, table v1alpha1.Reference) resource.Resource {
	id, ref := resource.Resolve(table)
	return e.Managed("routes-"+key, ec2.VPCEndpointRouteTableAssociation_GroupVersionKind, &ec2.VPCEndpointRouteTableAssociation{
		Spec: ec2.VPCEndpointRouteTableAssociationSpec{ForProvider: ec2.VPCEndpointRouteTableAssociationParameters{
			Region:           &e.Region,
			VPCEndpointIDRef: e.Ref("s3-gateway"),
			RouteTableID:     id,
			RouteTableIDRef:  ref,
		}},
	})
}
