package identity_test

import (
	"os"
	"strings"
	"testing"

	iam "github.com/upbound/provider-aws/v2/apis/namespaced/iam/v1beta1"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions/identity"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/lowered"
)

func ourKey() v1alpha1.IdentitySpec {
	return v1alpha1.IdentitySpec{CreateKey: true, AccountRoot: "arn:aws:iam::123456789012:root"}
}

func lower(c v1alpha1.Common, spec v1alpha1.IdentitySpec) []resource.Resource {
	return identity.Lower(c, spec, v1alpha1.IdentityStatus{})
}

func TestTheKeyAndTheRolesAreAsTheGoldenFileSays(t *testing.T) {
	lowered.Golden(t, "identity.yaml", lower(lowered.Common(), ourKey()))
}

func TestTheUsersKeyIsLeftAlone(t *testing.T) {
	resources := lower(lowered.Common(), v1alpha1.IdentitySpec{})
	lowered.Check(t, resources)
	for _, r := range resources {
		require.NotContains(t, []string{"Key", "Alias"}, r.Object.GetObjectKind().GroupVersionKind().Kind)
	}
}

// The policy of the install page (R17).
func TestTheAutoscalerHasThePolicyOfTheInstallPage(t *testing.T) {
	want, err := os.ReadFile("testdata/autoscaler.json")
	require.NoError(t, err)
	for _, r := range lower(lowered.Common(), ourKey()) {
		if policy, ok := r.Object.(*iam.Policy); ok {
			require.JSONEq(t, string(want), *policy.Spec.ForProvider.Policy)
			return
		}
	}
	require.Fail(t, "no policy")
}

func TestOnlyThePlatformsRoleMayScaleTheCluster(t *testing.T) {
	var roles []string
	for _, r := range lower(lowered.Common(), ourKey()) {
		a, ok := r.Object.(*iam.RolePolicyAttachment)
		if ok && a.Spec.ForProvider.PolicyArnRef != nil {
			roles = append(roles, a.Spec.ForProvider.RoleRef.Name)
		}
	}
	require.Equal(t, []string{"prod-us-identity-platform"}, roles)
}

func TestNoPartitionIsTakenForGranted(t *testing.T) {
	c := lowered.Common()
	c.Partition, c.DNSSuffix, c.Region = "aws-cn", "amazonaws.com.cn", "cn-north-1"
	root := v1alpha1.IdentitySpec{CreateKey: true, AccountRoot: "arn:aws-cn:iam::123456789012:root"}
	for _, r := range lower(c, root) {
		text, err := yaml.Marshal(r.Object)
		require.NoError(t, err)
		require.NotContains(t, string(text), "arn:aws:", r.Key)
		if strings.Contains(string(text), "sts:AssumeRole") && r.Key != "cluster" {
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
