package addons_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions/components/addons"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/goldenfile"
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
	if goldenfile.Updating() {
		goldenfile.Write(t, file, []byte(out.String()))
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
			composed, flux := at(content, "spec", "forProvider"), at(git["flux/"+r.Key+"-release.yaml"], "spec")
			application, argo := argoSource(t, git, at(composed, "chart")["name"])
			requireAll(t, composed["values"], flux["values"], at(argo, "helm")["valuesObject"])
			requireAll(t, at(composed, "chart")["version"], at(flux, "chart", "spec")["version"], argo["targetRevision"])
			requireAll(t, at(composed, "chart")["repository"], at(git["flux/"+r.Key+"-repository.yaml"], "spec")["url"], argo["repoURL"])
			requireAll(t, composed["namespace"], flux["targetNamespace"], at(application, "spec", "destination")["namespace"])
			requireAll(t, at(content, "metadata", "annotations")["crossplane.io/external-name"], flux["releaseName"], at(argo, "helm")["releaseName"])
		}
	}
}

func requireAll(t *testing.T, want any, got ...any) {
	t.Helper()
	for _, g := range got {
		require.Equal(t, want, g)
	}
}

// at is the map at a path; empty, where there is none.
func at(object map[string]any, path ...string) map[string]any {
	for _, name := range path {
		object, _ = object[name].(map[string]any)
	}
	return object
}

// argoSource is the source of a chart in the Application that has it.
func argoSource(t *testing.T, git map[string]map[string]any, chart any) (application, source map[string]any) {
	t.Helper()
	for path, object := range git {
		if !strings.HasPrefix(path, "argocd/") || object["kind"] != "Application" {
			continue
		}
		sources, _ := at(object, "spec")["sources"].([]any)
		for _, s := range append(sources, at(object, "spec", "source")) {
			if s, _ := s.(map[string]any); s["chart"] == chart {
				return object, s
			}
		}
	}
	t.Fatalf("no Application has the chart %s", chart)
	return nil, nil
}
