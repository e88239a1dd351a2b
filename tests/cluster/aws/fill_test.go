package aws_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	certificates "github.com/aws/aws-sdk-go-v2/service/acm/types"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scaling "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	network "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	files "github.com/aws/aws-sdk-go-v2/service/efs/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	store "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/aws"
)

// small is an environment with one zone and one pool.
func small(name, account string) aws.Environment {
	return aws.Environment{
		Name: name, Account: account, Region: region,
		Zones: []string{"us-east-1a"}, ControlPlaneZones: []string{"us-east-1a", "us-east-1b"},
		Version: "1.34", NATGateways: 1, Protected: true,
		Addons:         []string{"aws-ebs-csi-driver", "vpc-cni"},
		NoncurrentDays: map[string]int32{"backups": 30, "data": 30, "logs": 30, "registry": 30},
		Pools: map[string]aws.Pool{"default": {
			Sizes: []aws.Size{{Min: 1, Max: 4, Desired: 1}}, InstanceTypes: []string{"m6i.2xlarge"}, DiskGiB: 400,
			AMIType: "AL2023_x86_64_STANDARD", CapacityType: "ON_DEMAND", Role: name + "-compute",
			Labels: map[string]string{aws.PoolLabel: "default"}, Taints: []string{"a=b:NoSchedule"},
		}},
	}
}

// hand makes an environment in AWS as somebody would by hand, who may forget or
// mistake some of it.
type hand struct {
	t *testing.T
	*aws.Account
	e       aws.Environment
	mistake string

	vpc, private, public, other string
	group                       string // the Auto Scaling group
}

func (h *hand) must(err error) {
	h.t.Helper()
	require.NoError(h.t, err)
}

// unless gives a value, or another one where that is the mistake.
func unless[T any](h *hand, mistake string, right, wrong T) T {
	if h.mistake == mistake {
		return wrong
	}
	return right
}

func (h *hand) tags(kind network.ResourceType, more ...network.Tag) []network.TagSpecification {
	tags := append([]network.Tag{{Key: sdk.String(aws.EnvironmentTag), Value: &h.e.Name}}, more...)
	return []network.TagSpecification{{ResourceType: kind, Tags: tags}}
}

var ctx = context.Background()

func (h *hand) network() {
	made, err := h.EC2.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: sdk.String("10.0.0.0/16"), TagSpecifications: h.tags(network.ResourceTypeVpc)})
	h.must(err)
	h.vpc = *made.Vpc.VpcId
	h.private = h.subnet("10.0.0.0/24", "a", "kubernetes.io/role/internal-elb")
	h.public = h.subnet("10.0.1.0/24", "a", "kubernetes.io/role/elb")
	h.other = h.subnet("10.0.2.0/24", "b", "unused")
	internet, err := h.EC2.CreateInternetGateway(ctx, &ec2.CreateInternetGatewayInput{TagSpecifications: h.tags(network.ResourceTypeInternetGateway)})
	h.must(err)
	_, err = h.EC2.AttachInternetGateway(ctx, &ec2.AttachInternetGatewayInput{VpcId: &h.vpc, InternetGatewayId: internet.InternetGateway.InternetGatewayId})
	h.must(err)
	h.route(h.public, &ec2.CreateRouteInput{GatewayId: internet.InternetGateway.InternetGatewayId})
	through := h.nat(h.public)
	if h.mistake == "NATInAnotherZone" {
		h.e.NATGateways++
		h.route(h.other, &ec2.CreateRouteInput{GatewayId: internet.InternetGateway.InternetGatewayId})
		through = h.nat(h.other)
	}
	h.route(h.private, unless(h, "NodesInPublic",
		&ec2.CreateRouteInput{NatGatewayId: through},
		&ec2.CreateRouteInput{GatewayId: internet.InternetGateway.InternetGatewayId}))
}

func (h *hand) nat(subnet string) *string {
	address, err := h.EC2.AllocateAddress(ctx, &ec2.AllocateAddressInput{Domain: network.DomainTypeVpc})
	h.must(err)
	made, err := h.EC2.CreateNatGateway(ctx, &ec2.CreateNatGatewayInput{SubnetId: &subnet, AllocationId: address.AllocationId, TagSpecifications: h.tags(network.ResourceTypeNatgateway)})
	h.must(err)
	return made.NatGateway.NatGatewayId
}

