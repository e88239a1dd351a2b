package readings

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/composed"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/gomodule"
	"github.com/dominoc/dominoc/tests/random"
)

// sampled is the sample fleet and n random environments.
func sampled(t *testing.T, n int) *compositions.Fleet {
	t.Helper()
	root, err := gomodule.Root()
	require.NoError(t, err)
	folders, err := load.New(root).Find([]string{"./environments/...", "./govcloud/..."})
	require.NoError(t, err)
	var inputs []compositions.Input
	for _, r := range load.New(root).All(folders, 1) {
		inputs = append(inputs, compositions.Input{Environment: r.Environment, At: r.Source.At})
	}
	for _, env := range random.Fleet(n) {
		inputs = append(inputs, compositions.Input{Environment: env, At: nowhere})
	}
	compiled, found, err := compositions.Compile(inputs)
	require.NoError(t, err)
	require.False(t, found.HasErrors(), "%v", found)
	return compiled
}

// manifests are the files of a fleet, as a reader of YAML has them.
func manifests(t *testing.T, fleet *compositions.Fleet) []map[string]any {
	t.Helper()
	files, err := output.Of(fleet, v1alpha1.GitOps{}).Files()
	require.NoError(t, err)
	var objects []map[string]any
	for _, file := range files {
		if strings.HasPrefix(file.Path, "in-cluster/") {
			continue
		}
		var object map[string]any
		require.NoError(t, yaml.Unmarshal(file.Content, &object), file.Path)
		objects = append(objects, object)
	}
	return objects
}

// What is read back from the files is what the plan says that Crossplane makes,
// which in turn is what the function makes of the same files (see
// TestTheFunctionMakesWhatRenderSays).
func TestWhatIsReadBackIsWhatRenderShows(t *testing.T) {
	fleet := sampled(t, 12)
	environments, err := composed.Environments(manifests(t, fleet))
	require.NoError(t, err)
	require.Len(t, environments, len(fleet.Names()))
	read := 0
	for _, environment := range environments {
		want, err := fleet.Render(environment.Name, false)
		require.NoError(t, err)
		got := make([]map[string]any, len(environment.Resources))
		for i, r := range environment.Resources {
			got[i] = r.Object
			component := strings.TrimPrefix(strings.TrimPrefix(r.Component, "pool-"), "tags-") // both have the pool's name
			name := strings.TrimPrefix(component+"-"+r.Key, "-")
			require.Equal(t, environment.Name+"-"+name, r.Object["metadata"].(map[string]any)["name"])
		}
		require.Empty(t, cmp.Diff(want, got), "%s: render says -, the files +", environment.Name)
		read += len(got)
	}
	require.Greater(t, read, 3000)
}
