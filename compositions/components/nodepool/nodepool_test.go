package nodepool_test

import (
	"encoding/base64"
	"testing"

	autoscaling "github.com/upbound/provider-aws/v2/apis/namespaced/autoscaling/v1beta1"
	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"
	eks "github.com/upbound/provider-aws/v2/apis/namespaced/eks/v1beta1"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/components/nodepool"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/lowered"
)

// gpu is the default-gpu pool of the install page (R4), in one zone of three.
func gpu() v1alpha1.NodePoolSpec {
	return v1alpha1.NodePoolSpec{
		Pool:           "default-gpu",
		Role:           "compute",
		Version:        "1.35",
		InstanceTypes:  []string{"g5.2xlarge"},
		AMIType:        "AL2023_x86_64_NVIDIA",
		CapacityType:   "ON_DEMAND",
		UserData:       "MIME-Version: 1.0\n",
		Disk:           v1alpha1.DiskSpec{SizeGiB: 400, Type: "gp3"},
		KeyARN:         "arn:aws:kms:us-west-2:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
		SecurityGroup:  v1alpha1.Reference{Name: "prod-us-security-nodes"},
		LaunchTemplate: "prod-us-default-gpu",
		InstanceTags:   map[string]string{"Name": "prod-us-default-gpu", "team": "data-science"},
		Labels:         map[string]string{"dominodatalab.com/node-pool": "default-gpu", "nvidia.com/gpu": "true"},
		Taints:         []v1alpha1.TaintSpec{{Key: "nvidia.com/gpu", Value: "true", Effect: "NO_SCHEDULE"}},
		Update:         v1alpha1.Update{Strategy: "MINIMAL", MaxUnavailablePercentage: new(int64(50))},
		Zones: map[string]v1alpha1.ZoneSpec{
			"z0": {Zone: "us-west-2a", Subnet: v1alpha1.Reference{Name: "prod-us-network-private-z0"}, NodeGroup: "prod-us-default-gpu-us-west-2a", Min: 0, Max: 2, Desired: 0},
		},
		AutoscalerTags: map[string]v1alpha1.AutoscalerTag{
			"0a1b2c": {Key: "k8s.io/cluster-autoscaler/node-template/resources/smarter-devices/fuse", Value: "20"},
		},
	}
}

// platform has everything that the GPU pool leaves out, and the longest name.
func platform() v1alpha1.NodePoolSpec {
	spec := gpu()
	spec.Pool = "platform-of-20-chars"
	spec.Role = "platform"
	spec.UserData = ""
	spec.AMIReleaseVersion = "1.35.0-20260204"
	spec.Disk = v1alpha1.DiskSpec{SizeGiB: 128, Type: "gp3", IOPS: 4000, ThroughputMiBps: 250}
	spec.KeyARN = "arn:aws:kms:us-west-2:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
	spec.SecurityGroup = v1alpha1.Reference{ID: "sg-0123456789abcdef0"}
	spec.Taints = nil
	spec.Update = v1alpha1.Update{Strategy: "DEFAULT", MaxUnavailable: new(int64(1))}
	for _, slot := range []string{"z0", "z1", "z2"} {
		spec.Zones[slot] = v1alpha1.ZoneSpec{
			Zone: "us-west-2" + slot, Subnet: v1alpha1.Reference{ID: "subnet-0123456789abcdef0"},
			NodeGroup: "prod-us-platform-" + slot, Min: 1, Max: 2, Desired: 1,
		}
	}
	return spec
}

func lower(spec v1alpha1.NodePoolSpec) []resource.Resource {
	status := v1alpha1.NodePoolStatus{LaunchTemplateVersion: "7", Zones: map[string]v1alpha1.ZoneStatus{}}
	for slot := range spec.Zones {
		status.Zones[slot] = v1alpha1.ZoneStatus{AutoscalingGroup: "eks-" + slot}
	}
	return nodepool.Lower(lowered.Common(), spec, status)
}

func TestAGPUPoolIsAsTheGoldenFileSays(t *testing.T) {
	lowered.Golden(t, "gpu.yaml", lower(gpu()))
}

func TestAPoolInThreeZonesIsTakenByTheCluster(t *testing.T) {
	resources := lower(platform())
	lowered.Check(t, resources)
	require.Len(t, resources, 1+3*(1+1+2)+4)
}

// The tags of a group share the pool's name with what the pool itself makes, and no
// key with it.
func TestTheTagsOfAGroupAreThePoolsAndNoneOfItsKeys(t *testing.T) {
	tags := nodepool.LowerGroupTags(lowered.Common(), v1alpha1.GroupTagsSpec{
		Pool:      "platform-of-20-chars",
		Zones:     map[string]v1alpha1.TaggedGroup{"z0": {AutoscalingGroup: "eks-z0"}, "z1": {AutoscalingGroup: "eks-z1"}},
		GroupTags: map[string]v1alpha1.GroupTag{"0a1b2c": {Key: "team", Value: "data"}},
	}, v1alpha1.GroupTagsStatus{})
	lowered.Check(t, tags)
	require.Len(t, tags, 2)
	group := tags[0].Object.(*autoscaling.GroupTag).Spec.ForProvider
	require.Equal(t, "eks-z0", *group.AutoscalingGroupName)
	require.Equal(t, "team", *group.Tag.Key)
	require.False(t, *group.Tag.PropagateAtLaunch)
	names := map[string]bool{}
	for _, r := range append(lower(platform()), tags...) {
		require.False(t, names[r.Object.GetName()], r.Object.GetName())
		names[r.Object.GetName()] = true
	}
}