func (h *hand) subnet(cidr, zone, role string) string {
	made, err := h.EC2.CreateSubnet(ctx, &ec2.CreateSubnetInput{
		VpcId: &h.vpc, CidrBlock: &cidr, AvailabilityZone: sdk.String(region + zone),
		TagSpecifications: h.tags(network.ResourceTypeSubnet, network.Tag{Key: &role, Value: sdk.String("1")}),
	})
	h.must(err)
	return *made.Subnet.SubnetId
}

func (h *hand) route(subnet string, route *ec2.CreateRouteInput) {
	table, err := h.EC2.CreateRouteTable(ctx, &ec2.CreateRouteTableInput{VpcId: &h.vpc})
	h.must(err)
	_, err = h.EC2.AssociateRouteTable(ctx, &ec2.AssociateRouteTableInput{RouteTableId: table.RouteTable.RouteTableId, SubnetId: &subnet})
	h.must(err)
	route.RouteTableId, route.DestinationCidrBlock = table.RouteTable.RouteTableId, sdk.String("0.0.0.0/0")
	_, err = h.EC2.CreateRoute(ctx, route)
	h.must(err)
}

func (h *hand) cluster() {
	_, err := h.EKS.CreateCluster(ctx, &eks.CreateClusterInput{
		Name: &h.e.Name, Version: &h.e.Version, RoleArn: sdk.String(role),
		Tags:               map[string]string{aws.EnvironmentTag: h.e.Name},
		DeletionProtection: sdk.Bool(true),
		AccessConfig:       &types.CreateAccessConfigRequest{AuthenticationMode: types.AuthenticationModeApi},
		EncryptionConfig:   []types.EncryptionConfig{{Resources: []string{"secrets"}, Provider: &types.Provider{KeyArn: sdk.String("arn:aws:kms:us-east-1:1:key/k")}}},
		Logging:            &types.Logging{ClusterLogging: []types.LogSetup{{Enabled: sdk.Bool(true), Types: types.LogTypeApi.Values()}}},
		ResourcesVpcConfig: &types.VpcConfigRequest{
			SubnetIds: []string{h.private, h.other}, EndpointPrivateAccess: sdk.Bool(true),
			EndpointPublicAccess: sdk.Bool(unless(h, "PublicEndpoint", false, true)),
		},
	})
	h.must(err)
}

func (h *hand) nodeGroup() {
	_, err := h.EC2.CreateLaunchTemplate(ctx, &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: &h.e.Name,
		LaunchTemplateData: &network.RequestLaunchTemplateData{BlockDeviceMappings: []network.LaunchTemplateBlockDeviceMappingRequest{{
			DeviceName: sdk.String("/dev/xvda"),
			Ebs:        &network.LaunchTemplateEbsBlockDeviceRequest{VolumeSize: sdk.Int32(unless(h, "SmallDisk", int32(400), 100)), Encrypted: sdk.Bool(true)},
		}}},
	})
	h.must(err)
	pool := h.e.Pools["default"]
	made, err := h.EKS.CreateNodegroup(ctx, &eks.CreateNodegroupInput{
		ClusterName: &h.e.Name, NodegroupName: sdk.String(h.e.Name + "-default-a"), Version: &h.e.Version,
		NodeRole: sdk.String("arn:aws:iam::" + h.e.Account + ":role/" + h.e.Name + "-compute"), Subnets: []string{h.private},
		ScalingConfig: sizes(1, unless(h, "SmallPool", int32(4), 3), 1), InstanceTypes: pool.InstanceTypes,
		AmiType: types.AMITypes(pool.AMIType), CapacityType: types.CapacityTypesOnDemand,
		Labels:         unless(h, "NoLabel", pool.Labels, map[string]string{}),
		Taints:         []types.Taint{{Key: sdk.String("a"), Value: sdk.String("b"), Effect: types.TaintEffectNoSchedule}},
		LaunchTemplate: &types.LaunchTemplateSpecification{Name: &h.e.Name, Version: sdk.String("1")},
		Tags:           map[string]string{aws.EnvironmentTag: h.e.Name},
	})
	h.must(err)
	h.group = *made.Nodegroup.Resources.AutoScalingGroups[0].Name
	for key, value := range map[string]string{
		"label/topology.ebs.csi.aws.com/zone": "us-east-1a", "label/" + aws.PoolLabel: "default",
		"resources/smarter-devices/fuse": "20", "resources/ephemeral-storage": "400Gi",
		"taint/a": unless(h, "NoTaintTag", "b:NoSchedule", "c:NoSchedule"),
	} {
		_, err := h.AutoScaling.CreateOrUpdateTags(ctx, &autoscaling.CreateOrUpdateTagsInput{Tags: []scaling.Tag{{
			ResourceId: &h.group, ResourceType: sdk.String("auto-scaling-group"), PropagateAtLaunch: sdk.Bool(false),
			Key: sdk.String("k8s.io/cluster-autoscaler/node-template/" + key), Value: &value,
		}}})
		h.must(err)
	}
}

