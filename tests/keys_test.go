package tests

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/tests/goldenfile"
)

// keysFile lists the key of every resource that the sample fleets compose, a
// line each: the kind of the composite, the key. UPDATE=1 adds lines and never
// takes one away.
const keysFile = "keys.txt"

// A key is the identity of a resource: one that disappears is a resource that
// Crossplane deletes in AWS, in every environment, at the next sync. Whoever
// takes a line out of the list has said that this is meant.
func TestNoKeyDisappears(t *testing.T) {
	content, err := os.ReadFile(keysFile)
	require.NoError(t, err)
	listed := slices.Collect(strings.Lines(string(content)))
	composed := composedKeys(t)
	for _, line := range listed {
		require.Contains(t, composed, strings.TrimSuffix(line, "\n"), "every environment that has this resource would lose it in AWS")
	}
	if goldenfile.Updating() {
		all := slices.Sorted(maps.Keys(composed))
		goldenfile.Write(t, keysFile, []byte(strings.Join(all, "\n")+"\n"))
		return
	}
	require.Len(t, composed, len(listed), "a new key is committed with UPDATE=1: from then on it stays")
}

// composedKeys are those in the Compositions of the sample fleets.
func composedKeys(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("golden*/platform/compositions/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	keys := map[string]bool{}
	for _, file := range files {
		var composition struct {
			Spec struct {
				CompositeTypeRef struct{ Kind string }
				Pipeline         []struct {
					Input struct{ Resources []struct{ Name string } }
				}
			}
		}
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, yaml.Unmarshal(content, &composition))
		for _, resource := range composition.Spec.Pipeline[0].Input.Resources {
			keys[composition.Spec.CompositeTypeRef.Kind+" "+resource.Name] = true
		}
	}
	return keys
}
