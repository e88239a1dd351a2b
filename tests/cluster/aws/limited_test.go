package aws_test

import (
	"context"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	aws "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/iam"
)

// A role that a test limits may make the calls that its policies allow, and no others:
// here it may tag a cluster, and change it once that has the tag.
func TestALimitedRoleIsRefusedWhatItsPoliciesDoNotAllow(t *testing.T) {
	ctx, a := context.Background(), open(t, "111111111147")
	_, subnets := vpc(t, a)
	arn := "arn:aws:eks:us-east-1:111111111147:cluster/c"
	_, err := a.EKS.CreateCluster(ctx, &eks.CreateClusterInput{
		Name: sdk.String("c"), Version: sdk.String("1.34"), RoleArn: sdk.String(role), Tags: map[string]string{"team": "ds"},
		ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: subnets[:2]},
	})
	require.NoError(t, err)

	when := func(operator, key, value string) map[string]map[string][]string {
		return map[string]map[string][]string{operator: {key: {value}}}
	}
	clusters := []string{"arn:*:eks:*:*:cluster/*"}
	const auditor, owner = "arn:aws:iam::111111111147:role/auditor", "aws:ResourceTag/owner"
	require.NoError(t, emulator.Limit(auditor, []iam.Statement{
		{Effect: "Allow", Action: []string{"eks:DescribeCluster"}, Resource: []string{arn}},
		{Effect: "Allow", Action: []string{"eks:TagResource"}, Resource: []string{arn}, Condition: when("StringEqualsIfExists", owner, "e")},
		{Effect: "Allow", Action: []string{"eks:UntagResource", "eks:UpdateClusterConfig"}, Resource: []string{arn}, Condition: when("StringEquals", owner, "e")},
	}, map[string][]string{"eks:DescribeCluster": clusters, "eks:TagResource": clusters, "eks:UntagResource": clusters, "eks:UpdateClusterConfig": clusters}))

	change := func() error {
		_, err := a.EKS.UpdateClusterConfig(ctx, &eks.UpdateClusterConfigInput{Name: sdk.String("c"), DeletionProtection: sdk.Bool(true)})
		return err
	}
	_, err = a.EKS.DescribeCluster(ctx, &eks.DescribeClusterInput{Name: sdk.String("c")})
	require.NoError(t, err)
	refused(t, change(), "AccessDeniedException", "User: "+auditor+" is not authorized to perform: eks:UpdateClusterConfig on resource: "+arn)
	_, err = a.EKS.UntagResource(ctx, &eks.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{"team"}})
	refused(t, err, "AccessDeniedException", "User: "+auditor+" is not authorized to perform: eks:UntagResource on resource: "+arn)
	_, err = a.EC2.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: sdk.String("10.1.0.0/16")})
	refused(t, err, "UnauthorizedOperation", "User: "+auditor+" is not authorized to perform: ec2:CreateVpc on resource: *")
	_, err = a.IAM.DeleteRole(ctx, &aws.DeleteRoleInput{RoleName: sdk.String("r")})
	refused(t, err, "AccessDenied", "User: "+auditor+" is not authorized to perform: iam:DeleteRole on resource: *")
	_, err = a.EKS.TagResource(ctx, &eks.TagResourceInput{ResourceArn: &arn, Tags: map[string]string{"owner": "e"}})
	require.NoError(t, err)
	require.NoError(t, change())
	_, err = a.EKS.UntagResource(ctx, &eks.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{"team"}})
	require.NoError(t, err)
}
