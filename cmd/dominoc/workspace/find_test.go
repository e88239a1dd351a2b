package workspace

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
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

	bottomless(t, filepath.Join(root, Fleet))
	for _, patterns := range [][]string{{"./elsewhere"}, nil} {
		_, err = Open(Options{Root: root}).FindWithFleet(patterns)
		require.ErrorIs(t, err, syscall.ENAMETOOLONG)
		require.NotErrorAs(t, err, new(*Mistake), "the user cannot mend it")
	}
}

// bottomless makes folders below dir that are too deep to be named, for anyone.
func bottomless(t *testing.T, dir string) {
	t.Helper()
	at, err := os.OpenRoot(dir)
	require.NoError(t, err)
	name := strings.Repeat("d", 200)
	for range 25 {
		require.NoError(t, at.Mkdir(name, 0o755))
		below, err := at.OpenRoot(name)
		require.NoError(t, err)
		require.NoError(t, at.Close())
		at = below
	}
	require.NoError(t, at.Close())
}