func (h *hand) addons() {
	for _, name := range h.e.Addons {
		input := &eks.CreateAddonInput{ClusterName: &h.e.Name, AddonName: &name, Tags: map[string]string{aws.EnvironmentTag: h.e.Name}}
		if name == "aws-ebs-csi-driver" && h.mistake != "DriverWithoutRole" {
			input.PodIdentityAssociations = []types.AddonPodIdentityAssociations{{
				ServiceAccount: sdk.String("ebs-csi-controller-sa"), RoleArn: sdk.String("arn:aws:iam::" + h.e.Account + ":role/" + h.e.Name + "-ebs-csi"),
			}}
		}
		_, err := h.EKS.CreateAddon(ctx, input)
		h.must(err)
	}
	for _, namespace := range []string{"domino-platform", unless(h, "ControllerElsewhere", "kube-system", "default")} {
		for _, name := range []string{"aws-load-balancer-controller", h.e.Name + "-load-balancer-controller"} {
			_, err := h.EKS.CreatePodIdentityAssociation(ctx, &eks.CreatePodIdentityAssociationInput{
				ClusterName: &h.e.Name, Namespace: &namespace, ServiceAccount: &name,
				RoleArn: sdk.String("arn:aws:iam::" + h.e.Account + ":role/" + h.e.Name + "-load-balancer-controller"),
			})
			h.must(err)
		}
	}
}

// drivers gives the driver of EFS, which is no add-on, its role.
func (h *hand) drivers() {
	for _, namespace := range []string{"domino-platform", unless(h, "DriverElsewhere", "kube-system", "default")} {
		_, err := h.EKS.CreatePodIdentityAssociation(ctx, &eks.CreatePodIdentityAssociationInput{
			ClusterName: &h.e.Name, Namespace: &namespace, ServiceAccount: sdk.String("efs-csi-controller-sa"),
			RoleArn: sdk.String("arn:aws:iam::" + h.e.Account + ":role/" + h.e.Name + "-efs-csi"),
		})
		h.must(err)
	}
}

func (h *hand) datasets() {
	system, err := h.EFS.CreateFileSystem(ctx, &efs.CreateFileSystemInput{
		CreationToken: &h.e.Name, Encrypted: sdk.Bool(unless(h, "PlainFiles", true, false)),
		Tags: []files.Tag{{Key: sdk.String(aws.EnvironmentTag), Value: &h.e.Name}},
	})
	h.must(err)
	_, err = h.EFS.CreateAccessPoint(ctx, &efs.CreateAccessPointInput{
		ClientToken: &h.e.Name, FileSystemId: system.FileSystemId,
		PosixUser: &files.PosixUser{Uid: sdk.Int64(0), Gid: sdk.Int64(0)},
		RootDirectory: &files.RootDirectory{Path: sdk.String("/domino"), CreationInfo: &files.CreationInfo{
			OwnerUid: sdk.Int64(0), OwnerGid: sdk.Int64(0), Permissions: sdk.String(unless(h, "Permissions", "777", "755")),
		}},
	})
	h.must(err)
	nodes, files := h.securityGroup("nodes"), h.securityGroup("files")
	_, err = h.EC2.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &files, IpPermissions: []network.IpPermission{{
		IpProtocol: sdk.String("tcp"), FromPort: sdk.Int32(unless(h, "AllPorts", int32(2049), 0)), ToPort: sdk.Int32(2049),
		UserIdGroupPairs: []network.UserIdGroupPair{{GroupId: &nodes}},
	}}})
	h.must(err)
	_, err = h.EFS.CreateMountTarget(ctx, &efs.CreateMountTargetInput{FileSystemId: system.FileSystemId, SubnetId: &h.private, SecurityGroups: []string{files}})
	h.must(err)
}

func (h *hand) securityGroup(name string) string {
	made, err := h.EC2.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{VpcId: &h.vpc, GroupName: &name, Description: &name})
	h.must(err)
	return *made.GroupId
}

