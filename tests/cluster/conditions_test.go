package cluster

import (
	"context"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	certificates "github.com/aws/aws-sdk-go-v2/service/acm/types"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scaling "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	backups "github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	network "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	files "github.com/aws/aws-sdk-go-v2/service/efs/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	identity "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	keys "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/aws"
	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// caller makes calls of the shapes that provider-aws sends, in production's account,
// with a tag of an environment.
type caller struct {
	t *testing.T
	*aws.Account
	tag string
}

func (c caller) must(err error) {
	c.t.Helper()
	require.NoError(c.t, err)
}

func (c caller) tags(kind network.ResourceType) []network.TagSpecification {
	return []network.TagSpecification{{ResourceType: kind, Tags: []network.Tag{{Key: sdk.String(aws.EnvironmentTag), Value: &c.tag}}}}
}

// everything makes an environment as far as conditions ask about it.
func (c caller) everything(ctx context.Context, name string, boundary *string) {
	subnets := c.network(ctx)
	c.cluster(ctx, name, subnets, boundary)
	c.pool(ctx, name, subnets)
	key := c.data(ctx)
	c.backups(ctx, name, key)
}

// network makes a VPC and what is in it, changes it and takes a part away.
func (c caller) network(ctx context.Context) (subnets []string) {
	vpc, err := c.EC2.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: sdk.String("10.0.0.0/16"), TagSpecifications: c.tags(network.ResourceTypeVpc)})
	c.must(err)
	_, err = c.EC2.ModifyVpcAttribute(ctx, &ec2.ModifyVpcAttributeInput{VpcId: vpc.Vpc.VpcId, EnableDnsHostnames: &network.AttributeBooleanValue{Value: sdk.Bool(true)}})
	c.must(err)
	for cidr, zone := range map[string]string{"10.0.0.0/24": "us-west-2a", "10.0.1.0/24": "us-west-2b"} {
		subnet, err := c.EC2.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: vpc.Vpc.VpcId, CidrBlock: &cidr, AvailabilityZone: &zone, TagSpecifications: c.tags(network.ResourceTypeSubnet)})
		c.must(err)
		subnets = append(subnets, *subnet.Subnet.SubnetId)
	}
	group, err := c.EC2.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		VpcId: vpc.Vpc.VpcId, GroupName: sdk.String("prod-us-efs"), Description: sdk.String("files"), TagSpecifications: c.tags(network.ResourceTypeSecurityGroup),
	})
	c.must(err)
	_, err = c.EC2.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: group.GroupId, TagSpecifications: c.tags(network.ResourceTypeSecurityGroupRule),
		IpPermissions: []network.IpPermission{{IpProtocol: sdk.String("tcp"), FromPort: sdk.Int32(2049), ToPort: sdk.Int32(2049), IpRanges: []network.IpRange{{CidrIp: sdk.String("10.0.0.0/16")}}}},
	})
	c.must(err)
	_, err = c.EC2.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{*group.GroupId}, Tags: []network.Tag{{Key: sdk.String("Name"), Value: sdk.String("x")}}})
	c.must(err)
	_, err = c.EC2.DeleteSecurityGroup(ctx, &ec2.DeleteSecurityGroupInput{GroupId: group.GroupId})
	c.must(err)
	return subnets
}

// data makes what holds data, and the key that it is encrypted with.
func (c caller) data(ctx context.Context) (key *string) {
	made, err := c.KMS.CreateKey(ctx, &kms.CreateKeyInput{Tags: []keys.Tag{{TagKey: sdk.String(aws.EnvironmentTag), TagValue: &c.tag}}})
	c.must(err)
	_, err = c.KMS.EnableKeyRotation(ctx, &kms.EnableKeyRotationInput{KeyId: made.KeyMetadata.KeyId})
	c.must(err)
	tags := []files.Tag{{Key: sdk.String(aws.EnvironmentTag), Value: &c.tag}}
	system, err := c.EFS.CreateFileSystem(ctx, &efs.CreateFileSystemInput{CreationToken: &c.tag, Encrypted: sdk.Bool(true), KmsKeyId: made.KeyMetadata.Arn, Tags: tags})
	c.must(err)
	_, err = c.EFS.CreateAccessPoint(ctx, &efs.CreateAccessPointInput{ClientToken: &c.tag, FileSystemId: system.FileSystemId, Tags: tags})
	c.must(err)
	_, err = c.ACM.RequestCertificate(ctx, &acm.RequestCertificateInput{
		DomainName: sdk.String("domino.example.com"), SubjectAlternativeNames: []string{"*.domino.example.com"}, ValidationMethod: certificates.ValidationMethodDns,
		Tags: []certificates.Tag{{Key: sdk.String(aws.EnvironmentTag), Value: &c.tag}},
	})
	c.must(err)
	return made.KeyMetadata.Arn
}

