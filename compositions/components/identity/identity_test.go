package identity_test

import (
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	iam "github.com/upbound/provider-aws/v2/apis/namespaced/iam/v1beta1"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions/components/identity"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/lowered"
)

func ourKey() v1alpha1.IdentitySpec {
	return v1alpha1.IdentitySpec{
		CreateKey: true, AccountRoot: "arn:aws:iam::123456789012:root",
		Buckets: v1alpha1.NodeBuckets{
			Data: "your-user-data-bucket-name", Registry: "your-registry-bucket-name",
			Logs: "your-logs-bucket-name", Backups: "your-backups-bucket-name",
		},
	}
}

const (
	madeKey  = "arn:aws:kms:us-west-2:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
	usersKey = "arn:aws:kms:us-west-2:123456789012:key/11111111-2222-3333-4444-555555555555"
)

// everything has each thing that a spec may ask for.
func everything() v1alpha1.IdentitySpec {
	spec := ourKey()
	spec.Autoscaler = true
	spec.Registry = &v1alpha1.NodeRegistry{
		Repositories:           map[string]v1alpha1.RepositorySpec{"environment": {Name: "prod-us/environment"}, "model": {Name: "prod-us/model"}},
		PullThroughCachePrefix: "prod-us/quay",
	}
	return spec
}

func lower(c v1alpha1.Common, spec v1alpha1.IdentitySpec) []resource.Resource {
	return identity.Lower(c, spec, v1alpha1.IdentityStatus{KeyARN: madeKey})
}

func TestTheKeyAndTheRolesAreAsTheGoldenFileSays(t *testing.T) {
	lowered.Golden(t, "identity.yaml", lower(lowered.Common(), everything()))
}

func TestTheUsersKeyIsLeftAlone(t *testing.T) {
	spec := everything()
	spec.CreateKey, spec.KeyARN = false, usersKey
	resources := lower(lowered.Common(), spec)
	lowered.Check(t, resources)
	for _, r := range resources {
		require.NotContains(t, []string{"Key", "Alias"}, r.Object.GetObjectKind().GroupVersionKind().Kind)
	}
	policies := policies(resources)
	require.Contains(t, policies["nodes-key"], usersKey)
	require.Contains(t, policies["ebs-csi-key"], usersKey)
}

// The roles of a key that was taken over have another owner.
func TestAKeyThatIsTakenOverIsAsTheGoldenFileSays(t *testing.T) {
	spec := ourKey()
	spec.CreateKey, spec.KeyARN = false, usersKey
	spec.Adopted = &v1alpha1.AdoptedKeySpec{ID: "11111111-2222-3333-4444-555555555555", Description: "KMS key to secure data for Domino", Policy: `{"Version":"2012-10-17","Statement":[]}`, Rotation: true}
	lowered.Golden(t, "taken-over.yaml", lower(lowered.Common(), spec))
}

// The two policies of the install page (R15, R17), with the page's own names of
// buckets, one that lets nodes use the key of the buckets and no other, and one
// with what the autoscaler of today reads and the page does not know.
func TestNodesHaveThePoliciesOfTheInstallPage(t *testing.T) {
	policies := policies(lower(lowered.Common(), ourKey()))
	for key, file := range map[string]string{"autoscaler": "autoscaler.json", "autoscaler-reads": "autoscaler-reads.json", "nodes-s3": "s3.json", "nodes-key": "key.json"} {
		want, err := os.ReadFile("testdata/" + file)
		require.NoError(t, err)
		require.JSONEq(t, string(want), policies[key], key)
	}
}

// policies are the texts of our policies by key.
func policies(resources []resource.Resource) map[string]string {
	texts := map[string]string{}
	for _, r := range resources {
		if policy, ok := r.Object.(*iam.Policy); ok {
			texts[r.Key] = *policy.Spec.ForProvider.Policy
		}
	}
	return texts
}

