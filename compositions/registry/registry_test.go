package registry_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/compositions/registry"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/lowering"
)

type registryCase = lowering.Case[v1alpha1.RegistrySpec, v1alpha1.RegistryStatus]

func cached() registryCase {
	common := lowering.Common("protect")
	return registryCase{
		Component: "Registry",
		Common:    common,
		Spec: v1alpha1.RegistrySpec{
			Key: v1alpha1.Reference{Name: v1alpha1.ObjectName(common.Name, "identity", "key")},
			Repositories: map[string]v1alpha1.RepositorySpec{
				"environment": {Name: common.Name + "/environment"},
				"genai-model": {Name: common.Name + "/genai-model"},
				"model":       {Name: common.Name + "/model"},
			},
			PullThroughCachePrefix: "environment-of-3-0a1b2c/quay",
		},
		Lower: registry.Lower,
	}
}

// ofTheUser is a registry without a cache, under the user's key, that may go.
func ofTheUser() registryCase {
	c := cached()
	c.Common.Deletion = "allow"
	c.Spec.Key = v1alpha1.Reference{ID: "arn:aws:kms:us-west-2:123456789012:key/mrk-1"}
	c.Spec.PullThroughCachePrefix = ""
	return c
}

func TestCached(t *testing.T) { lowering.Check(t, cached(), "cached.yaml") }

func TestOfTheUser(t *testing.T) { lowering.Check(t, ofTheUser(), "of-the-user.yaml") }

func TestImagesStayWhenTheirObjectGoes(t *testing.T) {
	for _, r := range cached().Concrete() {
		require.Equal(t, r.Key != "cache-quay", retained(t, r), r.Key)
	}
	for _, r := range ofTheUser().Concrete() {
		require.False(t, retained(t, r), r.Key)
	}
}

func retained(t *testing.T, r resource.Resource) bool {
	t.Helper()
	_, found, err := unstructured.NestedSlice(lowering.Content(t, r), "spec", "managementPolicies")
	require.NoError(t, err)
	return found
}

func TestTheLifecyclePolicyIsJSONThatExpiresUntaggedImagesOnly(t *testing.T) {
	content := lowering.Content(t, lowering.Find(t, cached().Concrete(), "lifecycle-model"))
	text, _, err := unstructured.NestedString(content, "spec", "forProvider", "policy")
	require.NoError(t, err)
	var policy struct {
		Rules []struct{ Selection struct{ TagStatus string } }
	}
	require.NoError(t, json.Unmarshal([]byte(text), &policy))
	require.Len(t, policy.Rules, 1)
	require.Equal(t, "untagged", policy.Rules[0].Selection.TagStatus)
}

func TestEachRepositoryExportsWhereImagesArePushed(t *testing.T) {
	model := lowering.Find(t, cached().Concrete(), "repo-model")
	require.Equal(t, []resource.Export{{From: "status.atProvider.repositoryUrl", To: "repositories.model.url"}}, model.Exports)
}
