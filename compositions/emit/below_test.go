package emit

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A repository's link sends no write out of it.
func TestNothingIsWrittenThroughALink(t *testing.T) {
	base, outside := t.TempDir(), t.TempDir()
	put(t, outside, "file", "precious")
	put(t, base, "real/file", "1")
	require.NoError(t, os.Symlink(outside, filepath.Join(base, "link")))
	require.NoError(t, os.Symlink(filepath.Join(outside, "file"), filepath.Join(base, "file")))
	text := func(w io.Writer) error { _, err := w.Write([]byte("2")); return err }
	for _, name := range []string{"link", "link/a", "link/a/b", "file", "real/../link/a"} {
		_, err := Below(base, name)
		require.ErrorContains(t, err, "is a symbolic link", name)
		require.ErrorContains(t, Create(base, name, []byte("2")), "is a symbolic link", name)
		require.ErrorContains(t, Replace(base, name, text), "is a symbolic link", name)
	}
	require.ErrorContains(t, Replace(base, "real", text), "is a folder where a file belongs")
	require.Equal(t, map[string]string{"file": "precious"}, tree(t, outside))

	require.ErrorIs(t, Create(base, "real/file", []byte("2")), os.ErrExist)
	require.NoError(t, Create(base, "real/a/b", []byte("2")))
	require.NoError(t, Replace(base, "real/file", text))
	require.NoError(t, Replace(base, filepath.Join(outside, "named"), text))
	require.Equal(t, map[string]string{"file": "2", "a/b": "2"}, tree(t, filepath.Join(base, "real")))
	require.Equal(t, map[string]string{"file": "precious", "named": "2"}, tree(t, outside))
	require.ErrorContains(t, Replace(base, "real/file", func(io.Writer) error { return errFault }), errFault.Error())
	require.Equal(t, map[string]string{"file": "2", "a/b": "2"}, tree(t, filepath.Join(base, "real")))
}
