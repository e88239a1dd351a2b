package workspace

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/deep"
)

// A fleet that cannot be read is not an empty one: its checks would be left out.
func TestAFleetThatCannotBeReadIsAFailure(t *testing.T) {
	root := t.TempDir()
	elsewhere := filepath.Join(root, "elsewhere")
	require.NoError(t, os.Mkdir(elsewhere, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(elsewhere, "environment.yaml"), []byte("name: elsewhere\n"), 0o644))
	require.NoError(t, os.Mkdir(filepath.Join(root, Fleet), 0o755))
	s, err := Open(Options{Root: root}).FindWithFleet([]string{"./elsewhere"})
	require.NoError(t, err, "an empty fleet")
	require.Len(t, s.Folders, 1)

	deep.Folders(t, filepath.Join(root, Fleet))
	for _, patterns := range [][]string{{"./elsewhere"}, nil} {
		_, err = Open(Options{Root: root}).FindWithFleet(patterns)
		require.ErrorIs(t, err, syscall.ENAMETOOLONG)
		require.NotErrorAs(t, err, new(*Mistake), "the user cannot mend it")
	}
}
