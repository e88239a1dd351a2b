// Package deep makes folders that no program can read, whatever its permissions: the paths
// of the innermost are too long.
package deep

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Folders makes such folders below dir.
func Folders(t testing.TB, dir string) {
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
