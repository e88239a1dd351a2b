package aws_test

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scaling "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	backups "github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	network "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	store "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/aws"
	"github.com/dominoc/dominoc/tests/cluster/harness"
)

const region = "us-east-1"

// emulator is the one that the tests of this package share. Each has an account
// of its own.
var emulator *harness.Emulator

func TestMain(m *testing.M) {
	var err error
	if emulator, err = harness.StartEmulator(harness.Settings{}); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := emulator.Stop(); err != nil {
		panic(err)
	}
	os.Exit(code)
}

func open(t *testing.T, account string) *aws.Account {
	t.Helper()
	a, err := aws.Open(context.Background(), emulator.URL, account, region)
	require.NoError(t, err)
	return a
}

// refused wants AWS's code and words.
func refused(t *testing.T, err error, code, message string) {
	t.Helper()
	var fault smithy.APIError
	require.True(t, errors.As(err, &fault), "%v", err)
	require.Equal(t, code, fault.ErrorCode())
	require.Equal(t, message, fault.ErrorMessage())
}

// vpc makes a VPC with a subnet in each of three zones.
func vpc(t *testing.T, a *aws.Account) (id string, subnets []string) {
	t.Helper()
	return vpcIn(t, a, region)
}

// vpcIn is vpc in another region.
func vpcIn(t *testing.T, a *aws.Account, region string) (id string, subnets []string) {
	t.Helper()
	made, err := a.EC2.CreateVpc(context.Background(), &ec2.CreateVpcInput{CidrBlock: sdk.String("10.0.0.0/16")})
	require.NoError(t, err)
	for i, zone := range []string{"a", "b", "c"} {
		subnet, err := a.EC2.CreateSubnet(context.Background(), &ec2.CreateSubnetInput{
			VpcId: made.Vpc.VpcId, AvailabilityZone: sdk.String(region + zone), CidrBlock: sdk.String("10.0." + string(rune('0'+i)) + ".0/24"),
		})
		require.NoError(t, err)
		subnets = append(subnets, *subnet.Subnet.SubnetId)
	}
	return *made.Vpc.VpcId, subnets
}

const role = "arn:aws:iam::123456789012:role/any"

// cluster makes a cluster with version 1.34 in the first two zones.
func cluster(t *testing.T, a *aws.Account, subnets []string) {
	t.Helper()
	_, err := a.EKS.CreateCluster(context.Background(), &eks.CreateClusterInput{
		Name: sdk.String("c"), Version: sdk.String("1.34"), RoleArn: sdk.String(role),
		ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: subnets[:2]},
	})
	require.NoError(t, err)
}

func TestEKSRefusesReservedAddressesOfAPublicEndpoint(t *testing.T) {
	a := open(t, "111111111131")
	_, subnets := vpc(t, a)
	endpoint := func(cidr string) *types.VpcConfigRequest {
		return &types.VpcConfigRequest{SubnetIds: subnets[:2], PublicAccessCidrs: []string{cidr}}
	}
	create := func(cidr string) error {
		_, err := a.EKS.CreateCluster(context.Background(), &eks.CreateClusterInput{
			Name: sdk.String("c"), Version: sdk.String("1.34"), RoleArn: sdk.String(role), ResourcesVpcConfig: endpoint(cidr),
		})
		return err
	}
	refused(t, create("172.20.4.0/22"), "InvalidParameterException", "The following CIDRs are not allowed in publicAccessCidrs: 172.20.4.0/22")
	require.NoError(t, create("203.0.113.5/32"), "the example of the guide")
	_, err := a.EKS.UpdateClusterConfig(context.Background(), &eks.UpdateClusterConfigInput{Name: sdk.String("c"), ResourcesVpcConfig: endpoint("100.64.1.0/24")})
	refused(t, err, "InvalidParameterException", "The following CIDRs are not allowed in publicAccessCidrs: 100.64.1.0/24")
}

