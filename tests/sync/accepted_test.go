package sync

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/crds"
)

func TestEveryManifestWouldBeAccepted(t *testing.T) {
	validator := crds.New()
	for name, options := range deliveries() {
		for path, object := range manifests(t, options) {
			require.Empty(t, validator.Validate(object), "%s: %s", name, path)
		}
	}
}

// What an environment applied is deleted with its Kustomization only where the
// environment says so.
func TestOnlyWhatMayBeDeletedIsPruned(t *testing.T) {
	flux := manifests(t, deliveries()["flux"])
	require.Equal(t, false, at(flux["sync/environments/prod-us/sync.yaml"], "spec.prune"))
	require.Equal(t, "Orphan", at(flux["sync/environments/prod-us/sync.yaml"], "spec.deletionPolicy"))
	require.Equal(t, true, at(flux["sync/environments/dev/sync.yaml"], "spec.prune"))
	require.Equal(t, "Delete", at(flux["sync/environments/dev/sync.yaml"], "spec.deletionPolicy"))
	require.Equal(t, false, at(flux["sync/platform.yaml"], "spec.prune"))
	require.Equal(t, false, at(flux["sync/crossplane.yaml"], "spec.prune"))
}