// The autoscaler owns the desired size, whatever the provider can do.
func TestSizesFollowGitWhereTheProviderChangesThemInPlace(t *testing.T) {
	spec := gpu()
	size := func() (always *eks.ScalingConfigParameters, created *eks.ScalingConfigInitParameters) {
		group := lower(spec)[1].Object.(*eks.NodeGroup).Spec
		return group.ForProvider.ScalingConfig, group.InitProvider.ScalingConfig
	}
	always, created := size()
	require.Nil(t, always)
	require.EqualValues(t, 2, *created.MaxSize)
	spec.SizesInPlace = true
	always, created = size()
	require.EqualValues(t, 2, *always.MaxSize)
	require.Nil(t, always.DesiredSize)
	require.Nil(t, created.MaxSize)
	require.EqualValues(t, 0, *created.DesiredSize)
}

// EKS refuses a type in both places, and takes t3.medium without one.
func TestTheInstanceTypeIsInOnePlace(t *testing.T) {
	places := func(spec v1alpha1.NodePoolSpec) (*string, []*string) {
		resources := lower(spec)
		return resources[0].Object.(*ec2.LaunchTemplate).Spec.ForProvider.InstanceType, resources[1].Object.(*eks.NodeGroup).Spec.ForProvider.InstanceTypes
	}
	spec := gpu()
	inTemplate, inGroup := places(spec)
	require.Nil(t, inTemplate)
	require.Equal(t, "g5.2xlarge", *inGroup[0])
	spec.InstanceType, spec.InstanceTypes = "g5.2xlarge", nil
	inTemplate, inGroup = places(spec)
	require.Equal(t, "g5.2xlarge", *inTemplate)
	require.Empty(t, inGroup)
}

func TestInterfacesAreTaggedWhereTheyAreAskedFor(t *testing.T) {
	spec := gpu()
	types := func() (types []string) {
		for _, s := range lower(spec)[0].Object.(*ec2.LaunchTemplate).Spec.ForProvider.TagSpecifications {
			types = append(types, *s.ResourceType)
		}
		return types
	}
	require.Equal(t, []string{"instance", "volume"}, types())
	spec.TagInterfaces = true
	require.Equal(t, []string{"instance", "volume", "network-interface"}, types())
}

func TestNodesReadWhatThePlanSaysInBase64(t *testing.T) {
	template := func(spec v1alpha1.NodePoolSpec) *ec2.LaunchTemplate {
		return lower(spec)[0].Object.(*ec2.LaunchTemplate)
	}
	require.Equal(t, "TUlNRS1WZXJzaW9uOiAxLjAK", *template(gpu()).Spec.ForProvider.UserData)
	require.Nil(t, template(platform()).Spec.ForProvider.UserData)
	own := platform()
	own.UserData = "  cluster:\n"
	own.Image = &v1alpha1.ImageSpec{ID: "ami-0123456789abcdef0", Endpoint: "https://example.com", CertificateAuthority: "Zm9v"}
	parameters := template(own).Spec.ForProvider
	require.Equal(t, "ami-0123456789abcdef0", *parameters.ImageID)
	text, err := base64.StdEncoding.DecodeString(*parameters.UserData)
	require.NoError(t, err)
	require.Equal(t, "  cluster:\n    apiServerEndpoint: https://example.com\n    certificateAuthority: Zm9v\n\n--//--\n", string(text))
}

// A size in forProvider would be reset at each poll (provider-upjet-aws#1907).
func TestTheAutoscalerOwnsTheSizeOfEveryGroup(t *testing.T) {
	groups := 0
	for _, r := range lower(platform()) {
		group, ok := r.Object.(*eks.NodeGroup)
		if !ok {
			continue
		}
		groups++
		require.Nil(t, group.Spec.ForProvider.ScalingConfig)
		require.NotNil(t, group.Spec.InitProvider.ScalingConfig)
		require.NotContains(t, group.GetManagementPolicies(), "LateInitialize")
		require.Len(t, group.GetManagementPolicies(), 4)
	}
	require.Equal(t, 3, groups)
}

// A pool of Domino's Terraform modules has names of its own, a key pair, and tags on its Auto
// Scaling groups that no other resource sets.
func TestAPoolThatIsTakenOverIsAsTheGoldenFileSays(t *testing.T) {
	spec := gpu()
	spec.RoleARN = "arn:aws:iam::123456789012:role/prod-us-eks-nodes"
	spec.KeyARN = ""
	spec.SecurityGroup = v1alpha1.Reference{ID: "sg-0123456789abcdef0"}
	spec.AutoscalerTags = nil
	spec.Adopted = &v1alpha1.AdoptedPoolSpec{KeyPair: "prod-us", Tags: map[string]string{"purpose": "burst"}}
	lowered.Golden(t, "taken-over.yaml", lower(spec))
}

// User data that says the same in other words stays: the provider overlooks differences in
// what only initProvider has.
func TestUserDataIsLeftAsItWasFound(t *testing.T) {
	spec := gpu()
	spec.Adopted = &v1alpha1.AdoptedPoolSpec{UserDataAsFound: true}
	template := lower(spec)[0].Object.(*ec2.LaunchTemplate).Spec
	require.Nil(t, template.ForProvider.UserData)
	require.Equal(t, "TUlNRS1WZXJzaW9uOiAxLjAK", *template.InitProvider.UserData)

	spec.Adopted.UserDataAsFound = false
	template = lower(spec)[0].Object.(*ec2.LaunchTemplate).Spec
	require.Equal(t, "TUlNRS1WZXJzaW9uOiAxLjAK", *template.ForProvider.UserData)
	require.Nil(t, template.InitProvider.UserData)
}
