package sync

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/sync"
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

// An ApplicationSet's template is text until Argo CD fills it in.
func TestTheApplicationsOfEnvironmentsWouldBeAccepted(t *testing.T) {
	validator := crds.New()
	for _, delivery := range []string{"argocd", "argocd with the plugin"} {
		for name, application := range applications(t, manifests(t, deliveries()[delivery])["sync/environments.yaml"]) {
			require.Empty(t, validator.Validate(application), "%s: %s", delivery, name)
		}
	}
}

// What an environment applied is deleted with its Application only where the
// environment says so.
func TestOnlyWhatMayBeDeletedIsPruned(t *testing.T) {
	all := applications(t, manifests(t, deliveries()["argocd"])["sync/environments.yaml"])
	require.Empty(t, at(all["domino-prod-us"], "spec.syncPolicy.automated.prune"))
	require.Nil(t, at(all["domino-prod-us"], "metadata.finalizers"))
	require.Equal(t, true, at(all["domino-dev"], "spec.syncPolicy.automated.prune"))
	require.Equal(t, []any{"resources-finalizer.argocd.argoproj.io"}, at(all["domino-dev"], "metadata.finalizers"))
	require.Equal(t, "rendered/environments/dev", at(all["domino-dev"], "spec.source.path"))

	flux := manifests(t, deliveries()["flux"])
	require.Equal(t, false, at(flux["sync/environments/prod-us.yaml"], "spec.prune"))
	require.Equal(t, "Orphan", at(flux["sync/environments/prod-us.yaml"], "spec.deletionPolicy"))
	require.Equal(t, true, at(flux["sync/environments/dev.yaml"], "spec.prune"))
	require.Equal(t, "Delete", at(flux["sync/environments/dev.yaml"], "spec.deletionPolicy"))
	require.Equal(t, false, at(flux["sync/platform.yaml"], "spec.prune"))
	require.Equal(t, false, at(flux["sync/crossplane.yaml"], "spec.prune"))
}

// applications are what Argo CD makes of the set, by name.
func applications(t *testing.T, set sync.Object) map[string]sync.Object {
	t.Helper()
	var made []sync.Object
	ask(t, "generate", set, &made)
	all := map[string]sync.Object{}
	for _, application := range made {
		delete(application, "status") // Go writes what is empty
		all[at(application, "metadata.name").(string)] = application
	}
	require.Len(t, all, len(environments))
	return all
}