func (h *hand) buckets() {
	for purpose := range h.e.NoncurrentDays {
		name := h.e.Bucket(purpose)
		_, err := h.S3.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name})
		h.must(err)
		_, err = h.S3.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: &name, VersioningConfiguration: &store.VersioningConfiguration{
			Status: unless(h, "NoVersions", store.BucketVersioningStatusEnabled, store.BucketVersioningStatusSuspended),
		}})
		h.must(err)
		_, err = h.S3.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{Bucket: &name, PublicAccessBlockConfiguration: &store.PublicAccessBlockConfiguration{
			BlockPublicAcls: sdk.Bool(true), IgnorePublicAcls: sdk.Bool(true), RestrictPublicBuckets: sdk.Bool(true), BlockPublicPolicy: sdk.Bool(unless(h, "MayBePublic", true, false)),
		}})
		h.must(err)
		_, err = h.S3.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{Bucket: &name, ServerSideEncryptionConfiguration: &store.ServerSideEncryptionConfiguration{
			Rules: []store.ServerSideEncryptionRule{{ApplyServerSideEncryptionByDefault: &store.ServerSideEncryptionByDefault{
				SSEAlgorithm: store.ServerSideEncryptionAwsKms, KMSMasterKeyID: sdk.String("k"),
			}}},
		}})
		h.must(err)
		_, err = h.S3.PutBucketLifecycleConfiguration(ctx, &s3.PutBucketLifecycleConfigurationInput{Bucket: &name, LifecycleConfiguration: &store.BucketLifecycleConfiguration{
			Rules: []store.LifecycleRule{{
				ID: sdk.String("r"), Status: store.ExpirationStatusEnabled, Filter: &store.LifecycleRuleFilter{Prefix: sdk.String("")},
				NoncurrentVersionExpiration: &store.NoncurrentVersionExpiration{NoncurrentDays: sdk.Int32(unless(h, "ForEver", int32(30), 3000))},
			}},
		}})
		h.must(err)
		_, err = h.S3.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &name, Policy: sdk.String(fmt.Sprintf(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":["s3:*"],"Resource":["arn:aws:s3:::%[1]s","arn:aws:s3:::%[1]s/*"],"Condition":{"Bool":{"aws:SecureTransport":["%[2]s"]}}}]}`,
			name, unless(h, "WithoutTLS", "false", "true")))})
		h.must(err)
	}
}

func (h *hand) policies() {
	var buckets, objects []string
	for _, purpose := range []string{"backups", "data", "logs", "registry"} {
		buckets = append(buckets, `"arn:aws:s3:::`+h.e.Bucket(purpose)+`"`)
		objects = append(objects, `"arn:aws:s3:::`+h.e.Bucket(purpose)+`/*"`)
	}
	s3 := `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":["s3:ListBucket","s3:GetBucketLocation","s3:ListBucketMultipartUploads"],"Resource":[` + strings.Join(buckets, ",") + `]},
		{"Effect":"Allow","Action":["s3:PutObject","s3:GetObject","s3:DeleteObject","s3:ListMultipartUploadParts","s3:AbortMultipartUpload"],
		 "Resource":` + unless(h, "AllBuckets", "["+strings.Join(objects, ",")+"]", `"*"`) + `}]}`
	scale := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":["autoscaling:DescribeAutoScalingGroups",
		"autoscaling:DescribeAutoScalingInstances","autoscaling:DescribeLaunchConfigurations","autoscaling:DescribeTags","autoscaling:SetDesiredCapacity",
		"autoscaling:TerminateInstanceInAutoScalingGroup","ec2:DescribeLaunchTemplateVersions","ec2:DescribeInstanceTypes"]}]}`
	reads := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":["autoscaling:DescribeScalingActivities",
		"ec2:DescribeImages","ec2:GetInstanceTypesFromInstanceRequirements"]},{"Effect":"Allow","Action":["eks:DescribeNodegroup"],
		"Resource":"` + unless(h, "AnyNodeGroup", "arn:aws:eks:"+h.e.Region+":"+h.e.Account+":nodegroup/"+h.e.Name+"/*/*", "*") + `"}]}`
	platform := unless(h, "NoScaling", []string{s3, scale, reads}, []string{s3, reads})
	platform = unless(h, "OldScaling", platform, []string{s3, scale})
	for role, policies := range map[string][]string{"compute": {s3}, "platform": platform} {
		_, err := h.IAM.CreateRole(ctx, &iam.CreateRoleInput{RoleName: sdk.String(h.e.Name + "-" + role), AssumeRolePolicyDocument: sdk.String(`{"Version":"2012-10-17","Statement":[]}`)})
		h.must(err)
		for i, policy := range policies {
			made, err := h.IAM.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: sdk.String(fmt.Sprintf("%s-%s-%d", h.e.Name, role, i)), PolicyDocument: &policy})
			h.must(err)
			_, err = h.IAM.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: sdk.String(h.e.Name + "-" + role), PolicyArn: made.Policy.Arn})
			h.must(err)
		}
	}
}

// A demand that nothing fails demands nothing: each mistake is found, and what is
// right is not found fault with.
func TestAMistakeInAWSIsFound(t *testing.T) {
	const account = "222222222201"
	opened := open(t, account)
	for mistake, said := range map[string]string{
		"":                    "",
		"AllBuckets":          "R15: nodes with role compute may not read and write the buckets",
		"AllPorts":            "takes ports 0 to 2049",
		"DriverWithoutRole":   "R13: add-on aws-ebs-csi-driver has no role",
		"AnyNodeGroup":        "R17: the platform's nodes may not describe the cluster's node groups, and no others",
		"ControllerElsewhere": "R9: service account kube-system/aws-load-balancer-controller has no role",
		"DriverElsewhere":     "R13: service account kube-system/efs-csi-controller-sa has no role",
		"ForEver":             "R15: old versions in bucket %s-data expire after 3000 days, not 30",
		"MayBePublic":         "R15: bucket %s-data may become public",
		"NATInAnotherZone":    `R9: the private subnet in us-east-1a goes out through "us-east-1b"`,
		"NodesInPublic":       "R9: the private subnet in us-east-1a has no NAT gateway",
		"NoLabel":             "R2: the pools are []",
		"NoScaling":           "R17: the platform's nodes may not scale",
		"NoTaintTag":          `R17: the autoscaler takes taint/a of pool default in us-east-1a for "c:NoSchedule", not "b:NoSchedule"`,
		"NoVersions":          "R15: bucket %s-data keeps no versions",
		"OldScaling":          "R17: the platform's nodes may not look up what the autoscaler of today reads",
		"Permissions":         "R14: the root's permissions are 755",
		"PlainFiles":          "R14: the file system is not encrypted",
		"PublicEndpoint":      "R1: the public endpoint is on: true",
		"SmallDisk":           "R2: pool default in us-east-1a has disks of 100 GiB",
		"SmallPool":           "R2: pool default in us-east-1a has the sizes {1 3 1}, not {1 4 1}",
		"WithoutTLS":          "R15: bucket %s-data takes requests without TLS",
	} {
		t.Run("Mistake"+mistake, func(t *testing.T) {
			name := "m" + strings.ToLower(mistake)
			h := &hand{t: t, Account: opened, e: small(name, account), mistake: mistake}
			for _, make := range []func(){h.network, h.cluster, h.nodeGroup, h.addons, h.drivers, h.datasets, h.buckets, h.policies} {
				make()
			}
			missing, err := h.Missing(ctx, h.e)
			require.NoError(t, err)
			if said == "" {
				require.Empty(t, missing)
				return
			}
			require.Contains(t, strings.Join(missing, "\n"), strings.ReplaceAll(said, "%s", name+"-"+account))
		})
	}
}

func TestWhatAWSHoldsIsListed(t *testing.T) {
	const account = "333333333301"
	h := &hand{t: t, Account: open(t, account), e: small("small", account)}
	h.network()
	h.cluster()
	h.nodeGroup()
	key, err := h.KMS.CreateKey(ctx, &kms.CreateKeyInput{})
	require.NoError(t, err)
	gone, err := h.KMS.CreateKey(ctx, &kms.CreateKeyInput{})
	require.NoError(t, err)
	_, err = h.KMS.ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{KeyId: gone.KeyMetadata.KeyId})
	require.NoError(t, err)
	certificate, err := h.ACM.RequestCertificate(ctx, &acm.RequestCertificateInput{DomainName: sdk.String("example.com"), ValidationMethod: certificates.ValidationMethodDns})
	require.NoError(t, err)
	held, err := h.Holdings(ctx, "small")
	require.NoError(t, err)
	for _, name := range []string{
		"ec2/VPC " + h.vpc, "ec2/Subnet " + h.private, "eks/Cluster small", "eks/NodeGroup small-default-a",
		"kms/Key " + *key.KeyMetadata.KeyId, "acm/Certificate " + *certificate.CertificateArn,
	} {
		require.Contains(t, held, name)
	}
	require.NotContains(t, held, "kms/Key "+*gone.KeyMetadata.KeyId)
	other, err := h.Holdings(ctx, "other")
	require.NoError(t, err)
	require.NotContains(t, other, "ec2/VPC "+h.vpc)
}
