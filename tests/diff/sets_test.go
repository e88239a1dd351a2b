package diff

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/tests/crds"
	"github.com/dominoc/dominoc/tests/random"
)

// The provider keeps some lists as sets, and its CRDs say which. Such a list in
// another order is no change, and any other list is one.
func TestAListInAnotherOrderIsAChangeUnlessTheProviderKeepsASet(t *testing.T) {
	definitions := &definitions{dir: providerDir(t), names: crds.New(), read: map[string]map[string]any{}}
	seen := map[string]bool{}
	for seed := range uint64(environments) {
		state := state(t, random.Environment(random.New(seed)))
		for _, r := range state.Resources {
			for _, path := range textLists(r.Object, nil) {
				id := r.Object["kind"].(string) + " " + strings.Join(path, ".")
				set, known := definitions.set(t, r.Object, path)
				if seen[id] || !known {
					continue
				}
				seen[id] = true
				report := diff.Compare(state, reordered(state, r, path))
				require.Equal(t, set, len(report.Changes) == 0, "%s: set %v", id, set)
			}
		}
	}
	require.Greater(t, len(seen), 4)
}

func providerDir(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/upbound/provider-aws/v2").Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

// textLists are the paths of lists of two texts and more below spec.forProvider.
func textLists(value any, path []string) [][]string {
	switch v := value.(type) {
	case map[string]any:
		var all [][]string
		for name, inner := range v {
			if len(path) > 1 || len(path) == 0 && name == "spec" || len(path) == 1 && name == "forProvider" {
				all = append(all, textLists(inner, append(slices.Clone(path), name))...)
			}
		}
		return all
	case []any:
		for _, element := range v {
			if _, text := element.(string); !text {
				return nil
			}
		}
		if len(v) > 1 {
			return [][]string{path}
		}
	}
	return nil
}

// reordered is a state in which a list has its elements the other way round.
func reordered(state *diff.Environment, r diff.Resource, path []string) *diff.Environment {
	head := *state
	head.Resources = slices.Clone(state.Resources)
	i := slices.IndexFunc(head.Resources, func(o diff.Resource) bool { return o.Component == r.Component && o.Key == r.Key })
	head.Resources[i].Object = turned(r.Object, path).(map[string]any)
	return &head
}

func turned(value any, path []string) any {
	if len(path) == 0 {
		list := slices.Clone(value.([]any))
		slices.Reverse(list)
		return list
	}
	out := map[string]any{}
	for name, inner := range value.(map[string]any) {
		out[name] = inner
	}
	out[path[0]] = turned(out[path[0]], path[1:])
	return out
}

// definitions are the CRDs of provider-aws.
type definitions struct {
	dir   string
	names *crds.Validator
	read  map[string]map[string]any
}

// set says whether the list at a path of an object is one; false when no CRD of
// provider-aws has it.
func (d *definitions) set(t *testing.T, object map[string]any, path []string) (set, known bool) {
	t.Helper()
	group, version, _ := strings.Cut(object["apiVersion"].(string), "/")
	if !strings.HasSuffix(group, ".aws.m.upbound.io") {
		return false, false
	}
	name, err := d.names.Name(schema.GroupVersionKind{Group: group, Version: version, Kind: object["kind"].(string)})
	require.NoError(t, err)
	plural, _, _ := strings.Cut(name, ".")
	file := filepath.Join(d.dir, "package", "crds", group+"_"+plural+".yaml")
	if d.read[file] == nil {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		var crd map[string]any
		require.NoError(t, yaml.Unmarshal(content, &crd))
		versions := crd["spec"].(map[string]any)["versions"].([]any)
		d.read[file] = versions[0].(map[string]any)["schema"].(map[string]any)["openAPIV3Schema"].(map[string]any)
	}
	node := d.read[file]
	for _, step := range path {
		properties, ok := node["properties"].(map[string]any)
		if !ok {
			return false, false
		}
		if node, ok = properties[step].(map[string]any); !ok {
			return false, false
		}
	}
	return node["x-kubernetes-list-type"] == "set", true
}
