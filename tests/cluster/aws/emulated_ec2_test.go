package aws_test

import (
	"context"
	"fmt"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	network "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/stretchr/testify/require"
)

func TestEC2KeepsWhatIsInUse(t *testing.T) {
	a := open(t, "111111111105")
	id, subnets := vpc(t, a)
	cluster(t, a, subnets)
	_, err := a.EC2.DeleteSubnet(context.Background(), &ec2.DeleteSubnetInput{SubnetId: &subnets[0]})
	refused(t, err, "DependencyViolation", "The subnet '"+subnets[0]+"' has dependencies and cannot be deleted.")
	_, err = a.EC2.DeleteVpc(context.Background(), &ec2.DeleteVpcInput{VpcId: &id})
	refused(t, err, "DependencyViolation", "The vpc '"+id+"' has dependencies and cannot be deleted.")
	_, err = a.EC2.DeleteSubnet(context.Background(), &ec2.DeleteSubnetInput{SubnetId: &subnets[2]})
	require.NoError(t, err, "nothing stands in it")
}

func TestEC2RoutesOnlyThroughWhatIsAttached(t *testing.T) {
	a := open(t, "111111111133")
	vpcID, subnets := vpc(t, a)
	table, err := a.EC2.CreateRouteTable(ctx, &ec2.CreateRouteTableInput{VpcId: &vpcID})
	require.NoError(t, err)
	id := *table.RouteTable.RouteTableId
	routes := 0
	route := func(to ec2.CreateRouteInput) error {
		routes++
		to.RouteTableId, to.DestinationCidrBlock = &id, sdk.String(fmt.Sprintf("10.%d.0.0/16", 200+routes))
		_, err := a.EC2.CreateRoute(ctx, &to)
		return err
	}
	apart := func(gateway string) string {
		return "route table " + id + " and network gateway " + gateway + " belong to different networks"
	}

	transit, err := a.EC2.CreateTransitGateway(ctx, &ec2.CreateTransitGatewayInput{})
	require.NoError(t, err)
	tgw := transit.TransitGateway.TransitGatewayId
	refused(t, route(ec2.CreateRouteInput{TransitGatewayId: tgw}), "InvalidTransitGatewayID.NotFound", "The transitGateway ID '"+*tgw+"' does not exist.")
	attach := &ec2.CreateTransitGatewayVpcAttachmentInput{
		TransitGatewayId: tgw, VpcId: &vpcID, SubnetIds: subnets,
		TagSpecifications: []network.TagSpecification{{ResourceType: network.ResourceTypeTransitGatewayAttachment, Tags: []network.Tag{{Key: sdk.String("a"), Value: sdk.String("b")}}}},
	}
	attached, err := a.EC2.CreateTransitGatewayVpcAttachment(ctx, attach)
	require.NoError(t, err)
	seen, err := a.EC2.DescribeTransitGatewayVpcAttachments(ctx, &ec2.DescribeTransitGatewayVpcAttachmentsInput{
		TransitGatewayAttachmentIds: []string{*attached.TransitGatewayVpcAttachment.TransitGatewayAttachmentId},
	})
	require.NoError(t, err)
	require.Equal(t, "b", *seen.TransitGatewayVpcAttachments[0].Tags[0].Value)
	own := []network.Filter{{Name: sdk.String("transit-gateway-attachment-id"), Values: []string{*attached.TransitGatewayVpcAttachment.TransitGatewayAttachmentId}}}
	associated, err := a.EC2.GetTransitGatewayRouteTableAssociations(ctx, &ec2.GetTransitGatewayRouteTableAssociationsInput{
		TransitGatewayRouteTableId: transit.TransitGateway.Options.AssociationDefaultRouteTableId, Filters: own,
	})
	require.NoError(t, err)
	require.Equal(t, network.TransitGatewayAssociationStateAssociated, associated.Associations[0].State)
	propagated, err := a.EC2.GetTransitGatewayRouteTablePropagations(ctx, &ec2.GetTransitGatewayRouteTablePropagationsInput{
		TransitGatewayRouteTableId: transit.TransitGateway.Options.PropagationDefaultRouteTableId, Filters: own,
	})
	require.NoError(t, err)
	require.Equal(t, network.TransitGatewayPropagationStateEnabled, propagated.TransitGatewayRouteTablePropagations[0].State)
	_, err = a.EC2.CreateTransitGatewayVpcAttachment(ctx, attach)
	refused(t, err, "DuplicateTransitGatewayAttachment", *tgw+" has non-deleted Transit Gateway Attachments with same VPC ID.")
	require.NoError(t, route(ec2.CreateRouteInput{TransitGatewayId: tgw}))
	_, err = a.EC2.DeleteSubnet(ctx, &ec2.DeleteSubnetInput{SubnetId: &subnets[0]})
	refused(t, err, "DependencyViolation", "The subnet '"+subnets[0]+"' has dependencies and cannot be deleted.")

	gateway, err := a.EC2.CreateVpnGateway(ctx, &ec2.CreateVpnGatewayInput{Type: network.GatewayTypeIpsec1})
	require.NoError(t, err)
	vgw := gateway.VpnGateway.VpnGatewayId
	refused(t, route(ec2.CreateRouteInput{GatewayId: vgw}), "InvalidParameterValue", apart(*vgw))
	_, err = a.EC2.AttachVpnGateway(ctx, &ec2.AttachVpnGatewayInput{VpnGatewayId: vgw, VpcId: &vpcID})
	require.NoError(t, err)
	require.NoError(t, route(ec2.CreateRouteInput{GatewayId: vgw}))
	second, err := a.EC2.CreateVpnGateway(ctx, &ec2.CreateVpnGatewayInput{Type: network.GatewayTypeIpsec1})
	require.NoError(t, err)
	_, err = a.EC2.AttachVpnGateway(ctx, &ec2.AttachVpnGatewayInput{VpnGatewayId: second.VpnGateway.VpnGatewayId, VpcId: &vpcID})
	refused(t, err, "VpnGatewayAttachmentLimitExceeded", "The maximum number of virtual private gateway attachments has been reached.")

	here, _ := vpc(t, a)
	there, err := a.EC2.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: sdk.String("10.64.0.0/16")})
	require.NoError(t, err)
	peering, err := a.EC2.CreateVpcPeeringConnection(ctx, &ec2.CreateVpcPeeringConnectionInput{VpcId: &here, PeerVpcId: there.Vpc.VpcId})
	require.NoError(t, err)
	pcx := peering.VpcPeeringConnection.VpcPeeringConnectionId
	refused(t, route(ec2.CreateRouteInput{VpcPeeringConnectionId: pcx}), "InvalidParameterValue", apart(*pcx))

	_, err = a.EC2.DetachVpnGateway(ctx, &ec2.DetachVpnGatewayInput{VpnGatewayId: vgw, VpcId: &vpcID})
	require.NoError(t, err)
	refused(t, route(ec2.CreateRouteInput{GatewayId: vgw}), "InvalidParameterValue", apart(*vgw))
}