// attached are the policies of each role, by key.
func attached(resources []resource.Resource) map[string][]string {
	roles := map[string][]string{}
	for _, r := range resources {
		a, ok := r.Object.(*iam.RolePolicyAttachment)
		if !ok {
			continue
		}
		role := strings.TrimPrefix(a.Spec.ForProvider.RoleRef.Name, "prod-us-identity-")
		policy := ""
		if ref := a.Spec.ForProvider.PolicyArnRef; ref != nil {
			policy = strings.TrimPrefix(ref.Name, "prod-us-identity-")
		} else {
			policy = path.Base(*a.Spec.ForProvider.PolicyArn)
		}
		roles[role] = append(roles[role], policy)
	}
	return roles
}

func TestEachRoleMayDoWhatItIsForAndNoMore(t *testing.T) {
	node := []string{"AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly", "AmazonSSMManagedInstanceCore"}
	ours := []string{"nodes-s3", "nodes-key", "nodes-ecr"}
	require.Equal(t, map[string][]string{
		"cluster":        {"AmazonEKSClusterPolicy"},
		"platform":       slices.Concat(node, []string{"autoscaler", "autoscaler-reads"}, ours),
		"compute":        slices.Concat(node, ours),
		"ebs-csi":        {"AmazonEBSCSIDriverPolicy", "ebs-csi-key"},
		"efs-csi":        {"AmazonEFSCSIDriverPolicy"},
		"load-balancer":  {"load-balancer-policy"},
		"autoscaler-pod": {"autoscaler", "autoscaler-reads"},
	}, attached(lower(lowered.Common(), everything())))
}

// A driver without a role has its rights by both roles of nodes, in one policy for
// all drivers: the platform's role has no room for two.
func TestNodesHaveTheRightsOfDriversWithoutARole(t *testing.T) {
	spec := everything()
	spec.NodeDrivers = &v1alpha1.NodeDrivers{EBS: true, EFS: true}
	resources := lower(lowered.Common(), spec)
	lowered.Check(t, resources)
	roles := attached(resources)
	require.NotContains(t, roles, "ebs-csi")
	require.NotContains(t, roles, "efs-csi")
	require.Contains(t, roles["compute"], "nodes-drivers")
	require.Contains(t, roles["platform"], "nodes-drivers")
	require.Len(t, roles["platform"], 10, "AWS takes no more")
	document := policies(resources)["nodes-drivers"]
	require.LessOrEqual(t, len(document), 6144)
	require.Contains(t, document, "ec2:AttachVolume")
	require.Contains(t, document, "elasticfilesystem:DescribeMountTargets")

	spec.NodeDrivers = &v1alpha1.NodeDrivers{EFS: true}
	resources = lower(lowered.Common(), spec)
	require.Contains(t, attached(resources), "ebs-csi")
	require.NotContains(t, policies(resources)["nodes-drivers"], "ec2:AttachVolume")
}

// Each policy for the driver of EBS has a key of its own: AWS cannot exchange that of
// an attachment.
func TestThePolicyOfTheDriverOfEBS(t *testing.T) {
	for volumes, want := range map[v1alpha1.RoleVolumes][2]string{
		"":        {"ebs-csi-volumes", "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"},
		"driver":  {"ebs-csi-of-driver", "arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicyV2"},
		"cluster": {"ebs-csi-of-cluster", "arn:aws:iam::aws:policy/AmazonEBSCSIDriverEKSClusterScopedPolicy"},
	} {
		spec := ourKey()
		spec.Volumes = volumes
		got := map[string]string{}
		for _, r := range lower(lowered.Common(), spec) {
			if a, ok := r.Object.(*iam.RolePolicyAttachment); ok && strings.HasPrefix(r.Key, "ebs-csi-") && a.Spec.ForProvider.PolicyArn != nil {
				got[r.Key] = *a.Spec.ForProvider.PolicyArn
			}
		}
		require.Equal(t, map[string]string{want[0]: want[1]}, got)
	}
}

