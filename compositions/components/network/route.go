package network

import (
	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// everywhere is the destination of a default route.
const everywhere = "0.0.0.0/0"

// address is the fixed public address of a NAT gateway.
func (n network) address(slot string, spec v1alpha1.NATGateway) resource.Resource {
	return n.Managed("eip-"+slot, ec2.EIP_GroupVersionKind, &ec2.EIP{Spec: ec2.EIPSpec{ForProvider: ec2.EIPParameters{
		Region: &n.Region,
		Domain: new("vpc"),
		Tags:   n.TagsOf(spec.Name),
	}}})
}

func (n network) natGateway(slot string, spec v1alpha1.NATGateway) resource.Resource {
	return n.Managed("nat-"+slot, ec2.NATGateway_GroupVersionKind, &ec2.NATGateway{
		Spec: ec2.NATGatewaySpec{ForProvider: ec2.NATGatewayParameters_2{
			Region:           &n.Region,
			ConnectivityType: new("public"),
			AllocationIDRef:  n.Ref("eip-" + slot),
			SubnetIDRef:      n.Ref(string(spec.Subnet)),
			Tags:             n.TagsOf(spec.Name),
		}},
	})
}

// routeTable is a route table, unless it exists, with its routes.
func (n network) routeTable(key string, spec v1alpha1.RouteTable) []resource.Resource {
	var list []resource.Resource
	if spec.ID == "" {
		list = append(list, n.table(key, spec))
		list = append(list, n.wayOut(key, spec)...)
	}
	for peer, route := range ordered.All(spec.Peers) {
		list = append(list, n.peer(key, spec, peer, route))
	}
	return list
}

func (n network) table(key string, spec v1alpha1.RouteTable) resource.Resource {
	return n.Managed("routes-"+key, ec2.RouteTable_GroupVersionKind, &ec2.RouteTable{
		Spec: ec2.RouteTableSpec{ForProvider: ec2.RouteTableParameters_2{
			Region:   &n.Region,
			VPCIDRef: n.Ref("vpc"),
			Tags:     n.TagsOf(spec.Name),
		}},
	})
}

// wayOut is the default route of a table that has one.
func (n network) wayOut(key string, spec v1alpha1.RouteTable) []resource.Resource {
	route := ec2.RouteParameters_2{DestinationCidrBlock: new(everywhere)}
	switch {
	case spec.NATGateway != "":
		route.NATGatewayIDRef = n.Ref("nat-" + string(spec.NATGateway))
	case key == "public":
		route.GatewayIDRef = n.Ref("internet-gateway")
	default:
		return nil
	}
	return []resource.Resource{n.route("default-"+key, key, spec, route)}
}

// peer is a route to a peer; the gatewayId of a route takes VPN gateways too. AWS
// refuses it before the gateway is attached, and takes it before a peering connection
// is accepted: until then it is a black hole.
func (n network) peer(key string, spec v1alpha1.RouteTable, peer string, to v1alpha1.PeerRoute) resource.Resource {
	way := ec2.RouteParameters_2{
		DestinationCidrBlock:   &to.CIDR,
		VPCPeeringConnectionID: resource.Optional(to.VPCPeeringConnectionID),
		TransitGatewayID:       resource.Optional(to.TransitGatewayID),
		GatewayID:              resource.Optional(to.VPNGatewayID),
	}
	joined, attached := n.joined(peer)
	if attached && n.attachments[joined].PeerVPCID != "" {
		way.VPCPeeringConnectionIDRef = n.Ref("attach-" + joined)
	}
	route := outside(n.route(resource.Within(resource.Room(n.Component.Component), "peer-"+key+"-"+peer), key, spec, way))
	if attached && n.attachments[joined].PeerVPCID == "" {
		return route.After("attachment", n.status.Attachments[joined].ID)
	}
	return route
}

// joined is the key of the attachment that leads to a peer.
func (n network) joined(peer string) (key string, attached bool) {
	for key, spec := range ordered.All(n.attachments) {
		if spec.Peers[peer] {
			return key, true
		}
	}
	return "", false
}

// route is a route of a table that is made or exists.
func (n network) route(key, table string, spec v1alpha1.RouteTable, route ec2.RouteParameters_2) resource.Resource {
	route.Region = &n.Region
	if spec.ID != "" {
		route.RouteTableID = &spec.ID
	} else {
		route.RouteTableIDRef = n.Ref("routes-" + table)
	}
	return n.Managed(key, ec2.Route_GroupVersionKind, &ec2.Route{Spec: ec2.RouteSpec{ForProvider: route}})
}
