package aws_test

import (
	"context"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	store "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/stretchr/testify/require"
)

// The requests for a bucket's lifecycle are those of an older operation, too.
func TestACallForALifecycleIsRecordedByItsAction(t *testing.T) {
	a := open(t, "111111111108")
	bucket := sdk.String("emulated-lifecycle")
	_, err := a.S3.CreateBucket(context.Background(), &s3.CreateBucketInput{Bucket: bucket})
	require.NoError(t, err)
	_, err = a.S3.PutBucketLifecycleConfiguration(context.Background(), &s3.PutBucketLifecycleConfigurationInput{Bucket: bucket, LifecycleConfiguration: &store.BucketLifecycleConfiguration{
		Rules: []store.LifecycleRule{{ID: sdk.String("r"), Status: store.ExpirationStatusEnabled, Filter: &store.LifecycleRuleFilter{Prefix: sdk.String("")}, Expiration: &store.LifecycleExpiration{Days: sdk.Int32(1)}}},
	}})
	require.NoError(t, err)
	_, err = a.S3.GetBucketLifecycleConfiguration(context.Background(), &s3.GetBucketLifecycleConfigurationInput{Bucket: bucket})
	require.NoError(t, err)
	calls, err := emulator.Calls()
	require.NoError(t, err)
	last := calls[len(calls)-2:]
	require.Equal(t, "s3:PutLifecycleConfiguration", last[0].Action)
	require.Equal(t, "s3:GetLifecycleConfiguration", last[1].Action)
}

func TestACallIsRecordedWithItsActionAndResource(t *testing.T) {
	a := open(t, "111111111106")
	id, subnets := vpc(t, a)
	_, err := a.EC2.CreateRouteTable(context.Background(), &ec2.CreateRouteTableInput{VpcId: &id})
	require.NoError(t, err)
	cluster(t, a, subnets)
	calls, err := emulator.Calls()
	require.NoError(t, err)
	last := calls[len(calls)-2:]
	require.Equal(t, "ec2:CreateRouteTable", last[0].Action)
	require.Equal(t, "arn:aws:iam::111111111106:role/auditor", last[0].Role)
	require.Equal(t, []string{"arn:aws:ec2:us-east-1:111111111106:vpc/" + id}, last[0].Resources)
	require.Equal(t, "eks:CreateCluster", last[1].Action)
	require.Contains(t, last[1].Resources, "arn:aws:eks:us-east-1:111111111106:cluster/c")
}

// IAM has no resource for a mount target: it asks about the file system.
func TestACallForAMountTargetNamesItsFileSystem(t *testing.T) {
	a := open(t, "111111111109")
	_, subnets := vpc(t, a)
	system, err := a.EFS.CreateFileSystem(context.Background(), &efs.CreateFileSystemInput{})
	require.NoError(t, err)
	target, err := a.EFS.CreateMountTarget(context.Background(), &efs.CreateMountTargetInput{FileSystemId: system.FileSystemId, SubnetId: &subnets[0]})
	require.NoError(t, err)
	_, err = a.EFS.DescribeMountTargets(context.Background(), &efs.DescribeMountTargetsInput{MountTargetId: target.MountTargetId})
	require.NoError(t, err)
	calls, err := emulator.Calls()
	require.NoError(t, err)
	last := calls[len(calls)-1]
	require.Equal(t, "elasticfilesystem:DescribeMountTargets", last.Action)
	require.Equal(t, []string{"arn:aws:elasticfilesystem:us-east-1:111111111109:file-system/" + *system.FileSystemId}, last.Resources)
}

// IAM has no resource for an association either: it asks about what is associated, which
// a call that ends the association does not name.
func TestACallForAnAssociationNamesWhatIsAssociated(t *testing.T) {
	ctx := context.Background()
	a := open(t, "111111111110")
	id, subnets := vpc(t, a)
	table, err := a.EC2.CreateRouteTable(ctx, &ec2.CreateRouteTableInput{VpcId: &id})
	require.NoError(t, err)
	routed, err := a.EC2.AssociateRouteTable(ctx, &ec2.AssociateRouteTableInput{RouteTableId: table.RouteTable.RouteTableId, SubnetId: &subnets[0]})
	require.NoError(t, err)
	_, err = a.EC2.DisassociateRouteTable(ctx, &ec2.DisassociateRouteTableInput{AssociationId: routed.AssociationId})
	require.NoError(t, err)
	ranges, err := a.EC2.AssociateVpcCidrBlock(ctx, &ec2.AssociateVpcCidrBlockInput{VpcId: &id, CidrBlock: sdk.String("100.64.0.0/16")})
	require.NoError(t, err)
	_, err = a.EC2.DisassociateVpcCidrBlock(ctx, &ec2.DisassociateVpcCidrBlockInput{AssociationId: ranges.CidrBlockAssociation.AssociationId})
	require.NoError(t, err)
	calls, err := emulator.Calls()
	require.NoError(t, err)
	const account = "arn:aws:ec2:us-east-1:111111111110:"
	last := calls[len(calls)-3:]
	require.Equal(t, "ec2:DisassociateRouteTable", last[0].Action)
	require.ElementsMatch(t, []string{account + "route-table/" + *table.RouteTable.RouteTableId, account + "subnet/" + subnets[0]}, last[0].Resources)
	require.Equal(t, "ec2:DisassociateVpcCidrBlock", last[2].Action)
	require.Equal(t, []string{account + "vpc/" + id}, last[2].Resources)
}
