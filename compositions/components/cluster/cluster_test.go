package cluster_test

import (
	"testing"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	eks "github.com/upbound/provider-aws/v2/apis/namespaced/eks/v1beta1"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/components/cluster"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/lowered"
)

func full() v1alpha1.ClusterSpec {
	return v1alpha1.ClusterSpec{
		Version:          "1.35",
		Subnets:          []v1alpha1.Reference{{Name: "prod-us-network-control-plane-z0"}, {Name: "prod-us-network-control-plane-z1"}},
		ServiceCIDR:      "172.20.0.0/16",
		PublicCIDRs:      []string{"203.0.113.0/24"},
		LogTypes:         []string{"api", "audit", "authenticator", "controllerManager", "scheduler"},
		LogRetentionDays: 365,
		SupportType:      "STANDARD",
		KeyARN:           "arn:aws:kms:us-west-2:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
		OurKey:           true,
		Admins: map[string]v1alpha1.AdminSpec{
			"1a2b3c": {PrincipalARN: "arn:aws:iam::123456789012:role/operators", PolicyARN: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"},
			"4d5e6f": {PrincipalARN: "arn:aws:iam::123456789012:user/observer", PolicyARN: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy", Namespaces: []string{"domino-compute"}},
			"7a8b9c": {PrincipalARN: "arn:aws:iam::123456789012:role/on-call", KubernetesGroups: []string{"on-call", "viewers"}},
		},
		IdentityProviders: map[string]v1alpha1.IdentityProviderSpec{
			"company-single-signo": {IssuerURL: "https://login.example.com", ClientID: "kubernetes", GroupsClaim: "groups", RequiredClaims: map[string]string{"hd": "example.com"}},
		},
		Addons: map[string]v1alpha1.AddonSpec{
			"vpc-cni":                {Configuration: `{"env":{"ENABLE_PREFIX_DELEGATION":"false"}}`},
			"kube-proxy":             {Version: "v1.35.0-eksbuild.2"},
			"eks-pod-identity-agent": {},
		},
	}
}

func lower(c v1alpha1.Common, spec v1alpha1.ClusterSpec) []resource.Resource {
	return cluster.Lower(c, spec, v1alpha1.ClusterStatus{
		Endpoint: "https://0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com",
		Issuer:   "https://oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF",
	})
}

func TestAClusterWithEverythingIsAsTheGoldenFileSays(t *testing.T) {
	lowered.Golden(t, "cluster.yaml", lower(lowered.Common(), full()))
}

func TestPodsWithARangeOfTheirOwnAreAsTheGoldenFileSays(t *testing.T) {
	spec := full()
	spec.Addons["vpc-cni"] = v1alpha1.AddonSpec{}
	spec.PodNetworking = &v1alpha1.PodNetworkingSpec{
		Settings:        `"env":{"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG":"true","ENI_CONFIG_LABEL_DEF":"topology.kubernetes.io/zone"}`,
		SecurityGroupID: "sg-0123456789abcdef0",
		Zones: map[string]v1alpha1.PodZoneSpec{
			"z0": {Zone: "us-west-2c", SubnetID: "subnet-0000000000000000c"},
			"z1": {Zone: "us-west-2a", SubnetID: "subnet-0000000000000000a"},
		},
	}
	resources := lower(lowered.Common(), spec)
	lowered.Golden(t, "pod-range.yaml", resources)
	require.JSONEq(t, `{
		"env": {"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true", "ENI_CONFIG_LABEL_DEF": "topology.kubernetes.io/zone"},
		"eniConfig": {"create": true, "region": "us-west-2", "subnets": {
			"us-west-2c": {"id": "subnet-0000000000000000c", "securityGroups": ["sg-0123456789abcdef0"]},
			"us-west-2a": {"id": "subnet-0000000000000000a", "securityGroups": ["sg-0123456789abcdef0"]}
		}}
	}`, configuration(t, resources, "vpc-cni"))
}

func configuration(t *testing.T, resources []resource.Resource, key string) string {
	for _, r := range resources {
		if addon, ok := r.Object.(*eks.Addon); ok && r.Key == key {
			return *addon.Spec.ForProvider.ConfigurationValues
		}
	}
	require.Fail(t, "no add-on "+key)
	return ""
}

func TestWithoutAnAllowListThePublicEndpointIsOff(t *testing.T) {
	spec := full()
	spec.PublicCIDRs = nil
	spec.Subnets = []v1alpha1.Reference{{ID: "subnet-0123456789abcdef0"}, {ID: "subnet-0123456789abcdef1"}}
	resources := lower(lowered.Common(), spec)
	lowered.Check(t, resources)
	vpc := controlPlane(t, resources).VPCConfig
	require.False(t, *vpc.EndpointPublicAccess)
	require.True(t, *vpc.EndpointPrivateAccess)
	require.Nil(t, vpc.PublicAccessCidrs)
	require.Len(t, vpc.SubnetIds, 2)
}

func TestAClusterMayBeDeletedOnlyWhereDeletionIsAllowed(t *testing.T) {
	c := lowered.Common()
	require.True(t, *controlPlane(t, lower(c, full())).DeletionProtection)
	c.Deletion = "allow"
	require.False(t, *controlPlane(t, lower(c, full())).DeletionProtection)
}

func controlPlane(t *testing.T, resources []resource.Resource) eks.ClusterParameters {
	for _, r := range resources {
		if object, ok := r.Object.(*eks.Cluster); ok {
			return object.Spec.ForProvider
		}
	}
	require.Fail(t, "no cluster")
	return eks.ClusterParameters{}
}

// What others made is not ours to keep.
func TestOnlySubnetsAndAKeyOfOursAreKeptUntilTheClusterIsGone(t *testing.T) {
	ours := keys(lower(lowered.Common(), full()))
	for _, key := range []string{"uses-subnet-z0", "uses-subnet-z1", "uses-key", "uses-policy"} {
		require.Contains(t, ours, key)
	}
	spec := full()
	spec.Subnets = []v1alpha1.Reference{{ID: "subnet-0123456789abcdef0"}, {ID: "subnet-0123456789abcdef1"}}
	spec.OurKey = false
	theirs := keys(lower(lowered.Common(), spec))
	for _, key := range []string{"uses-subnet-z0", "uses-subnet-z1", "uses-key"} {
		require.NotContains(t, theirs, key)
	}
	require.Contains(t, theirs, "uses-policy")
}

func keys(resources []resource.Resource) []string {
	var all []string
	for _, r := range resources {
		all = append(all, r.Key)
	}
	return all
}

// takenOver is the cluster of Domino's Terraform modules, whose role and security group stay
// with Terraform.
func takenOver() v1alpha1.ClusterSpec {
	spec := full()
	spec.OurKey, spec.Admins, spec.IdentityProviders = false, nil, nil
	spec.Subnets = []v1alpha1.Reference{{ID: "subnet-0000000000000000a"}, {ID: "subnet-0000000000000000b"}}
	spec.Adopted = &v1alpha1.AdoptedClusterSpec{
		RoleARN:            "arn:aws:iam::123456789012:role/prod-us-eks",
		SecurityGroupID:    "sg-0123456789abcdef0",
		AuthenticationMode: "CONFIG_MAP",
		OIDCProvider:       true,
		Deletable:          true,
		PlainLogs:          true,
	}
	return spec
}

func TestAClusterThatIsTakenOverIsAsTheGoldenFileSays(t *testing.T) {
	lowered.Golden(t, "taken-over.yaml", lower(lowered.Common(), takenOver()))
}

func TestAnOIDCProviderOfAnotherOwnerIsNotManaged(t *testing.T) {
	spec := takenOver()
	spec.Adopted.OIDCProvider = false
	for _, r := range lower(lowered.Common(), spec) {
		require.NotEqual(t, "issuer", r.Key)
	}
}

// The kubeconfig is a Secret alone, and its controller in the provider refuses any
// management policies: with them it never becomes ready.
func TestOnHoldTheProviderDeletesNothingOfACluster(t *testing.T) {
	for _, r := range resource.Held(lower(lowered.Common(), full()), true) {
		managed, is := r.Object.(interface {
			GetManagementPolicies() xpv1.ManagementPolicies
		})
		if !is {
			continue
		}
		if policies := managed.GetManagementPolicies(); r.Key == "kubeconfig" {
			require.Empty(t, policies)
		} else {
			require.NotEmpty(t, policies, r.Key)
			require.NotContains(t, policies, xpv1.ManagementActionDelete, r.Key)
			require.NotContains(t, policies, xpv1.ManagementActionAll, r.Key)
		}
	}
}
