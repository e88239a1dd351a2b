package readings

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/takeover"
	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/xr"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// What takes an installation over, with each part or none, is read twice as well: no random
// environment is of that sort.
func TestTheFunctionMakesWhatRenderSaysOfWhatIsTakenOver(t *testing.T) {
	f := start(t)
	for _, test := range []struct {
		set   string
		parts []takeover.Part
	}{
		{"a-base", nil},
		{"a-base", takeover.Parts()},
		{"b-existing", []takeover.Part{takeover.Registry, takeover.Security, takeover.Storage}}, // its key is the user's
		{"c-pools", []takeover.Part{takeover.Key, takeover.Security, takeover.Storage}},
	} {
		env := takenOver(t, test.set, test.parts)
		fleet := compileAll(t, []*v1alpha1.Environment{env})
		done := tally{made: map[string]int{}}
		fleet.compare(t, f, env.Name, &done)
		for _, kind := range []xr.Kind{xr.Registry, xr.Identity, xr.Security, xr.Storage} {
			part := map[string]takeover.Part{xr.Registry.Name: takeover.Registry, xr.Identity.Name: takeover.Key, xr.Security.Name: takeover.Security, xr.Storage.Name: takeover.Storage}[kind.Name]
			require.Equal(t, slices.Contains(test.parts, part), done.made[kind.Name] == 1, "%s: %s", test.set, kind.Name)
		}
	}
}

// takenOver is the environment of one of the installations of package terraform.
func takenOver(t *testing.T, set string, parts []takeover.Part) *v1alpha1.Environment {
	t.Helper()
	state, found := terraform.Open(filepath.Join("..", "..", "cmd", "dominoc", "terraform", "testdata", set))
	require.False(t, found.HasErrors(), "%v", found)
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, source.FleetFolder), 0o755))
	w := workspace.Open(workspace.Options{Root: root})
	taken, err := takeover.Decide(t.Context(), w, state, takeover.Options{FQDN: "domino.example.com", Parts: parts})
	require.NoError(t, err)
	require.True(t, taken.Proven(), "%v", taken.Report)
	contents := map[string][]byte{}
	for name, content := range taken.Files {
		contents[filepath.Base(name)] = content
	}
	folder := source.Folder{Dir: filepath.Join(root, source.FleetFolder, "taken"), Shown: source.FleetFolder + "/taken", Files: source.Names()[:1]}
	drafted := w.Loader.Draft(folder, contents)
	require.NotNil(t, drafted.Environment, "%v", drafted.Diagnostics)
	return drafted.Environment
}

// User data that was found stays in AWS, and the text of dominoc, with the address of the
// cluster for an image of the user, is in initProvider.
func TestTheFunctionMakesWhatRenderSaysOfUserDataThatWasFound(t *testing.T) {
	f := start(t)
	for seed := uint64(0); ; seed++ {
		env := random.Adopted(random.New(seed))
		found := false
		for name, pool := range env.Adopted.Pools {
			found = found || pool.UserData != nil && env.Pools[name].AMI != ""
		}
		if !found {
			continue
		}
		fleet := compileAll(t, []*v1alpha1.Environment{env})
		done := tally{made: map[string]int{}}
		fleet.compare(t, f, env.Name, &done)
		require.NotZero(t, done.made[xr.NodePool.Name])
		return
	}
}
