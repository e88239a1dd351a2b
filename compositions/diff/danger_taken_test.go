package diff

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// full is an environment that took storage and registry over.
func full(days int64, expire bool) *Environment {
	bucket := v1alpha1.BucketSpec{Name: "blobs", NoncurrentVersionDays: days, Adopted: &v1alpha1.AdoptedBucketSpec{Policy: "{}"}}
	return &Environment{Name: "e", Spec: &v1alpha1.EnvironmentSpec{
		Storage: &v1alpha1.StorageSpec{Buckets: v1alpha1.BucketsSpec{Data: bucket}},
		Registry: &v1alpha1.RegistrySpec{
			Repositories: map[string]v1alpha1.RepositorySpec{"model": {Name: "e/model"}},
			Adopted:      &v1alpha1.AdoptedRegistrySpec{ExpireUntagged: expire},
		},
	}}
}

// A rule that is added to what is full deletes what is there, although in the manifests it is
// an object more and nothing else.
func TestWhatWasTakenOverExpiresFromNowOn(t *testing.T) {
	found := func(before, after *Environment) []string { return told(Compare(before, after).Dangers) }
	require.Empty(t, found(full(0, false), full(0, false)))
	require.Empty(t, found(full(30, true), full(0, false)))
	require.Equal(t, []string{
		"data-loss/lifecycle-data: overwritten and deleted objects in blobs older than 30 days are deleted, including existing ones; before, they were kept",
		"data-loss/lifecycle-model: images in e/model that lost their last tag more than 14 days ago are deleted, including existing ones; before, they were kept",
	}, found(full(0, false), full(30, true)))

	// A part that is taken and told to expire in one edit.
	brought := &Environment{Name: "e", Spec: &v1alpha1.EnvironmentSpec{}}
	require.Len(t, found(brought, full(30, false)), 1)
}