func TestEKSPlacesNoControlPlaneInOneZoneOfVirginia(t *testing.T) {
	a := open(t, "111111111132")
	network, subnets := vpc(t, a)
	zones, err := a.EC2.DescribeAvailabilityZones(context.Background(), &ec2.DescribeAvailabilityZonesInput{ZoneIds: []string{"use1-az3"}})
	require.NoError(t, err)
	zone := *zones.AvailabilityZones[0].ZoneName
	subnet, err := a.EC2.CreateSubnet(context.Background(), &ec2.CreateSubnetInput{VpcId: &network, CidrBlock: sdk.String("10.0.200.0/24"), AvailabilityZone: &zone})
	require.NoError(t, err)
	_, err = a.EKS.CreateCluster(context.Background(), &eks.CreateClusterInput{
		Name: sdk.String("c"), Version: sdk.String("1.34"), RoleArn: sdk.String(role),
		ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: []string{subnets[0], *subnet.Subnet.SubnetId}},
	})
	refused(t, err, "UnsupportedAvailabilityZoneException",
		"Cannot create cluster 'c' because "+zone+", the targeted availability zone, does not currently have sufficient capacity to support the cluster.")
}

func sizes(min, max, desired int32) *types.NodegroupScalingConfig {
	return &types.NodegroupScalingConfig{MinSize: &min, MaxSize: &max, DesiredSize: &desired}
}

func nodes(subnets []string, version string, scaling *types.NodegroupScalingConfig) *eks.CreateNodegroupInput {
	return &eks.CreateNodegroupInput{
		ClusterName: sdk.String("c"), NodegroupName: sdk.String("n"), NodeRole: sdk.String(role),
		Subnets: subnets[:1], ScalingConfig: scaling, Version: &version,
	}
}

func TestEKSRefusesNodesThatAreNewerThanTheirControlPlane(t *testing.T) {
	a := open(t, "111111111101")
	_, subnets := vpc(t, a)
	cluster(t, a, subnets)
	const message = "Nodegroup Kubernetes version should be equal to Cluster kubernetes version 1.34 or NodeGroup kubernetes version 1.34"
	_, err := a.EKS.CreateNodegroup(context.Background(), nodes(subnets, "1.35", sizes(0, 1, 0)))
	refused(t, err, "InvalidParameterException", message)
	_, err = a.EKS.CreateNodegroup(context.Background(), nodes(subnets, "1.34", sizes(0, 1, 0)))
	require.NoError(t, err)
	update := &eks.UpdateNodegroupVersionInput{ClusterName: sdk.String("c"), NodegroupName: sdk.String("n"), Version: sdk.String("1.35")}
	_, err = a.EKS.UpdateNodegroupVersion(context.Background(), update)
	refused(t, err, "InvalidParameterException", message)
	_, err = a.EKS.UpdateClusterVersion(context.Background(), &eks.UpdateClusterVersionInput{Name: sdk.String("c"), Version: sdk.String("1.35")})
	require.NoError(t, err)
	_, err = a.EKS.UpdateNodegroupVersion(context.Background(), update)
	require.NoError(t, err, "the control plane has it by now")
}

// The table is the compiler's. A type of another region does not exist here.
func TestEKSTakesOnlyInstanceTypesThatAreOffered(t *testing.T) {
	a := open(t, "111111111144")
	network, subnets := vpc(t, a)
	cluster(t, a, subnets)
	const zone = region + "e"
	without, err := a.EC2.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: &network, CidrBlock: sdk.String("10.0.200.0/24"), AvailabilityZone: sdk.String(zone)})
	require.NoError(t, err)
	create := func(subnet string, instances ...string) error {
		wanted := nodes([]string{subnet}, "1.34", sizes(0, 1, 0))
		wanted.InstanceTypes = instances
		_, err := a.EKS.CreateNodegroup(ctx, wanted)
		return err
	}
	refused(t, create(subnets[0], "m6i.2xlarge", "hpc7a.12xlarge", "m6i.3xlarge"), "InvalidParameterException",
		"The following supplied instance types do not exist: [hpc7a.12xlarge, m6i.3xlarge]")
	refused(t, create(*without.Subnet.SubnetId, "g4dn.xlarge"), "InvalidRequestException",
		"Your requested instance type (g4dn.xlarge) is not supported in your requested Availability Zone (us-east-1e). Please retry your request by not "+
			"specifying an Availability Zone or choosing us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1f.")
	require.NoError(t, create(subnets[0], "m6i.2xlarge", "g4dn.xlarge"))
}