// cluster makes a role, and a cluster that it is handed to.
func (c caller) cluster(ctx context.Context, name string, subnets []string, boundary *string) {
	role, err := c.IAM.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: sdk.String(name + "-cluster"), AssumeRolePolicyDocument: sdk.String(`{"Version":"2012-10-17","Statement":[]}`), PermissionsBoundary: boundary,
		Tags: []identity.Tag{{Key: sdk.String(aws.EnvironmentTag), Value: &c.tag}},
	})
	c.must(err)
	_, err = c.IAM.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: role.Role.RoleName, PolicyArn: sdk.String("arn:aws:iam::aws:policy/AmazonEKSClusterPolicy")})
	c.must(err)
	_, err = c.EKS.CreateCluster(ctx, &eks.CreateClusterInput{
		Name: &name, Version: sdk.String("1.35"), RoleArn: role.Role.Arn, Tags: map[string]string{aws.EnvironmentTag: c.tag},
		ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: subnets},
	})
	c.must(err)
}

// pool makes what nodes need, and a node group whose Auto Scaling group is tagged.
func (c caller) pool(ctx context.Context, name string, subnets []string) {
	address, err := c.EC2.AllocateAddress(ctx, &ec2.AllocateAddressInput{Domain: network.DomainTypeVpc, TagSpecifications: c.tags(network.ResourceTypeElasticIp)})
	c.must(err)
	_, err = c.EC2.CreateNatGateway(ctx, &ec2.CreateNatGatewayInput{SubnetId: &subnets[0], AllocationId: address.AllocationId, TagSpecifications: c.tags(network.ResourceTypeNatgateway)})
	c.must(err)
	template, err := c.EC2.CreateLaunchTemplate(ctx, &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: sdk.String(name + "/default"), LaunchTemplateData: &network.RequestLaunchTemplateData{}, TagSpecifications: c.tags(network.ResourceTypeLaunchTemplate),
	})
	c.must(err)
	_, err = c.EC2.CreateLaunchTemplateVersion(ctx, &ec2.CreateLaunchTemplateVersionInput{LaunchTemplateId: template.LaunchTemplate.LaunchTemplateId, LaunchTemplateData: &network.RequestLaunchTemplateData{}})
	c.must(err)
	group, err := c.EKS.CreateNodegroup(ctx, &eks.CreateNodegroupInput{
		ClusterName: &name, NodegroupName: sdk.String(name + "-default-a"), NodeRole: sdk.String("arn:aws:iam::123456789012:role/" + name + "-compute"), Subnets: subnets[:1],
		ScalingConfig:  &types.NodegroupScalingConfig{MinSize: sdk.Int32(0), MaxSize: sdk.Int32(1), DesiredSize: sdk.Int32(0)},
		LaunchTemplate: &types.LaunchTemplateSpecification{Id: template.LaunchTemplate.LaunchTemplateId, Version: sdk.String("1")}, Tags: map[string]string{aws.EnvironmentTag: c.tag},
	})
	c.must(err)
	_, err = c.AutoScaling.CreateOrUpdateTags(ctx, &autoscaling.CreateOrUpdateTagsInput{Tags: []scaling.Tag{{
		ResourceId: group.Nodegroup.Resources.AutoScalingGroups[0].Name, ResourceType: sdk.String("auto-scaling-group"), PropagateAtLaunch: sdk.Bool(false),
		Key: sdk.String("k8s.io/cluster-autoscaler/node-template/label/a"), Value: sdk.String("b"),
	}}})
	c.must(err)
	_, err = c.EKS.CreatePodIdentityAssociation(ctx, &eks.CreatePodIdentityAssociationInput{
		ClusterName: &name, Namespace: sdk.String("kube-system"), ServiceAccount: sdk.String("efs-csi-controller-sa"), RoleArn: sdk.String("arn:aws:iam::123456789012:role/" + name + "-efs-csi"),
	})
	c.must(err)
}

