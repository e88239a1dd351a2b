package sync

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A source is asked for one commit, and a Kustomization waits for one that it
// depends on to have applied just that. So an XR never names a Composition that
// is not there yet.
func TestFluxAppliesAnEnvironmentAfterThePlatformOfTheSameSource(t *testing.T) {
	for name, options := range deliveries() {
		if options.Tool != "flux" {
			continue
		}
		all := manifests(t, options)
		platform := all["sync/platform.yaml"]
		for path, object := range all {
			if !strings.HasPrefix(path, "sync/environments/") {
				continue
			}
			require.Equal(t, []any{map[string]any{"name": at(platform, "metadata.name")}}, at(object, "spec.dependsOn"), "%s: %s", name, path)
			require.Equal(t, at(platform, "spec.sourceRef"), at(object, "spec.sourceRef"), "%s: %s", name, path)
		}
		source := at(platform, "spec.sourceRef").(map[string]any)
		require.Equal(t, source["kind"], at(all["sync/source.yaml"], "kind"), name)
		require.Equal(t, source["name"], at(all["sync/source.yaml"], "metadata.name"), name)
	}
}

func TestThePlatformIsReadyWhenWhatEnvironmentsNeedIs(t *testing.T) {
	checked := map[string]bool{}
	for _, check := range at(manifests(t, deliveries()["flux"])["sync/platform.yaml"], "spec.healthChecks").([]any) {
		checked[at(check, "kind").(string)+" "+at(check, "name").(string)] = true
	}
	require.True(t, checked["CustomResourceDefinition providerconfigs.aws.m.upbound.io"])
	waited := 0
	for _, object := range golden(t, "platform") {
		switch object["kind"] {
		case "Provider", "Function", "CompositeResourceDefinition", "ManagedResourceActivationPolicy":
			require.True(t, checked[object["kind"].(string)+" "+at(object, "metadata.name").(string)], "%v", at(object, "metadata.name"))
			waited++
		}
	}
	require.Len(t, checked, waited+1, "nothing else is waited for")
}

// The guard alone may go: it must when the environment's file allows deletion, and
// until then the Kustomization or Application of the environment prunes nothing.
func TestNothingOfThePlatformOrUnderProtectionIsEverPruned(t *testing.T) {
	protected := append(golden(t, "platform"), golden(t, "environments/prod-us")...)
	for _, object := range protected {
		annotations, _ := at(object, "metadata.annotations").(map[string]any)
		if object["kind"] == "Usage" {
			require.Empty(t, annotations)
			continue
		}
		require.Equal(t, "disabled", annotations["kustomize.toolkit.fluxcd.io/prune"], "%v", at(object, "metadata.name"))
		require.Equal(t, "Delete=false,Prune=false", annotations["argocd.argoproj.io/sync-options"], "%v", at(object, "metadata.name"))
		require.Equal(t, "IgnoreExtraneous", annotations["argocd.argoproj.io/compare-options"], "%v", at(object, "metadata.name"))
	}
	for _, object := range golden(t, "environments/dev") {
		annotations, _ := at(object, "metadata.annotations").(map[string]any)
		require.NotContains(t, annotations, "argocd.argoproj.io/sync-options", "%v", at(object, "metadata.name"))
		if object["kind"] != "Namespace" {
			require.NotContains(t, annotations, "kustomize.toolkit.fluxcd.io/prune", "%v", at(object, "metadata.name"))
		}
	}
}
