package emitted

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// packageable are the kinds that Crossplane takes out of a Configuration
// package; another one fails the whole package.
var packageable = []string{
	"Configuration",
	"CompositeResourceDefinition", "Composition", "ManagedResourceActivationPolicy",
	"Operation", "CronOperation", "WatchOperation",
}

func TestThePackageHoldsTheDefinitionsAndWhatCrossplaneAllowsBeside(t *testing.T) {
	compiled := compiledFleet(t)
	validator := compiled.validator(t)
	var got []string
	for i, object := range compiled.packaged(t) {
		if i == 0 {
			object.SetNamespace("none") // its definition has namespaces, and no API server ever sees it
		}
		require.Contains(t, packageable, object.GetKind())
		require.Equal(t, i == 0, object.GetKind() == "Configuration", "its metadata comes first, once")
		require.Empty(t, validator.Validate(object.Object), title(object))
		got = append(got, title(object))
	}
	for path, manifest := range compiled.manifests {
		switch manifest.GetKind() {
		case "CompositeResourceDefinition", "Composition", "ManagedResourceActivationPolicy":
			require.Contains(t, got, title(manifest), path)
		}
	}
}

// A dependency that were looser would let Crossplane install what nobody
// merged.
func TestThePackageDependsOnTheInstalledPackagesInTheirVersions(t *testing.T) {
	compiled := compiledFleet(t)
	dependencies, _, err := unstructured.NestedSlice(compiled.packaged(t)[0].Object, "spec", "dependsOn")
	require.NoError(t, err)
	var got, want []string
	for _, d := range dependencies {
		fields := d.(map[string]any)
		require.Equal(t, "pkg.crossplane.io/v1", fields["apiVersion"])
		got = append(got, fields["kind"].(string)+" "+fields["package"].(string)+":"+fields["version"].(string))
	}
	for _, manifest := range compiled.manifests {
		if image, ok, _ := unstructured.NestedString(manifest.Object, "spec", "package"); ok {
			want = append(want, manifest.GetKind()+" "+image)
		}
	}
	require.NotEmpty(t, want)
	require.ElementsMatch(t, want, got)
}

// packaged are the objects of the fleet's package.
func (c *compiled) packaged(t *testing.T) []unstructured.Unstructured {
	t.Helper()
	stream, err := output.Of(c.fleet, v1alpha1.GitOps{}).Package("dominoc")
	require.NoError(t, err)
	var out []unstructured.Unstructured
	for document := range bytes.SplitSeq(stream, []byte("\n---\n")) {
		content := map[string]any{}
		require.NoError(t, yaml.UnmarshalStrict(document, &content))
		out = append(out, unstructured.Unstructured{Object: content})
	}
	return out
}
