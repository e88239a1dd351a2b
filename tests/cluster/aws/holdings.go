package aws

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/acm"
	certificates "github.com/aws/aws-sdk-go-v2/service/acm/types"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	backups "github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	files "github.com/aws/aws-sdk-go-v2/service/efs/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	identities "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	keys "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Holdings lists what AWS holds of an environment that is alone in its account:
// everything whose id AWS makes or that keeps bytes or costs money, as the
// provider's kind and external name, such as ec2/VPC vpc-0123456789abcdef0. What
// AWS makes by itself, beside a cluster for one, is not among it.
func (a *Account) Holdings(ctx context.Context, environment string) ([]string, error) {
	h := holdings{ctx: ctx}
	a.networks(&h, environment)
	a.clusters(&h)
	a.stores(&h)
	a.identities(&h, environment)
	a.keys(&h)
	slices.Sort(h.all)
	return h.all, h.failed
}

// networks are VPCs and what is in them.
func (a *Account) networks(h *holdings, environment string) {
	ours := tagged(Environment{Name: environment})
	available := append(tagged(Environment{Name: environment}), filter("state", string(types.NatGatewayStateAvailable))...)
	list(h, "ec2/VPC", a.EC2.DescribeVpcs, &ec2.DescribeVpcsInput{Filters: ours}, func(o *ec2.DescribeVpcsOutput) []string {
		return names(o.Vpcs, func(v types.Vpc) *string { return v.VpcId })
	})
	list(h, "ec2/Subnet", a.EC2.DescribeSubnets, &ec2.DescribeSubnetsInput{Filters: ours}, func(o *ec2.DescribeSubnetsOutput) []string {
		return names(o.Subnets, func(s types.Subnet) *string { return s.SubnetId })
	})
	list(h, "ec2/EIP", a.EC2.DescribeAddresses, &ec2.DescribeAddressesInput{Filters: ours}, func(o *ec2.DescribeAddressesOutput) []string {
		return names(o.Addresses, func(a types.Address) *string { return a.AllocationId })
	})
	list(h, "ec2/NATGateway", a.EC2.DescribeNatGateways, &ec2.DescribeNatGatewaysInput{Filter: available}, func(o *ec2.DescribeNatGatewaysOutput) []string {
		others := func(g types.NatGateway) bool { return tag(g.Tags, EnvironmentTag) != environment }
		return names(slices.DeleteFunc(o.NatGateways, others), func(g types.NatGateway) *string { return g.NatGatewayId })
	})
	list(h, "ec2/InternetGateway", a.EC2.DescribeInternetGateways, &ec2.DescribeInternetGatewaysInput{Filters: ours}, func(o *ec2.DescribeInternetGatewaysOutput) []string {
		return names(o.InternetGateways, func(g types.InternetGateway) *string { return g.InternetGatewayId })
	})
	list(h, "ec2/RouteTable", a.EC2.DescribeRouteTables, &ec2.DescribeRouteTablesInput{Filters: ours}, func(o *ec2.DescribeRouteTablesOutput) []string {
		return names(o.RouteTables, func(t types.RouteTable) *string { return t.RouteTableId })
	})
	list(h, "ec2/TransitGatewayVPCAttachment", a.EC2.DescribeTransitGatewayVpcAttachments, &ec2.DescribeTransitGatewayVpcAttachmentsInput{}, func(o *ec2.DescribeTransitGatewayVpcAttachmentsOutput) []string {
		others := func(a types.TransitGatewayVpcAttachment) bool { return tag(a.Tags, EnvironmentTag) != environment }
		return names(slices.DeleteFunc(o.TransitGatewayVpcAttachments, others), func(a types.TransitGatewayVpcAttachment) *string { return a.TransitGatewayAttachmentId })
	})
	list(h, "ec2/VPCPeeringConnection", a.EC2.DescribeVpcPeeringConnections, &ec2.DescribeVpcPeeringConnectionsInput{}, func(o *ec2.DescribeVpcPeeringConnectionsOutput) []string {
		asked := map[string]bool{} // the VPCs of the environment; what others ask of them is theirs
		for _, listed := range h.all {
			asked[strings.TrimPrefix(listed, "ec2/VPC ")] = true
		}
		others := func(c types.VpcPeeringConnection) bool {
			return c.Status.Code == types.VpcPeeringConnectionStateReasonCodeDeleted || !asked[*c.RequesterVpcInfo.VpcId] || tag(c.Tags, EnvironmentTag) != environment
		}
		return names(slices.DeleteFunc(o.VpcPeeringConnections, others), func(c types.VpcPeeringConnection) *string { return c.VpcPeeringConnectionId })
	})
	list(h, "ec2/SecurityGroup", a.EC2.DescribeSecurityGroups, &ec2.DescribeSecurityGroupsInput{Filters: ours}, securityGroups)
	list(h, "ec2/LaunchTemplate", a.EC2.DescribeLaunchTemplates, &ec2.DescribeLaunchTemplatesInput{Filters: ours}, func(o *ec2.DescribeLaunchTemplatesOutput) []string {
		return names(o.LaunchTemplates, func(t types.LaunchTemplate) *string { return t.LaunchTemplateId })
	})
	list(h, "ec2/VPCEndpoint", a.EC2.DescribeVpcEndpoints, &ec2.DescribeVpcEndpointsInput{Filters: ours}, func(o *ec2.DescribeVpcEndpointsOutput) []string {
		return names(o.VpcEndpoints, func(e types.VpcEndpoint) *string { return e.VpcEndpointId })
	})
	list(h, "ec2/FlowLog", a.EC2.DescribeFlowLogs, &ec2.DescribeFlowLogsInput{Filter: ours}, func(o *ec2.DescribeFlowLogsOutput) []string {
		return names(o.FlowLogs, func(l types.FlowLog) *string { return l.FlowLogId })
	})
}

