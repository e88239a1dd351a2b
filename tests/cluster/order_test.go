package cluster

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// A part of the output is what Flux applies at once: a folder, and the parts that
// are there before it.
type part struct {
	folder string // below the output
	after  []string
}

// order gives the parts of an output in the order that its sync objects demand, but
// Crossplane, which the harness has installed before. A fleet that Flux does not sync
// has a platform and environments: sync/ has no source.
func order(t *testing.T, out string) []part {
	t.Helper()
	if _, err := os.Stat(filepath.Join(out, "sync", "source.yaml")); os.IsNotExist(err) {
		return unsynced(t, out)
	}
	objects, err := harness.Manifests(filepath.Join(out, "sync"))
	require.NoError(t, err)
	kustomizations, _ := harness.Split(objects, "Kustomization")
	parts, err := ordered(read(kustomizations))
	require.NoError(t, err)
	return slices.DeleteFunc(parts, func(p part) bool { return p.folder == "crossplane" })
}

func unsynced(t *testing.T, out string) []part {
	t.Helper()
	parts := []part{{folder: "platform"}}
	folders, err := os.ReadDir(filepath.Join(out, "environments"))
	require.NoError(t, err)
	for _, folder := range folders {
		parts = append(parts, part{path.Join("environments", folder.Name()), []string{"platform"}})
	}
	return parts
}

// read gives the parts that Kustomizations apply, but the one that applies these
// Kustomizations, which tells where in the repository the output is.
func read(kustomizations []harness.Object) []part {
	folders := map[string]string{} // in the repository, by name
	root := ""
	for _, object := range kustomizations {
		k := &unstructured.Unstructured{Object: object}
		folder, _, _ := unstructured.NestedString(object, "spec", "path")
		folder = path.Clean(folder)
		if path.Base(folder) == "sync" {
			root = path.Dir(folder)
			continue
		}
		folders[k.GetName()] = folder
	}
	below := func(name string) string { return strings.TrimPrefix(folders[name], root+"/") }
	var parts []part
	for _, object := range kustomizations {
		name := (&unstructured.Unstructured{Object: object}).GetName()
		if folders[name] == "" {
			continue
		}
		p := part{folder: below(name)}
		needs, _, _ := unstructured.NestedSlice(object, "spec", "dependsOn")
		for _, need := range needs {
			needed, _ := need.(harness.Object)["name"].(string)
			p.after = append(p.after, below(needed))
		}
		parts = append(parts, p)
	}
	return parts
}

// ordered sorts parts so that each comes after those that it needs. Of those that
// may come, an environment comes first: one that is let in too early is noticed.
func ordered(parts []part) ([]part, error) {
	var done []part
	there := func(folder string) bool {
		return slices.ContainsFunc(done, func(p part) bool { return p.folder == folder })
	}
	slices.SortFunc(parts, func(a, b part) int {
		if a.environment() != "" && b.environment() == "" {
			return -1
		}
		if a.environment() == "" && b.environment() != "" {
			return 1
		}
		return strings.Compare(a.folder, b.folder)
	})
	for len(done) < len(parts) {
		i := slices.IndexFunc(parts, func(p part) bool {
			return !there(p.folder) && !slices.ContainsFunc(p.after, func(need string) bool { return !there(need) })
		})
		if i < 0 {
			return nil, fmt.Errorf("no order: %v can never follow %v", parts, done)
		}
		done = append(done, parts[i])
	}
	return done, nil
}

// environment is the name of the environment that a part is; of others nothing.
func (p part) environment() string {
	name, ok := strings.CutPrefix(p.folder, "environments/")
	if !ok {
		return ""
	}
	return name
}

func TestTheOrderIsThatOfTheSyncObjects(t *testing.T) {
	dominoc, err := harness.NewDominoc(*dominocProgram, copied(t, *fleetRoot).root)
	require.NoError(t, err)
	out := t.TempDir()
	require.NoError(t, dominoc.Build(out))
	var folders []string
	for _, p := range order(t, out) {
		folders = append(folders, p.folder)
	}
	require.Equal(t, []string{
		"platform", "environments/clinic", "environments/dev", "environments/prod-us", "environments/sandbox", "environments/staging-eu",
	}, folders)
}

func TestAnEnvironmentThatMayComeFirstDoes(t *testing.T) {
	parts, err := ordered([]part{{"platform", nil}, {"environments/b", []string{"platform"}}, {"environments/a", nil}})
	require.NoError(t, err)
	require.Equal(t, []string{"environments/a", "platform", "environments/b"}, []string{parts[0].folder, parts[1].folder, parts[2].folder})
	_, err = ordered([]part{{"platform", []string{"environments/a"}}, {"environments/a", []string{"platform"}}})
	require.ErrorContains(t, err, "no order")
}