// The limits of IAM: 10 policies on a role, 6144 characters in a policy, 64 in
// the name of a role and 2048 in a trust policy.
func TestRolesAndPoliciesAreWithinTheLimitsOfIAM(t *testing.T) {
	roles := attached(lower(lowered.Common(), everything()))
	require.NotEmpty(t, roles)
	for role, policies := range roles {
		require.LessOrEqual(t, len(policies), 10, role)
	}
	c := lowered.Common()
	c.Name, c.Region, c.Partition = strings.Repeat("n", 32), "us-gov-west-1", "aws-us-gov"
	spec, bucket := everything(), strings.Repeat("b", 63)
	spec.Buckets = v1alpha1.NodeBuckets{Data: bucket, Registry: bucket, Logs: bucket, Backups: bucket}
	written, trusting := 0, 0
	for _, r := range lower(c, spec) {
		switch object := r.Object.(type) {
		case *iam.Policy:
			written++
			require.LessOrEqual(t, len(*object.Spec.ForProvider.Policy), 6144, r.Key)
		case *iam.Role:
			trusting++
			require.LessOrEqual(t, len(object.Annotations["crossplane.io/external-name"]), 64, r.Key)
			require.LessOrEqual(t, len(*object.Spec.ForProvider.AssumeRolePolicy), 2048, r.Key)
		}
	}
	require.NotZero(t, written)
	require.NotZero(t, trusting)
}

// Whoever but EC2 may take on a role does it for this cluster only.
func TestTrustIsForThisClusterOnly(t *testing.T) {
	limited := 0
	for _, r := range lower(lowered.Common(), everything()) {
		role, ok := r.Object.(*iam.Role)
		if !ok || r.Key == "platform" || r.Key == "compute" {
			continue
		}
		trust := *role.Spec.ForProvider.AssumeRolePolicy
		require.Contains(t, trust, `"aws:SourceAccount":"123456789012"`, r.Key)
		require.Contains(t, trust, `"aws:SourceArn":"arn:aws:eks:us-west-2:123456789012:cluster/prod-us"`, r.Key)
		limited++
	}
	require.NotZero(t, limited)
}

func TestNoPartitionIsTakenForGranted(t *testing.T) {
	c := lowered.Common()
	c.Partition, c.DNSSuffix, c.Region = "aws-cn", "amazonaws.com.cn", "cn-north-1"
	spec := everything()
	spec.AccountRoot = "arn:aws-cn:iam::123456789012:root"
	for _, r := range identity.Lower(c, spec, v1alpha1.IdentityStatus{}) {
		text, err := yaml.Marshal(r.Object)
		require.NoError(t, err)
		require.NotContains(t, string(text), "arn:aws:", r.Key)
		if r.Key == "platform" || r.Key == "compute" {
			require.Contains(t, string(text), "ec2.amazonaws.com.cn", r.Key)
		}
	}
}

func TestTheKeyGoesOnlyWhereDeletionIsAllowed(t *testing.T) {
	policies := map[v1alpha1.Deletion]bool{}
	for _, deletion := range []v1alpha1.Deletion{"protect", "allow"} {
		c := lowered.Common()
		c.Deletion = deletion
		key := lowered.Content(t, lower(c, ourKey())[0])["spec"].(map[string]any)
		_, policies[deletion] = key["managementPolicies"]
	}
	require.Equal(t, map[v1alpha1.Deletion]bool{"protect": true, "allow": false}, policies)
}

// Each sort of role of the user's pods, with the longest name that a role may have.
func TestTheRolesOfPodsAreAsTheGoldenFileSays(t *testing.T) {
	attached := map[string]v1alpha1.AttachedPolicy{"874374": {ARN: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}}
	lowered.Golden(t, "pod-roles.yaml", identity.LowerPodRoles(lowered.Common(), v1alpha1.PodRolesSpec{
		OIDCProvider: "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF",
		Roles: map[string]v1alpha1.PodRoleSpec{
			"reports":                         {Namespace: "reports", ServiceAccount: "reports", Policies: attached, Document: `{"Version":"2012-10-17","Statement":[]}`},
			"reports-policy":                  {Namespace: "reports", ServiceAccount: "policies", Policies: attached},
			"a-role-of-thirty-one-characters": {Namespace: "default", ServiceAccount: "loader", IRSA: true, Document: `{"Version":"2012-10-17","Statement":[]}`},
		},
	}, v1alpha1.PodRolesStatus{}))
}