func TestATransitGatewayTakesOneSubnetOfAZone(t *testing.T) {
	a := open(t, "111111111134")
	vpcID, subnets := vpc(t, a)
	second, err := a.EC2.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: &vpcID, AvailabilityZone: sdk.String(region + "a"), CidrBlock: sdk.String("10.0.9.0/24")})
	require.NoError(t, err)
	transit, err := a.EC2.CreateTransitGateway(ctx, &ec2.CreateTransitGatewayInput{})
	require.NoError(t, err)
	_, err = a.EC2.CreateTransitGatewayVpcAttachment(ctx, &ec2.CreateTransitGatewayVpcAttachmentInput{
		TransitGatewayId: transit.TransitGateway.TransitGatewayId, VpcId: &vpcID, SubnetIds: append(subnets, *second.Subnet.SubnetId),
	})
	refused(t, err, "DuplicateSubnetsInSameZone", "Duplicate Subnets for same AZ")
}

func TestEC2KeepsAGroupThatARuleNames(t *testing.T) {
	a := open(t, "111111111108")
	id, _ := vpc(t, a)
	nodes, files := group(t, a, id, "nodes"), group(t, a, id, "files")
	made, err := a.EC2.AuthorizeSecurityGroupIngress(context.Background(), &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: &files,
		IpPermissions: []network.IpPermission{{
			IpProtocol: sdk.String("-1"), UserIdGroupPairs: []network.UserIdGroupPair{{GroupId: &nodes, Description: sdk.String("NFS")}},
		}},
	})
	require.NoError(t, err)
	rule := *made.SecurityGroupRules[0].SecurityGroupRuleId
	found, err := a.EC2.DescribeSecurityGroupRules(context.Background(), &ec2.DescribeSecurityGroupRulesInput{SecurityGroupRuleIds: []string{rule}})
	require.NoError(t, err)
	require.Equal(t, "NFS", *found.SecurityGroupRules[0].Description)
	_, err = a.EC2.DeleteSecurityGroup(context.Background(), &ec2.DeleteSecurityGroupInput{GroupId: &nodes})
	refused(t, err, "DependencyViolation", "resource "+nodes+" has a dependent object")
	_, err = a.EC2.DeleteSecurityGroup(context.Background(), &ec2.DeleteSecurityGroupInput{GroupId: &files})
	require.NoError(t, err, "no other group's rule names it")
	_, err = a.EC2.DeleteSecurityGroup(context.Background(), &ec2.DeleteSecurityGroupInput{GroupId: &nodes})
	require.NoError(t, err, "the rule is gone")
}