// stores are what keeps bytes.
func (a *Account) stores(h *holdings) {
	list(h, "efs/FileSystem", a.EFS.DescribeFileSystems, &efs.DescribeFileSystemsInput{MaxItems: pointer(int32(100))}, func(o *efs.DescribeFileSystemsOutput) []string {
		return names(o.FileSystems, func(s files.FileSystemDescription) *string { return s.FileSystemId })
	})
	list(h, "efs/AccessPoint", a.EFS.DescribeAccessPoints, &efs.DescribeAccessPointsInput{}, func(o *efs.DescribeAccessPointsOutput) []string {
		return names(o.AccessPoints, func(p files.AccessPointDescription) *string { return p.AccessPointId })
	})
	list(h, "s3/Bucket", a.S3.ListBuckets, &s3.ListBucketsInput{}, buckets)
	list(h, "backup/Plan", a.Backup.ListBackupPlans, &backup.ListBackupPlansInput{}, func(o *backup.ListBackupPlansOutput) []string {
		return names(o.BackupPlansList, func(p backups.BackupPlansListMember) *string { return p.BackupPlanId })
	})
	list(h, "backup/Vault", a.Backup.ListBackupVaults, &backup.ListBackupVaultsInput{}, func(o *backup.ListBackupVaultsOutput) []string {
		return names(o.BackupVaultList, func(v backups.BackupVaultListMember) *string { return v.BackupVaultName })
	})
}

// identities are the environment's roles, and what vouches for its names.
func (a *Account) identities(h *holdings, environment string) {
	list(h, "iam/Role", a.IAM.ListRoles, &iam.ListRolesInput{}, roles(environment))
	list(h, "iam/OpenIDConnectProvider", a.IAM.ListOpenIDConnectProviders, &iam.ListOpenIDConnectProvidersInput{}, func(o *iam.ListOpenIDConnectProvidersOutput) []string {
		return names(o.OpenIDConnectProviderList, func(p identities.OpenIDConnectProviderListEntry) *string { return p.Arn })
	})
	list(h, "acm/Certificate", a.ACM.ListCertificates, &acm.ListCertificatesInput{}, func(o *acm.ListCertificatesOutput) []string {
		return names(o.CertificateSummaryList, func(c certificates.CertificateSummary) *string { return c.CertificateArn })
	})
}

type holdings struct {
	ctx    context.Context
	all    []string
	failed error
}

// list makes one call and enters what it lists.
func list[In, Out, Options any](h *holdings, kind string, call func(context.Context, *In, ...func(*Options)) (*Out, error), in *In, found func(*Out) []string) {
	out, err := call(h.ctx, in)
	if err != nil {
		h.failed = errors.Join(h.failed, err)
		return
	}
	for _, name := range found(out) {
		h.all = append(h.all, kind+" "+name)
	}
}

func names[T any](items []T, name func(T) *string) []string {
	var all []string
	for _, item := range items {
		all = append(all, *name(item))
	}
	return all
}

// securityGroups are those that somebody made: the VPC's own is no resource of
// its own.
func securityGroups(o *ec2.DescribeSecurityGroupsOutput) []string {
	var all []string
	for _, group := range o.SecurityGroups {
		if *group.GroupName != "default" {
			all = append(all, *group.GroupId)
		}
	}
	return all
}

func buckets(o *s3.ListBucketsOutput) []string {
	var all []string
	for _, bucket := range o.Buckets {
		all = append(all, *bucket.Name)
	}
	return all
}

// roles are those of an environment, which begin with its name; the account has
// others.
func roles(environment string) func(*iam.ListRolesOutput) []string {
	return func(o *iam.ListRolesOutput) []string {
		var all []string
		for _, role := range o.Roles {
			if len(*role.RoleName) > len(environment) && (*role.RoleName)[:len(environment)+1] == environment+"-" {
				all = append(all, *role.RoleName)
			}
		}
		return all
	}
}

// clusters are those with their node groups.
func (a *Account) clusters(h *holdings) {
	found, err := a.EKS.ListClusters(h.ctx, &eks.ListClustersInput{})
	if err != nil {
		h.failed = errors.Join(h.failed, err)
		return
	}
	for _, cluster := range found.Clusters {
		h.all = append(h.all, "eks/Cluster "+cluster)
		list(h, "eks/NodeGroup", a.EKS.ListNodegroups, &eks.ListNodegroupsInput{ClusterName: &cluster}, func(o *eks.ListNodegroupsOutput) []string { return o.Nodegroups })
	}
}

// keys are those of the account's own that nobody has scheduled for deletion.
func (a *Account) keys(h *holdings) {
	found, err := a.KMS.ListKeys(h.ctx, &kms.ListKeysInput{})
	if err != nil {
		h.failed = errors.Join(h.failed, err)
		return
	}
	for _, key := range found.Keys {
		list(h, "kms/Key", a.KMS.DescribeKey, &kms.DescribeKeyInput{KeyId: key.KeyId}, func(o *kms.DescribeKeyOutput) []string {
			if o.KeyMetadata.KeyManager == keys.KeyManagerTypeAws || o.KeyMetadata.KeyState == keys.KeyStatePendingDeletion {
				return nil
			}
			return []string{*o.KeyMetadata.KeyId}
		})
	}
}
