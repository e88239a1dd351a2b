package sync

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/sync"
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
			if !strings.HasPrefix(path, "sync/environments/") || object["kind"] != "Kustomization" {
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
	namespace := func(name string) []sync.Object {
		return []sync.Object{only(t, golden(t, sync.EnvironmentFolder(name)), "Namespace")}
	}
	for _, object := range slices.Concat(golden(t, "platform"), golden(t, "environments/prod-us"), namespace("prod-us")) {
		annotations, _ := at(object, "metadata.annotations").(map[string]any)
		if object["kind"] == "Usage" {
			require.Empty(t, annotations)
			continue
		}
		require.Equal(t, "disabled", annotations["kustomize.toolkit.fluxcd.io/prune"], "%v", at(object, "metadata.name"))
		require.Equal(t, "Delete=false,Prune=false", annotations["argocd.argoproj.io/sync-options"], "%v", at(object, "metadata.name"))
		require.Equal(t, "IgnoreExtraneous", annotations["argocd.argoproj.io/compare-options"], "%v", at(object, "metadata.name"))
	}
	for _, object := range append(golden(t, "environments/dev"), namespace("dev")...) {
		annotations, _ := at(object, "metadata.annotations").(map[string]any)
		require.NotContains(t, annotations, "argocd.argoproj.io/sync-options", "%v", at(object, "metadata.name"))
		if object["kind"] != "Namespace" {
			require.NotContains(t, annotations, "kustomize.toolkit.fluxcd.io/prune", "%v", at(object, "metadata.name"))
		}
	}
}

// The Kustomization of sync/ prunes. Of what it applies for an environment it may
// prune the environment's Kustomization alone: that one needs the rest to delete
// the environment, and a namespace would take the credentials along.
func TestFluxPrunesOnlyTheKustomizationOfARemovedEnvironment(t *testing.T) {
	for _, name := range []string{"dev", "prod-us"} {
		for _, object := range golden(t, sync.EnvironmentFolder(name)) {
			annotations, _ := at(object, "metadata.annotations").(map[string]any)
			kept := annotations["kustomize.toolkit.fluxcd.io/prune"] == "disabled"
			require.Equal(t, object["kind"] != "Kustomization", kept, "%s: %v", name, object["kind"])
		}
	}
}

// An environment's Kustomization runs as an account that may write the kinds of
// environments/<name>/ in the environment's namespace, and nothing else.
func TestAnEnvironmentIsSyncedWithRightsInItsNamespaceOnly(t *testing.T) {
	for _, name := range []string{"dev", "prod-us", "sandbox"} {
		in, written := "domino-"+name, map[string]bool{}
		folder := golden(t, sync.EnvironmentFolder(name))
		kustomization, account := only(t, folder, "Kustomization"), only(t, folder, "ServiceAccount")
		role, binding := only(t, folder, "Role"), only(t, folder, "RoleBinding")
		require.Equal(t, at(account, "metadata.name"), at(kustomization, "spec.serviceAccountName"))
		require.Equal(t, at(account, "metadata.namespace"), at(kustomization, "metadata.namespace"))
		require.Equal(t, in, at(role, "metadata.namespace"))
		require.Equal(t, in, at(binding, "metadata.namespace"))
		require.Equal(t, at(role, "metadata.name"), at(binding, "roleRef.name"))
		require.Equal(t, []any{map[string]any{
			"kind": "ServiceAccount", "name": at(account, "metadata.name"), "namespace": at(account, "metadata.namespace"),
		}}, at(binding, "subjects"))
		for _, rule := range role["rules"].([]any) {
			for _, resource := range at(rule, "resources").([]any) {
				written[at(rule, "apiGroups").([]any)[0].(string)+" "+resource.(string)] = true
			}
		}
		for _, object := range golden(t, "environments/"+name) {
			require.Equal(t, in, at(object, "metadata.namespace"), "%v", object["kind"])
			group, _, _ := strings.Cut(object["apiVersion"].(string), "/")
			require.True(t, written[group+" "+strings.ToLower(object["kind"].(string))+"s"], "%v", object["kind"])
		}
		require.Len(t, written, 3)
	}
}

// only is the one object of a kind.
func only(t *testing.T, objects []sync.Object, kind string) sync.Object {
	t.Helper()
	var found []sync.Object
	for _, o := range objects {
		if o["kind"] == kind {
			found = append(found, o)
		}
	}
	require.Len(t, found, 1, kind)
	return found[0]
}

// The platform's Kustomization may apply what platform/ holds, and delete nothing.
func TestThePlatformIsSyncedWithRightsForWhatItHolds(t *testing.T) {
	all := manifests(t, deliveries()["flux"])
	require.Equal(t, at(all["sync/platform-account.yaml"], "metadata.name"), at(all["sync/platform.yaml"], "spec.serviceAccountName"))
	may := map[string]bool{}
	for _, rule := range all["sync/platform-role.yaml"]["rules"].([]any) {
		verbs := at(rule, "verbs").([]any)
		require.NotContains(t, verbs, "delete")
		require.NotContains(t, verbs, "*")
		for _, resource := range at(rule, "resources").([]any) {
			may[at(rule, "apiGroups").([]any)[0].(string)+" "+resource.(string)] = slices.Contains(verbs, "patch")
		}
	}
	for _, object := range golden(t, "platform") {
		group, _, _ := strings.Cut(object["apiVersion"].(string), "/")
		plural := strings.ToLower(object["kind"].(string)) + "s"
		if stem, ok := strings.CutSuffix(plural, "ys"); ok {
			plural = stem + "ies"
		}
		require.True(t, may[group+" "+plural], "%s %s", group, plural)
	}
}