// backups makes a plan and what it backs up.
func (c caller) backups(ctx context.Context, name string, key *string) {
	_, err := c.Backup.CreateBackupVault(ctx, &backup.CreateBackupVaultInput{
		BackupVaultName: sdk.String(name + "-efs"), EncryptionKeyArn: key, BackupVaultTags: map[string]string{aws.EnvironmentTag: c.tag},
	})
	c.must(err)
	plan, err := c.Backup.CreateBackupPlan(ctx, &backup.CreateBackupPlanInput{
		BackupPlanTags: map[string]string{aws.EnvironmentTag: c.tag},
		BackupPlan: &backups.BackupPlanInput{BackupPlanName: &name, Rules: []backups.BackupRuleInput{{
			RuleName: sdk.String("daily"), TargetBackupVaultName: sdk.String(name + "-efs"),
		}}},
	})
	c.must(err)
	_, err = c.Backup.CreateBackupSelection(ctx, &backup.CreateBackupSelectionInput{BackupPlanId: plan.BackupPlanId, BackupSelection: &backups.BackupSelection{
		SelectionName: &name, IamRoleArn: sdk.String("arn:aws:iam::123456789012:role/" + name + "-backup"),
	}})
	c.must(err)
}

// The policies of production allow what its provider does with its own tag, and refuse
// the same with the tag of another environment, saying which condition is not met. So
// the record has what the conditions ask, without the provider.
func TestConditionsAreJudgedByWhatIsRecorded(t *testing.T) {
	ctx := context.Background()
	roles, err := compile(t, inAWS(t).root).dominoc.Policies()
	require.NoError(t, err)
	const account = "123456789012"
	emulator, err := harness.StartEmulator(harness.Settings{Existing: existing(t)})
	require.NoError(t, err)
	defer func() { require.NoError(t, emulator.Stop()) }()
	opened, err := aws.Open(ctx, emulator.URL, account, "us-west-2")
	require.NoError(t, err)
	types := resourceTypes(t)
	judged := func(calls []harness.Call) map[string]string {
		all := map[string]string{}
		for _, role := range roles {
			if !strings.Contains(role.ARN, account) {
				continue
			}
			for _, call := range calls {
				if why := forbidden(call, statementsOf(role), types); why != nil && call.Service != "sts" {
					all[call.Action] += strings.Join(why, "\n") + "\n"
				}
			}
		}
		return all
	}
	ours := caller{t, opened, "prod-us"}
	ours.everything(ctx, "prod-us", sdk.String(boundary))
	calls, err := emulator.Calls()
	require.NoError(t, err)
	require.Empty(t, judged(calls))

	theirs := caller{t, opened, "another"}
	theirs.everything(ctx, "another", nil)
	all, err := emulator.Calls()
	require.NoError(t, err)
	found := judged(all[len(calls):])
	for action, why := range map[string]string{
		"ec2:CreateVpc":                       "the call has map[aws:RequestTag/dominoc.dev/environment:[another]",
		"ec2:ModifyVpcAttribute":              "the call has map[aws:ResourceTag/dominoc.dev/environment:[another]",
		"ec2:CreateSubnet":                    "ec2:CreateTags is not allowed on arn:aws:ec2:us-west-2:123456789012:subnet/*",
		"ec2:CreateSecurityGroup":             "security-group/*",
		"ec2:AuthorizeSecurityGroupIngress":   "security-group-rule/*",
		"ec2:CreateTags":                      "aws:ResourceTag/dominoc.dev/environment:[another]",
		"ec2:DeleteSecurityGroup":             "aws:ResourceTag/dominoc.dev/environment:[another]",
		"kms:CreateKey":                       "kms:TagResource",
		"kms:EnableKeyRotation":               "aws:ResourceTag/dominoc.dev/environment:[another]",
		"elasticfilesystem:CreateFileSystem":  "elasticfilesystem:TagResource",
		"elasticfilesystem:CreateAccessPoint": "aws:ResourceTag/dominoc.dev/environment:[another]",
		"ec2:AllocateAddress":                 "elastic-ip/*",
		"ec2:CreateNatGateway":                "natgateway/*",
		"ec2:CreateLaunchTemplate":            "launch-template/*",
		"ec2:CreateLaunchTemplateVersion":     "aws:ResourceTag/dominoc.dev/environment:[another]",
		"autoscaling:CreateOrUpdateTags":      "autoScalingGroupName/eks-another-default-a",
		"eks:CreatePodIdentityAssociation":    "iam:PassRole",
		"backup:CreateBackupVault":            "kms:Decrypt is not allowed on arn:aws:kms:us-west-2:123456789012:key/",
		"backup:CreateBackupPlan":             "backup:TagResource",
		"backup:CreateBackupSelection":        "iam:PassRole",
		"acm:RequestCertificate":              "acm:AddTagsToCertificate",
		"iam:CreateRole":                      "is not allowed on arn:aws:iam::123456789012:role/another-cluster",
		"eks:CreateCluster":                   "iam:PassRole is not allowed on arn:aws:iam::123456789012:role/another-cluster",
	} {
		require.Contains(t, found[action], why, action)
	}
}