// EKS rolls the nodes where the type in the launch template changes. Where the type is
// was decided when the group was created.
func TestEKSKeepsInstanceTypesWhereTheyAre(t *testing.T) {
	a := open(t, "111111111146")
	_, subnets := vpc(t, a)
	cluster(t, a, subnets)
	of := func(instance network.InstanceType) *types.LaunchTemplateSpecification {
		return template(t, a, network.RequestLaunchTemplateData{InstanceType: instance, UserData: sdk.String("")})
	}
	create := func(name string, template *types.LaunchTemplateSpecification, instances ...string) error {
		wanted := nodes(subnets, "1.34", sizes(0, 1, 0))
		wanted.NodegroupName, wanted.LaunchTemplate, wanted.InstanceTypes, wanted.AmiType = &name, template, instances, types.AMITypesAl2023X8664Standard
		_, err := a.EKS.CreateNodegroup(ctx, wanted)
		return err
	}
	update := func(name string, template *types.LaunchTemplateSpecification) error {
		_, err := a.EKS.UpdateNodegroupVersion(ctx, &eks.UpdateNodegroupVersionInput{ClusterName: sdk.String("c"), NodegroupName: &name, LaunchTemplate: template})
		return err
	}
	instances := func(name string) []string {
		group, err := a.EKS.DescribeNodegroup(ctx, &eks.DescribeNodegroupInput{ClusterName: sdk.String("c"), NodegroupName: &name})
		require.NoError(t, err)
		return group.Nodegroup.InstanceTypes
	}
	none, m6i, m7i := of(""), of("m6i.2xlarge"), of("m7i.2xlarge")

	refused(t, create("n", m6i, "m6i.2xlarge"), "InvalidRequestException", "Cannot specify instance types in launch template and API request")
	refused(t, create("n", of("m6i.3xlarge")), "InvalidParameterException", "The following supplied instance types do not exist: [m6i.3xlarge]")
	refused(t, create("n", of("m6g.2xlarge")), "InvalidParameterException", "[m6g.2xlarge] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD")
	require.NoError(t, create("template", m6i))
	require.NoError(t, create("group", none, "m6i.2xlarge", "m7i.2xlarge"))
	require.NoError(t, create("neither", none))
	require.Empty(t, instances("template"))
	require.Equal(t, []string{"m6i.2xlarge", "m7i.2xlarge"}, instances("group"))
	require.Equal(t, []string{"t3.medium"}, instances("neither"))

	refused(t, update("group", m6i), "InvalidParameterException", "You must continue to not specify an instance type within the launch template")
	refused(t, update("template", none), "InvalidParameterException", "You must continue to specify an instance type within the launch template")
	refused(t, update("template", of("m6g.2xlarge")), "InvalidParameterException", "[m6g.2xlarge] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD")
	require.NoError(t, update("template", m7i))
	require.Empty(t, instances("template"))
}

func TestEKSKeepsHowNodesAreReplaced(t *testing.T) {
	a := open(t, "111111111133")
	_, subnets := vpc(t, a)
	cluster(t, a, subnets)
	wanted := nodes(subnets, "1.34", sizes(0, 1, 0))
	wanted.UpdateConfig = &types.NodegroupUpdateConfig{MaxUnavailable: sdk.Int32(1), UpdateStrategy: "FAST"}
	_, err := a.EKS.CreateNodegroup(context.Background(), wanted)
	refused(t, err, "InvalidParameterException", "updateStrategy failed to satisfy constraint: Member must satisfy enum value set: [DEFAULT, MINIMAL]")
	wanted.UpdateConfig.UpdateStrategy = types.NodegroupUpdateStrategiesDefault
	_, err = a.EKS.CreateNodegroup(context.Background(), wanted)
	require.NoError(t, err)
	_, err = a.EKS.UpdateNodegroupConfig(context.Background(), &eks.UpdateNodegroupConfigInput{
		ClusterName: sdk.String("c"), NodegroupName: sdk.String("n"),
		UpdateConfig: &types.NodegroupUpdateConfig{MaxUnavailable: sdk.Int32(2), UpdateStrategy: types.NodegroupUpdateStrategiesMinimal},
	})
	require.NoError(t, err)
	groups, err := a.NodeGroups(context.Background(), "c")
	require.NoError(t, err)
	require.Equal(t, types.NodegroupUpdateStrategiesMinimal, groups[0].UpdateConfig.UpdateStrategy)
	require.EqualValues(t, 2, *groups[0].UpdateConfig.MaxUnavailable)

	wanted.NodegroupName, wanted.UpdateConfig = sdk.String("unsaid"), nil
	made, err := a.EKS.CreateNodegroup(context.Background(), wanted)
	require.NoError(t, err)
	require.Equal(t, types.NodegroupUpdateStrategiesDefault, made.Nodegroup.UpdateConfig.UpdateStrategy)
}

