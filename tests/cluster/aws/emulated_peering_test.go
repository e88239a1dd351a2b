package aws_test

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	network "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/aws"
)

// ranged makes a VPC with a range.
func ranged(t *testing.T, a *aws.Account, cidr string) *string {
	t.Helper()
	made, err := a.EC2.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: &cidr})
	require.NoError(t, err)
	return made.Vpc.VpcId
}

// peeringOf is what an account sees of a peering connection.
func peeringOf(t *testing.T, a *aws.Account, id *string) network.VpcPeeringConnection {
	t.Helper()
	seen, err := a.EC2.DescribeVpcPeeringConnections(ctx, &ec2.DescribeVpcPeeringConnectionsInput{VpcPeeringConnectionIds: []string{*id}})
	require.NoError(t, err)
	require.Len(t, seen.VpcPeeringConnections, 1)
	return seen.VpcPeeringConnections[0]
}

// Between two accounts: the route to a connection that is not accepted leads nowhere,
// the other side accepts, and each side has its own tags.
func TestAPeeringConnectionOfTwoAccountsIsAcceptedByTheOther(t *testing.T) {
	a, b := open(t, "111111111141"), open(t, "111111111142")
	here, there := ranged(t, a, "10.0.0.0/16"), ranged(t, b, "10.64.0.0/16")
	asked, err := a.EC2.CreateVpcPeeringConnection(ctx, &ec2.CreateVpcPeeringConnectionInput{
		VpcId: here, PeerVpcId: there, PeerOwnerId: sdk.String("111111111142"), PeerRegion: sdk.String(region),
		TagSpecifications: []network.TagSpecification{{
			ResourceType: network.ResourceTypeVpcPeeringConnection, Tags: []network.Tag{{Key: sdk.String("side"), Value: sdk.String("a")}},
		}},
	})
	require.NoError(t, err)
	pcx := asked.VpcPeeringConnection.VpcPeeringConnectionId
	calls, err := emulator.Calls()
	require.NoError(t, err)
	create := calls[len(calls)-1]
	require.Equal(t, []string{"arn:aws:ec2:us-east-1:111111111141:vpc/" + *here}, create.Resources, "of the two VPCs the requester's")
	require.Equal(t, []string{"arn:aws:ec2:us-east-1:111111111141:vpc-peering-connection/*"}, create.Made)
	require.Equal(t, []string{"arn:aws:ec2:us-east-1:111111111142:vpc/" + *there}, create.Context["ec2:AccepterVpc"])

	table, err := a.EC2.CreateRouteTable(ctx, &ec2.CreateRouteTableInput{VpcId: here})
	require.NoError(t, err)
	_, err = a.EC2.CreateRoute(ctx, &ec2.CreateRouteInput{RouteTableId: table.RouteTable.RouteTableId, DestinationCidrBlock: sdk.String("10.64.0.0/16"), VpcPeeringConnectionId: pcx})
	require.NoError(t, err, "AWS takes it")
	state := func() network.RouteState {
		tables, err := a.EC2.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{*table.RouteTable.RouteTableId}})
		require.NoError(t, err)
		for _, route := range tables.RouteTables[0].Routes {
			if route.VpcPeeringConnectionId != nil {
				return route.State
			}
		}
		return ""
	}
	require.Equal(t, network.RouteStateBlackhole, state())
	_, err = b.EC2.DeleteVpc(ctx, &ec2.DeleteVpcInput{VpcId: there})
	refused(t, err, "DependencyViolation", "The vpc '"+*there+"' has dependencies and cannot be deleted.")
	_, err = a.EC2.CreateVpcPeeringConnection(ctx, &ec2.CreateVpcPeeringConnectionInput{VpcId: here, PeerVpcId: there, PeerOwnerId: sdk.String("111111111142")})
	refused(t, err, "VpcPeeringConnectionAlreadyExists", "A peering connection between the VPCs exists: "+*pcx)

	_, err = a.EC2.AcceptVpcPeeringConnection(ctx, &ec2.AcceptVpcPeeringConnectionInput{VpcPeeringConnectionId: pcx})
	require.ErrorContains(t, err, "OperationNotPermitted", "of another account it accepts the other account only")
	_, err = b.EC2.AcceptVpcPeeringConnection(ctx, &ec2.AcceptVpcPeeringConnectionInput{VpcPeeringConnectionId: pcx})
	require.NoError(t, err)
	calls, err = emulator.Calls()
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"arn:aws:ec2:us-east-1:111111111142:vpc/" + *there, "arn:aws:ec2:us-east-1:111111111142:vpc-peering-connection/" + *pcx}, calls[len(calls)-1].Resources)
	require.Equal(t, network.RouteStateActive, state())

	_, err = b.EC2.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{*pcx}, Tags: []network.Tag{{Key: sdk.String("side"), Value: sdk.String("b")}}})
	require.NoError(t, err)
	require.Equal(t, "a", *peeringOf(t, a, pcx).Tags[0].Value)
	require.Equal(t, "b", *peeringOf(t, b, pcx).Tags[0].Value)

	_, err = a.EC2.DeleteVpcPeeringConnection(ctx, &ec2.DeleteVpcPeeringConnectionInput{VpcPeeringConnectionId: pcx})
	require.NoError(t, err)
	require.Equal(t, network.VpcPeeringConnectionStateReasonCodeDeleted, peeringOf(t, b, pcx).Status.Code)
	require.Equal(t, network.RouteStateBlackhole, state())
	_, err = a.EC2.CreateRoute(ctx, &ec2.CreateRouteInput{RouteTableId: table.RouteTable.RouteTableId, DestinationCidrBlock: sdk.String("10.65.0.0/16"), VpcPeeringConnectionId: pcx})
	refused(t, err, "InvalidVpcPeeringConnectionID.NotFound", "The vpcPeeringConnection ID '"+*pcx+"' does not exist")
}

// AWS answers the request for VPCs that share addresses, and the connection fails.
func TestAPeeringConnectionOfVPCsThatShareAddressesFails(t *testing.T) {
	a := open(t, "111111111143")
	here, there := ranged(t, a, "10.0.0.0/16"), ranged(t, a, "10.1.0.0/16")
	_, err := a.EC2.AssociateVpcCidrBlock(ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: there, CidrBlock: sdk.String("10.0.128.0/20")})
	require.NoError(t, err)
	asked, err := a.EC2.CreateVpcPeeringConnection(ctx, &ec2.CreateVpcPeeringConnectionInput{VpcId: here, PeerVpcId: there})
	require.NoError(t, err)
	pcx := asked.VpcPeeringConnection.VpcPeeringConnectionId
	require.Equal(t, network.VpcPeeringConnectionStateReasonCodeFailed, peeringOf(t, a, pcx).Status.Code)
	_, err = a.EC2.DeleteVpcPeeringConnection(ctx, &ec2.DeleteVpcPeeringConnectionInput{VpcPeeringConnectionId: pcx})
	refused(t, err, "InvalidStateTransition", "Invalid state transition for "+*pcx+", attempted to transition from failed to deleting")
}
