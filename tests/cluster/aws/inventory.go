package aws

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Inventory is how many there are of each kind of thing whose id AWS makes, or
// which costs money: what a provider that forgot its ids makes twice. In EC2 only
// what carries the environment's tag counts; the account has things of its own.
func (a *Account) Inventory(ctx context.Context, environment string) (map[string]int, error) {
	ours := tagged(Environment{Name: environment})
	available := append(tagged(Environment{Name: environment}), filter("state", string(types.NatGatewayStateAvailable))...)
	i := inventory{ctx: ctx, counts: map[string]int{}}
	count(&i, "VPC", a.EC2.DescribeVpcs, &ec2.DescribeVpcsInput{Filters: ours}, func(o *ec2.DescribeVpcsOutput) int { return len(o.Vpcs) })
	count(&i, "subnet", a.EC2.DescribeSubnets, &ec2.DescribeSubnetsInput{Filters: ours}, func(o *ec2.DescribeSubnetsOutput) int { return len(o.Subnets) })
	count(&i, "elastic IP", a.EC2.DescribeAddresses, &ec2.DescribeAddressesInput{Filters: ours}, func(o *ec2.DescribeAddressesOutput) int { return len(o.Addresses) })
	count(&i, "NAT gateway", a.EC2.DescribeNatGateways, &ec2.DescribeNatGatewaysInput{Filter: available}, func(o *ec2.DescribeNatGatewaysOutput) int { return len(o.NatGateways) })
	count(&i, "internet gateway", a.EC2.DescribeInternetGateways, &ec2.DescribeInternetGatewaysInput{Filters: ours}, func(o *ec2.DescribeInternetGatewaysOutput) int { return len(o.InternetGateways) })
	count(&i, "route table", a.EC2.DescribeRouteTables, &ec2.DescribeRouteTablesInput{Filters: ours}, func(o *ec2.DescribeRouteTablesOutput) int { return len(o.RouteTables) })
	count(&i, "security group", a.EC2.DescribeSecurityGroups, &ec2.DescribeSecurityGroupsInput{Filters: ours}, func(o *ec2.DescribeSecurityGroupsOutput) int { return len(o.SecurityGroups) })
	count(&i, "launch template", a.EC2.DescribeLaunchTemplates, &ec2.DescribeLaunchTemplatesInput{Filters: ours}, func(o *ec2.DescribeLaunchTemplatesOutput) int { return len(o.LaunchTemplates) })
	count(&i, "VPC endpoint", a.EC2.DescribeVpcEndpoints, &ec2.DescribeVpcEndpointsInput{Filters: ours}, func(o *ec2.DescribeVpcEndpointsOutput) int { return len(o.VpcEndpoints) })
	count(&i, "flow log", a.EC2.DescribeFlowLogs, &ec2.DescribeFlowLogsInput{Filter: ours}, func(o *ec2.DescribeFlowLogsOutput) int { return len(o.FlowLogs) })
	count(&i, "cluster", a.EKS.ListClusters, &eks.ListClustersInput{}, func(o *eks.ListClustersOutput) int { return len(o.Clusters) })
	count(&i, "file system", a.EFS.DescribeFileSystems, &efs.DescribeFileSystemsInput{}, func(o *efs.DescribeFileSystemsOutput) int { return len(o.FileSystems) })
	count(&i, "access point", a.EFS.DescribeAccessPoints, &efs.DescribeAccessPointsInput{}, func(o *efs.DescribeAccessPointsOutput) int { return len(o.AccessPoints) })
	count(&i, "bucket", a.S3.ListBuckets, &s3.ListBucketsInput{}, func(o *s3.ListBucketsOutput) int { return len(o.Buckets) })
	count(&i, "role", a.IAM.ListRoles, &iam.ListRolesInput{}, func(o *iam.ListRolesOutput) int { return len(o.Roles) })
	return i.counts, i.failed
}

type inventory struct {
	ctx    context.Context
	counts map[string]int
	failed error
}

// count makes one call and counts what it lists.
func count[In, Out, Options any](i *inventory, kind string, call func(context.Context, *In, ...func(*Options)) (*Out, error), in *In, length func(*Out) int) {
	out, err := call(i.ctx, in)
	if err != nil {
		i.failed = errors.Join(i.failed, err)
		return
	}
	i.counts[kind] = length(out)
}