// template makes a launch template of the group "n" with data, or a version of it.
func template(t *testing.T, a *aws.Account, data network.RequestLaunchTemplateData) *types.LaunchTemplateSpecification {
	t.Helper()
	name := sdk.String("t")
	made, err := a.EC2.CreateLaunchTemplateVersion(context.Background(), &ec2.CreateLaunchTemplateVersionInput{LaunchTemplateName: name, LaunchTemplateData: &data})
	if err == nil {
		return &types.LaunchTemplateSpecification{Name: name, Version: sdk.String(strconv.FormatInt(*made.LaunchTemplateVersion.VersionNumber, 10))}
	}
	_, err = a.EC2.CreateLaunchTemplate(context.Background(), &ec2.CreateLaunchTemplateInput{LaunchTemplateName: name, LaunchTemplateData: &data})
	require.NoError(t, err)
	return &types.LaunchTemplateSpecification{Name: name, Version: sdk.String("1")}
}

func inBase64(text string) *string {
	return sdk.String(base64.StdEncoding.EncodeToString([]byte(text)))
}

func TestEKSTakesUserDataInPartsWhereItAddsItsOwn(t *testing.T) {
	a := open(t, "111111111138")
	_, subnets := vpc(t, a)
	cluster(t, a, subnets)
	const message = "Ec2LaunchTemplateInvalidConfiguration: User data was not in the MIME multipart format."
	script := template(t, a, network.RequestLaunchTemplateData{UserData: inBase64("#!/bin/bash\ntrue\n")})
	parts := template(t, a, network.RequestLaunchTemplateData{UserData: inBase64("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"//\"\n\n--//--\n")})
	wanted := nodes(subnets, "1.34", sizes(0, 1, 0))
	wanted.LaunchTemplate = script
	_, err := a.EKS.CreateNodegroup(context.Background(), wanted)
	refused(t, err, "InvalidParameterException", message)
	for name, taken := range map[string]*types.LaunchTemplateSpecification{"n": parts, "m": template(t, a, network.RequestLaunchTemplateData{UserData: sdk.String("")})} {
		wanted.NodegroupName, wanted.LaunchTemplate = &name, taken
		_, err = a.EKS.CreateNodegroup(context.Background(), wanted)
		require.NoError(t, err)
	}
	_, err = a.EKS.UpdateNodegroupVersion(context.Background(), &eks.UpdateNodegroupVersionInput{
		ClusterName: sdk.String("c"), NodegroupName: sdk.String("n"), LaunchTemplate: script,
	})
	refused(t, err, "InvalidParameterException", message)
}

func TestEKSTakesNoVersionBesideAnImageOfTheUser(t *testing.T) {
	a := open(t, "111111111139")
	_, subnets := vpc(t, a)
	cluster(t, a, subnets)
	image := template(t, a, network.RequestLaunchTemplateData{ImageId: sdk.String("ami-0123456789abcdef0"), UserData: inBase64("#!/bin/bash\ntrue\n")})
	plain := template(t, a, network.RequestLaunchTemplateData{})
	for message, change := range map[string]func(*eks.CreateNodegroupInput){
		"You cannot specify an AMI Type other than CUSTOM, when specifying an image id in your launch template.":          func(in *eks.CreateNodegroupInput) { in.AmiType = types.AMITypesAl2023X8664Standard },
		"You cannot specify a kubernetes version to use when specifying an image id to use within the launch template.":   func(in *eks.CreateNodegroupInput) { in.Version = sdk.String("1.34") },
		"You cannot specify an ami release version to use when specifying an image id to use within the launch template.": func(in *eks.CreateNodegroupInput) { in.ReleaseVersion = sdk.String("1.34.1-20260101") },
		"You must specify an image id in your launch template, when specifying CUSTOM as AMI Type.":                       func(in *eks.CreateNodegroupInput) { in.LaunchTemplate = plain },
	} {
		wanted := nodes(subnets, "", sizes(0, 1, 0))
		wanted.Version, wanted.AmiType, wanted.LaunchTemplate = nil, types.AMITypesCustom, image
		change(wanted)
		_, err := a.EKS.CreateNodegroup(context.Background(), wanted)
		refused(t, err, "InvalidParameterException", message)
	}
	wanted := nodes(subnets, "", sizes(0, 1, 0))
	wanted.Version, wanted.AmiType, wanted.LaunchTemplate = nil, types.AMITypesCustom, image
	_, err := a.EKS.CreateNodegroup(context.Background(), wanted)
	require.NoError(t, err)
	_, err = a.EKS.UpdateNodegroupVersion(context.Background(), &eks.UpdateNodegroupVersionInput{
		ClusterName: sdk.String("c"), NodegroupName: sdk.String("n"), LaunchTemplate: plain,
	})
	refused(t, err, "InvalidParameterException", "You cannot change between a launch template with a custom AMI and one without.")
}

func TestEC2TakesUserDataOf16KiBInBase64(t *testing.T) {
	a := open(t, "111111111140")
	make := func(data *string) error {
		_, err := a.EC2.CreateLaunchTemplate(context.Background(), &ec2.CreateLaunchTemplateInput{
			LaunchTemplateName: sdk.String("t"), LaunchTemplateData: &network.RequestLaunchTemplateData{UserData: data},
		})
		return err
	}
	refused(t, make(sdk.String("#!/bin/bash")), "InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.")
	refused(t, make(inBase64(strings.Repeat("x", 16385))), "InvalidParameterValue", "User data is limited to 16384 bytes")
	require.NoError(t, make(inBase64(strings.Repeat("x", 16384))))
}

func TestEKSTakesNoNamesThatKubernetesKeeps(t *testing.T) {
	a := open(t, "111111111134")
	_, subnets := vpc(t, a)
	cluster(t, a, subnets)
	_, err := a.EKS.UpdateClusterConfig(context.Background(), &eks.UpdateClusterConfigInput{
		Name: sdk.String("c"), AccessConfig: &types.UpdateAccessConfigRequest{AuthenticationMode: types.AuthenticationModeApi},
	})
	require.NoError(t, err)
	create := func(groups ...string) error {
		_, err := a.EKS.CreateAccessEntry(context.Background(), &eks.CreateAccessEntryInput{
			ClusterName: sdk.String("c"), PrincipalArn: sdk.String(role), KubernetesGroups: groups,
		})
		return err
	}
	const message = "The kubernetes group name system:masters is invalid, it cannot start with system:"
	refused(t, create("viewers", "system:masters"), "InvalidParameterException", message)
	require.NoError(t, create("viewers"))
	_, err = a.EKS.UpdateAccessEntry(context.Background(), &eks.UpdateAccessEntryInput{
		ClusterName: sdk.String("c"), PrincipalArn: sdk.String(role), KubernetesGroups: []string{"system:masters"},
	})
	refused(t, err, "InvalidParameterException", message)

	associate := func(provider types.OidcIdentityProviderConfigRequest) error {
		provider.IdentityProviderConfigName, provider.ClientId, provider.IssuerUrl = sdk.String("i"), sdk.String("c"), sdk.String("https://login.example.com")
		_, err := a.EKS.AssociateIdentityProviderConfig(context.Background(), &eks.AssociateIdentityProviderConfigInput{ClusterName: sdk.String("c"), Oidc: &provider})
		return err
	}
	refused(t, associate(types.OidcIdentityProviderConfigRequest{GroupsPrefix: sdk.String("system:")}), "InvalidParameterException", "The groupsPrefix can't contain system:")
	refused(t, associate(types.OidcIdentityProviderConfigRequest{RequiredClaims: map[string]string{"hd": ""}}), "InvalidParameterException",
		"requiredClaims hd failed to satisfy constraint: a key has 1 to 63 characters, a value 1 to 253")
	require.NoError(t, associate(types.OidcIdentityProviderConfigRequest{RequiredClaims: map[string]string{"hd": "example.com"}}))
}

func TestEKSRefusesSizesThatDoNotGoTogether(t *testing.T) {
	a := open(t, "111111111102")
	_, subnets := vpc(t, a)
	cluster(t, a, subnets)
	for _, c := range []struct {
		sizes   *types.NodegroupScalingConfig
		message string
	}{
		{sizes(0, 0, 0), "1 validation error detected: Value '0' at 'scalingConfig.maxSize' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{sizes(2, 3, 1), "minSize can't be greater than desiredSize"},
		{sizes(0, 1, 2), "desiredSize can't be greater than maxSize"},
	} {
		_, err := a.EKS.CreateNodegroup(context.Background(), nodes(subnets, "1.34", c.sizes))
		refused(t, err, "InvalidParameterException", c.message)
	}
}

func TestEKSHoldsNewBoundsAgainstTheLiveDesiredSize(t *testing.T) {
	a := open(t, "111111111103")
	_, subnets := vpc(t, a)
	cluster(t, a, subnets)
	made, err := a.EKS.CreateNodegroup(context.Background(), nodes(subnets, "1.34", sizes(1, 5, 1)))
	require.NoError(t, err)
	change := func(scaling types.NodegroupScalingConfig) error {
		_, err := a.EKS.UpdateNodegroupConfig(context.Background(), &eks.UpdateNodegroupConfigInput{
			ClusterName: sdk.String("c"), NodegroupName: sdk.String("n"), ScalingConfig: &scaling,
		})
		return err
	}
	refused(t, change(types.NodegroupScalingConfig{MinSize: sdk.Int32(3)}), "InvalidParameterException", "Minimum capacity 3 can't be greater than desired size 1")

	group := made.Nodegroup.Resources.AutoScalingGroups[0].Name
	set := &autoscaling.SetDesiredCapacityInput{AutoScalingGroupName: group, DesiredCapacity: sdk.Int32(4)}
	_, err = a.AutoScaling.SetDesiredCapacity(context.Background(), set)
	require.NoError(t, err)
	groups, err := a.NodeGroups(context.Background(), "c")
	require.NoError(t, err)
	require.EqualValues(t, 4, *groups[0].ScalingConfig.DesiredSize, "EKS shows what the autoscaler set")

	refused(t, change(types.NodegroupScalingConfig{MaxSize: sdk.Int32(2)}), "InvalidParameterException", "desiredSize can't be greater than maxSize")
	require.NoError(t, change(types.NodegroupScalingConfig{MinSize: sdk.Int32(3)}))
	require.NoError(t, change(*sizes(1, 2, 2)), "all three together")
}

// Five of the tags are EKS's own.
func TestAnAutoScalingGroupHasFiftyTagsAtMost(t *testing.T) {
	a := open(t, "111111111145")
	_, subnets := vpc(t, a)
	cluster(t, a, subnets)
	made, err := a.EKS.CreateNodegroup(ctx, nodes(subnets, "1.34", sizes(0, 1, 0)))
	require.NoError(t, err)
	tag := func(key string) error {
		_, err := a.AutoScaling.CreateOrUpdateTags(ctx, &autoscaling.CreateOrUpdateTagsInput{Tags: []scaling.Tag{{
			ResourceId: made.Nodegroup.Resources.AutoScalingGroups[0].Name, ResourceType: sdk.String("auto-scaling-group"),
			Key: &key, Value: sdk.String("x"), PropagateAtLaunch: sdk.Bool(false),
		}}})
		return err
	}
	for i := range 45 {
		require.NoError(t, tag("tag-"+strconv.Itoa(i)))
	}
	refused(t, tag("tag-45"), "LimitExceeded",
		"You have already reached a limit for your Amazon EC2 Auto Scaling resources (for example, Auto Scaling groups, launch configurations, or lifecycle hooks).")
	require.NoError(t, tag("tag-44"), "it has that one")
}

func TestEKSKeepsTheZonesOfAControlPlane(t *testing.T) {
	a := open(t, "111111111104")
	_, subnets := vpc(t, a)
	cluster(t, a, subnets)
	update := func(subnets ...string) error {
		_, err := a.EKS.UpdateClusterConfig(context.Background(), &eks.UpdateClusterConfigInput{
			Name: sdk.String("c"), ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: subnets},
		})
		return err
	}
	refused(t, update(subnets...), "InvalidParameterException",
		"Provided subnets belong to the AZs 'us-east-1a,us-east-1b,us-east-1c'. But they should belong to the exact set of AZs 'us-east-1a,us-east-1b' in which subnets were provided during cluster creation.")
	refused(t, update(subnets[0]), "InvalidParameterException",
		"Provided subnets belong to the AZs 'us-east-1a'. But they should belong to the exact set of AZs 'us-east-1a,us-east-1b' in which subnets were provided during cluster creation.")
	require.NoError(t, update(subnets[1], subnets[0]))
}

// group makes a security group.
func group(t *testing.T, a *aws.Account, vpc, name string) string {
	t.Helper()
	made, err := a.EC2.CreateSecurityGroup(context.Background(), &ec2.CreateSecurityGroupInput{VpcId: &vpc, GroupName: &name, Description: &name})
	require.NoError(t, err)
	return *made.GroupId
}

func TestS3LogsOnlyWhereThePolicyLetsIt(t *testing.T) {
	a := open(t, "111111111108")
	const source, target = "emulated-source", "emulated-target"
	for _, name := range []string{source, target} {
		_, err := a.S3.CreateBucket(context.Background(), &s3.CreateBucketInput{Bucket: sdk.String(name)})
		require.NoError(t, err)
	}
	_, err := a.S3.PutBucketPolicy(context.Background(), &s3.PutBucketPolicyInput{Bucket: sdk.String(target), Policy: sdk.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":["s3:PutObject"],"Resource":["arn:aws:s3:::emulated-target/a/*","arn:aws:s3:::emulated-target/b/*"]}]}`)})
	require.NoError(t, err)
	log := func(prefix string) error {
		_, err := a.S3.PutBucketLogging(context.Background(), &s3.PutBucketLoggingInput{Bucket: sdk.String(source), BucketLoggingStatus: &store.BucketLoggingStatus{
			LoggingEnabled: &store.LoggingEnabled{TargetBucket: sdk.String(target), TargetPrefix: &prefix},
		}})
		return err
	}
	require.NoError(t, log("b/"))
	refused(t, log("c/"), "InvalidTargetBucketForLogging",
		"You must either provide the necessary permissions to the logging service using a bucket policy or give the log-delivery group WRITE and READ_ACP permissions to the target bucket")
}

// Since April 2026 S3 says of every bucket that it takes no objects with keys of
// clients, whether the bucket's encryption was ever put or not.
func TestS3BlocksKeysOfClientsUnlessToldOtherwise(t *testing.T) {
	a, ctx := open(t, "111111111122"), context.Background()
	const name = "emulated-blocking"
	_, err := a.S3.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: sdk.String(name)})
	require.NoError(t, err)
	blocked := func() []store.EncryptionType {
		got, err := a.S3.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: sdk.String(name)})
		require.NoError(t, err)
		return got.ServerSideEncryptionConfiguration.Rules[0].BlockedEncryptionTypes.EncryptionType
	}
	put := func(types *store.BlockedEncryptionTypes) {
		_, err := a.S3.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{Bucket: sdk.String(name), ServerSideEncryptionConfiguration: &store.ServerSideEncryptionConfiguration{
			Rules: []store.ServerSideEncryptionRule{{
				ApplyServerSideEncryptionByDefault: &store.ServerSideEncryptionByDefault{SSEAlgorithm: store.ServerSideEncryptionAes256},
				BlockedEncryptionTypes:             types,
			}},
		}})
		require.NoError(t, err)
	}
	require.Equal(t, []store.EncryptionType{"SSE-C"}, blocked())
	put(nil)
	require.Equal(t, []store.EncryptionType{"SSE-C"}, blocked())
	put(&store.BlockedEncryptionTypes{EncryptionType: []store.EncryptionType{"NONE"}})
	require.Equal(t, []store.EncryptionType{"NONE"}, blocked())
	put(&store.BlockedEncryptionTypes{EncryptionType: []store.EncryptionType{"SSE-C"}})
	require.Equal(t, []store.EncryptionType{"SSE-C"}, blocked())
}

// The policies of AWS's that a role of a CSI driver gets exist, and a role has ten at
// most.
func TestARoleHasTenPoliciesAtMost(t *testing.T) {
	a, ctx := open(t, "111111111121"), context.Background()
	_, err := a.IAM.CreateRole(ctx, &iam.CreateRoleInput{RoleName: sdk.String("r"), AssumeRolePolicyDocument: sdk.String("{}")})
	require.NoError(t, err)
	attach := func(policy string) error {
		_, err := a.IAM.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: sdk.String("r"), PolicyArn: sdk.String("arn:aws:iam::aws:policy/" + policy)})
		return err
	}
	for _, policy := range []string{
		"service-role/AmazonEBSCSIDriverPolicy", "AmazonEBSCSIDriverPolicyV2", "AmazonEBSCSIDriverEKSClusterScopedPolicy", "service-role/AmazonEFSCSIDriverPolicy",
		"AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly", "AmazonSSMManagedInstanceCore", "AmazonEKSClusterPolicy", "AmazonEKSServicePolicy",
	} {
		require.NoError(t, attach(policy), policy)
	}
	refused(t, attach("ReadOnlyAccess"), "LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10")
	require.NoError(t, attach("AmazonEKSClusterPolicy"), "it is there already")
}

func TestIAMKeepsAPolicyThatIsAttached(t *testing.T) {
	a, ctx := open(t, "111111111109"), context.Background()
	made, err := a.IAM.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: sdk.String("p"), PolicyDocument: sdk.String(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}}`)})
	require.NoError(t, err)
	_, err = a.IAM.CreateRole(ctx, &iam.CreateRoleInput{RoleName: sdk.String("r"), AssumeRolePolicyDocument: sdk.String("{}")})
	require.NoError(t, err)
	_, err = a.IAM.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: sdk.String("r"), PolicyArn: made.Policy.Arn})
	require.NoError(t, err)
	remove := func() error {
		_, err := a.IAM.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: made.Policy.Arn})
		return err
	}
	refused(t, remove(), "DeleteConflict", "Cannot delete a policy attached to entities.")
	_, err = a.IAM.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: sdk.String("r"), PolicyArn: made.Policy.Arn})
	require.NoError(t, err)
	require.NoError(t, remove())
}

func TestABackupPlanGoesAfterItsSelections(t *testing.T) {
	a := open(t, "111111111108")
	_, err := a.Backup.CreateBackupVault(context.Background(), &backup.CreateBackupVaultInput{BackupVaultName: sdk.String("v")})
	require.NoError(t, err)
	points, err := a.Backup.ListRecoveryPointsByBackupVault(context.Background(), &backup.ListRecoveryPointsByBackupVaultInput{BackupVaultName: sdk.String("v")})
	require.NoError(t, err)
	require.Empty(t, points.RecoveryPoints)
	plan, err := a.Backup.CreateBackupPlan(context.Background(), &backup.CreateBackupPlanInput{BackupPlan: &backups.BackupPlanInput{
		BackupPlanName: sdk.String("p"), Rules: []backups.BackupRuleInput{{RuleName: sdk.String("daily"), TargetBackupVaultName: sdk.String("v")}},
	}})
	require.NoError(t, err)
	selection, err := a.Backup.CreateBackupSelection(context.Background(), &backup.CreateBackupSelectionInput{
		BackupPlanId: plan.BackupPlanId, BackupSelection: &backups.BackupSelection{SelectionName: sdk.String("s"), IamRoleArn: sdk.String(role)},
	})
	require.NoError(t, err)
	remove := func() error {
		_, err := a.Backup.DeleteBackupPlan(context.Background(), &backup.DeleteBackupPlanInput{BackupPlanId: plan.BackupPlanId})
		return err
	}
	refused(t, remove(), "InvalidRequestException", "Related backup plan selections must be deleted prior to backup plan deletion")
	_, err = a.Backup.DeleteBackupSelection(context.Background(), &backup.DeleteBackupSelectionInput{BackupPlanId: plan.BackupPlanId, SelectionId: selection.SelectionId})
	require.NoError(t, err)
	require.NoError(t, remove())
	_, err = a.Backup.GetBackupPlan(context.Background(), &backup.GetBackupPlanInput{BackupPlanId: plan.BackupPlanId})
	refused(t, err, "ResourceNotFoundException", "Failed reading Backup plan with provided version")
}

func TestAClusterIsAWhileInTheMaking(t *testing.T) {
	slow, err := harness.StartEmulator(harness.Settings{Delay: 5 * time.Second})
	require.NoError(t, err)
	defer func() { require.NoError(t, slow.Stop()) }()
	a, err := aws.Open(context.Background(), slow.URL, "111111111107", region)
	require.NoError(t, err)
	_, subnets := vpc(t, a)
	cluster(t, a, subnets)
	_, err = a.EKS.CreateNodegroup(context.Background(), nodes(subnets, "1.34", sizes(0, 1, 0)))
	refused(t, err, "InvalidRequestException", "Cluster 'c' is not in ACTIVE status")
	_, err = a.EKS.DescribeIdentityProviderConfig(context.Background(), &eks.DescribeIdentityProviderConfigInput{
		ClusterName: sdk.String("c"), IdentityProviderConfig: &types.IdentityProviderConfig{Type: sdk.String("oidc"), Name: sdk.String("i")},
	})
	refused(t, err, "ResourceNotFoundException", "Identity provider config is not associated with the cluster")
	require.NoError(t, harness.Eventually(context.Background(), time.Minute, func() error {
		_, err := a.EKS.CreateNodegroup(context.Background(), nodes(subnets, "1.34", sizes(0, 1, 0)))
		return err
	}))
}
