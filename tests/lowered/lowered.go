// Package lowered has the checks that the tests of all components share: that the lowered
// resources equal the golden file, that the management cluster would accept them, and that
// they follow dominoc's rules for keys, names and management policies.
package lowered

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/crds"
	"github.com/dominoc/dominoc/tests/goldenfile"
)

// Common returns the common values of the tests' environment.
func Common() v1alpha1.Common {
	const clusterTag = "kubernetes.io/cluster/prod-us"
	return v1alpha1.Common{
		Name:          "prod-us",
		Account:       "123456789012",
		Region:        "us-west-2",
		Partition:     "aws",
		DNSSuffix:     "amazonaws.com",
		Tags:          map[string]string{"team": "data-science"},
		ClusterShared: map[string]string{clusterTag: "shared"},
		ClusterOwned:  map[string]string{clusterTag: "owned"},
		Deletion:      "protect",
	}
}

// Golden checks resources against a file in testdata, and against the rules. With UPDATE=1 it
// rewrites the file, unless the resources break the rules.
func Golden(t *testing.T, name string, resources []resource.Resource) {
	t.Helper()
	Check(t, resources)
	got := text(t, resources)
	file := filepath.Join("testdata", name)
	if goldenfile.Updating() {
		goldenfile.Write(t, file, []byte(got))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// text writes each resource as YAML below its key and its exports.
func text(t *testing.T, resources []resource.Resource) string {
	var out strings.Builder
	for _, r := range resources {
		out.WriteString("---\n# " + r.Key + "\n")
		for _, export := range r.Exports {
			out.WriteString("# " + export.From + " -> " + export.To + "\n")
		}
		content, err := yaml.Marshal(Content(t, r))
		require.NoError(t, err)
		out.Write(content)
	}
	return out.String()
}

// Content returns the object of a resource without the empty fields that Go's types write.
func Content(t *testing.T, r resource.Resource) map[string]any {
	t.Helper()
	data, err := json.Marshal(r.Object)
	require.NoError(t, err)
	var content map[string]any
	require.NoError(t, json.Unmarshal(data, &content))
	delete(content, "status")
	spec := content["spec"].(map[string]any)
	if initial, ok := spec["initProvider"].(map[string]any); ok && len(initial) == 0 {
		delete(spec, "initProvider")
	}
	return content
}

// Check checks resources against the rules.
func Check(t *testing.T, resources []resource.Resource) {
	t.Helper()
	keys := map[string]bool{}
	validator := crds.New()
	for _, r := range resources {
		require.False(t, keys[r.Key], "key %q twice", r.Key)
		keys[r.Key] = true
		checkName(t, r)
		checkIdentity(t, r)
		require.Empty(t, restless(Content(t, r), false), "%s: a reference in a list of objects", r.Key)
		require.Empty(t, validator.Composed(Content(t, r), "domino-prod-us"), r.Key)
	}
}

// checkName counts with the longest name of an environment. The longest name of
// a pool is for the pool's tests to take.
func checkName(t *testing.T, r resource.Resource) {
	t.Helper()
	const longest, environment = 63, 32
	rest, ok := strings.CutPrefix(r.Object.GetName(), Common().Name)
	require.True(t, ok, r.Object.GetName())
	require.True(t, strings.HasSuffix(rest, "-"+r.Key), r.Object.GetName())
	require.LessOrEqual(t, environment+len(rest), longest, r.Object.GetName())
}

// restless returns the references in a list of objects. The API server takes such a
// list as one value: the provider writes what a reference resolves to into it,
// Crossplane applies the list without it, and so on forever.
func restless(value any, inList bool) []string {
	var found []string
	switch v := value.(type) {
	case map[string]any:
		for field, below := range v {
			if inList && (strings.HasSuffix(field, "Ref") || strings.HasSuffix(field, "Refs")) {
				found = append(found, field)
			}
			found = append(found, restless(below, inList)...)
		}
	case []any:
		for _, element := range v {
			found = append(found, restless(element, true)...)
		}
	}
	return found
}