func TestAnEndpointHoldsItsNetworkUntilItIsGone(t *testing.T) {
	a := open(t, "111111111108")
	id, subnets := vpc(t, a)
	nodes := group(t, a, id, "nodes")
	endpoint := func(service string, kind network.VpcEndpointType) string {
		made, err := a.EC2.CreateVpcEndpoint(context.Background(), &ec2.CreateVpcEndpointInput{
			VpcId: &id, ServiceName: sdk.String("com.amazonaws.us-east-1." + service), VpcEndpointType: kind,
		})
		require.NoError(t, err)
		return *made.VpcEndpoint.VpcEndpointId
	}
	modify := func(change ec2.ModifyVpcEndpointInput) {
		_, err := a.EC2.ModifyVpcEndpoint(context.Background(), &change)
		require.NoError(t, err)
	}
	registry, storage := endpoint("ecr.api", network.VpcEndpointTypeInterface), endpoint("s3", network.VpcEndpointTypeGateway)
	found, err := a.EC2.DescribeVpcEndpoints(context.Background(), &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: []string{registry}})
	require.NoError(t, err)
	require.Len(t, found.VpcEndpoints[0].Groups, 1)
	own := found.VpcEndpoints[0].Groups[0]
	require.Equal(t, "default", *own.GroupName)
	modify(ec2.ModifyVpcEndpointInput{VpcEndpointId: &registry, AddSubnetIds: subnets[:1], AddSecurityGroupIds: []string{nodes}, RemoveSecurityGroupIds: []string{*own.GroupId}})
	table, err := a.EC2.CreateRouteTable(context.Background(), &ec2.CreateRouteTableInput{VpcId: &id})
	require.NoError(t, err)
	modify(ec2.ModifyVpcEndpointInput{VpcEndpointId: &storage, AddRouteTableIds: []string{*table.RouteTable.RouteTableId}})

	_, err = a.EC2.DeleteSubnet(context.Background(), &ec2.DeleteSubnetInput{SubnetId: &subnets[0]})
	refused(t, err, "DependencyViolation", "The subnet '"+subnets[0]+"' has dependencies and cannot be deleted.")
	_, err = a.EC2.DeleteVpcEndpoints(context.Background(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{registry, storage}})
	require.NoError(t, err)
	_, err = a.EC2.DescribeVpcEndpoints(context.Background(), &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: []string{storage}})
	refused(t, err, "InvalidVpcEndpointId.NotFound", "The VpcEndPoint ID '"+storage+"' does not exist")
	_, err = a.EC2.DeleteSecurityGroup(context.Background(), &ec2.DeleteSecurityGroupInput{GroupId: &nodes})
	require.NoError(t, err)
	_, err = a.EC2.DeleteSubnet(context.Background(), &ec2.DeleteSubnetInput{SubnetId: &subnets[0]})
	require.NoError(t, err)
}
