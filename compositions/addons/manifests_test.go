package addons_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions/addons"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/lowered"
)

func manifests(spec v1alpha1.AddonsSpec) map[string]map[string]any {
	byPath := map[string]map[string]any{}
	for _, m := range addons.Manifests(lowered.Common(), spec) {
		byPath[m.Path] = m.Object
	}
	return byPath
}

func TestTheManifestsAreAsTheGoldenFileSays(t *testing.T) {
	all := manifests(inGit())
	require.Len(t, all, len(addons.Manifests(lowered.Common(), inGit())), "every path is one file")
	var out strings.Builder
	for _, path := range slices.Sorted(maps.Keys(all)) {
		content, err := yaml.Marshal(all[path])
		require.NoError(t, err)
		out.WriteString("---\n# " + path + "\n" + string(content))
	}
	const file = "testdata/manifests.yaml"
	if os.Getenv("UPDATE") == "1" {
		require.NoError(t, os.WriteFile(file, []byte(out.String()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), out.String())
}

func TestThereAreNoManifestsOfWhatIsComposed(t *testing.T) {
	require.Empty(t, manifests(full()))
	require.Empty(t, manifests(v1alpha1.AddonsSpec{}))
}

// What lives inside the cluster is the same whichever way it goes in.
func TestBothWaysInBringTheSame(t *testing.T) {
	git := manifests(inGit())
	for _, r := range lower(full()) {
		content := lowered.Content(t, r)
		switch content["kind"] {
		case "Object":
			require.Equal(t, at(content, "spec", "forProvider", "manifest"), git["flux/"+r.Key+".yaml"])
			require.Equal(t, git["flux/"+r.Key+".yaml"], git["argocd/"+r.Key+".yaml"])
		case "Release":
			flux, argo := git["flux/"+r.Key+"-release.yaml"], git["argocd/"+r.Key+".yaml"]
			requireAll(t, at(content, "spec", "forProvider", "values"),
				at(flux, "spec", "values"), at(argo, "spec", "source", "helm", "valuesObject"))
			requireAll(t, at(content, "spec", "forProvider", "chart", "version"),
				at(flux, "spec", "chart", "spec", "version"), at(argo, "spec", "source", "targetRevision"))
			requireAll(t, at(content, "spec", "forProvider", "namespace"),
				at(flux, "spec", "targetNamespace"), at(argo, "spec", "destination", "namespace"))
			requireAll(t, at(content, "metadata", "annotations", "crossplane.io/external-name"),
				at(flux, "spec", "releaseName"), at(argo, "spec", "source", "helm", "releaseName"))
		}
	}
}

func requireAll(t *testing.T, want any, got ...any) {
	t.Helper()
	for _, g := range got {
		require.Equal(t, want, g)
	}
}

func at(object map[string]any, path ...string) any {
	var value any = object
	for _, name := range path {
		value = value.(map[string]any)[name]
	}
	return value
}
