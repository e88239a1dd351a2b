package registry_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/compositions/components/registry"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/lowered"
)

func cached() []resource.Resource {
	return registry.Lower(lowered.Common(), v1alpha1.RegistrySpec{
		KeyARN:                 "arn:aws:kms:us-west-2:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
		Repositories:           repositories(),
		PullThroughCachePrefix: "prod-us/quay",
	}, v1alpha1.RegistryStatus{})
}

// ofTheUser is a registry without a cache, under the user's key, that may go.
func ofTheUser() []resource.Resource {
	common := lowered.Common()
	common.Deletion = "allow"
	return registry.Lower(common, v1alpha1.RegistrySpec{
		KeyARN:       "arn:aws:kms:us-west-2:123456789012:key/mrk-1",
		Repositories: repositories(),
	}, v1alpha1.RegistryStatus{})
}

// takenOver is a registry of others that the environment took over as it is: without
// scans, with ECR's own keys.
func takenOver() v1alpha1.RegistrySpec {
	return v1alpha1.RegistrySpec{Repositories: repositories(), PullThroughCachePrefix: "prod-us/quay", Adopted: &v1alpha1.AdoptedRegistrySpec{}}
}

func TestARegistryThatIsTakenOverIsAsTheGoldenFileSays(t *testing.T) {
	lowered.Golden(t, "taken-over.yaml", registry.Lower(lowered.Common(), takenOver(), v1alpha1.RegistryStatus{}))
}

func TestImagesOfATakenRegistryExpireOnRequestOnly(t *testing.T) {
	count := func(spec v1alpha1.RegistrySpec) (policies int) {
		for _, r := range registry.Lower(lowered.Common(), spec, v1alpha1.RegistryStatus{}) {
			if r.Kind() == "LifecyclePolicy" {
				policies++
			}
		}
		return policies
	}
	require.Zero(t, count(takenOver()))
	asked := takenOver()
	asked.Adopted.ExpireUntagged = true
	require.Equal(t, 3, count(asked))
}

func repositories() map[string]v1alpha1.RepositorySpec {
	return map[string]v1alpha1.RepositorySpec{
		"environment": {Name: "prod-us/environment"},
		"genai-model": {Name: "prod-us/genai-model"},
		"model":       {Name: "prod-us/model"},
	}
}

func TestARegistryWithACacheIsAsTheGoldenFileSays(t *testing.T) {
	lowered.Golden(t, "cached.yaml", cached())
}

func TestARegistryOfTheUsersKeyIsAsTheGoldenFileSays(t *testing.T) {
	lowered.Golden(t, "of-the-user.yaml", ofTheUser())
}

func find(t *testing.T, resources []resource.Resource, key string) resource.Resource {
	t.Helper()
	i := slices.IndexFunc(resources, func(r resource.Resource) bool { return r.Key == key })
	require.GreaterOrEqual(t, i, 0, "no resource under %q", key)
	return resources[i]
}

func TestImagesStayWhenTheirObjectGoes(t *testing.T) {
	for _, r := range cached() {
		require.Equal(t, r.Key != "cache-quay", retained(t, r), r.Key)
	}
	for _, r := range ofTheUser() {
		require.False(t, retained(t, r), r.Key)
	}
}

func retained(t *testing.T, r resource.Resource) bool {
	t.Helper()
	_, found, err := unstructured.NestedSlice(lowered.Content(t, r), "spec", "managementPolicies")
	require.NoError(t, err)
	return found
}

func TestTheLifecyclePolicyIsJSONThatExpiresUntaggedImagesOnly(t *testing.T) {
	content := lowered.Content(t, find(t, cached(), "lifecycle-model"))
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
	model := find(t, cached(), "repo-model")
	require.Equal(t, []resource.Export{{From: "status.atProvider.repositoryUrl", To: "repositories.model.url"}}, model.Exports)
}
