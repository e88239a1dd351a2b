package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// sources are a copy of a fleet's sources, which a test may edit as a user does.
type sources struct{ root string }

// copied copies the sources below a folder; those of the repository when it is
// empty.
func copied(t *testing.T, root string) sources {
	t.Helper()
	if root == "" {
		var err error
		root, err = harness.Repository()
		require.NoError(t, err)
	}
	s := sources{t.TempDir()}
	for _, folder := range []string{"cue.mod", "environments"} {
		require.NoError(t, os.CopyFS(filepath.Join(s.root, folder), os.DirFS(filepath.Join(root, folder))))
	}
	return s
}

// edit replaces a text that stands once in the file of an environment.
func (s sources) edit(t *testing.T, environment, old, text string) {
	t.Helper()
	s.replace(t, s.file(t, environment), old, text)
}

func (s sources) replace(t *testing.T, file, old, text string) {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(data), old), "%q in %s", old, file)
	edited := strings.Replace(string(data), old, text, 1)
	require.NoError(t, os.WriteFile(file, []byte(edited), 0o644))
}

// hold gives one environment another version of Kubernetes than the rest of the
// fleet has.
func (s sources) hold(t *testing.T, environment, version string) {
	t.Helper()
	const shared = `version: "1.35"`
	s.replace(t, filepath.Join(s.root, "environments", "defaults.cue"), shared, "")
	files, err := filepath.Glob(filepath.Join(s.root, "environments", "*", "environment.cue"))
	require.NoError(t, err)
	for _, file := range files {
		s.replace(t, file, "cluster: {", "cluster: {\n\t\t"+shared)
	}
	s.edit(t, environment, shared, fmt.Sprintf("version: %q", version))
}

// only leaves those environments, and says nothing of how they are synced: that
// may be about another.
func (s sources) only(t *testing.T, names ...string) {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(s.root, "environments", "*", "environment.*"))
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(filepath.Join(s.root, "environments", "gitops")))
	for _, file := range folders {
		folder := filepath.Dir(file)
		if !slices.Contains(names, filepath.Base(folder)) {
			require.NoError(t, os.RemoveAll(folder))
		}
	}
}

// file is the file of an environment.
func (s sources) file(t *testing.T, environment string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(s.root, "environments", environment, "environment.*"))
	require.NoError(t, err)
	require.Len(t, found, 1)
	return found[0]
}
