package change

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/source"
)

func newTestMemory(t *testing.T, links map[string]string, files ...string) memory {
	t.Helper()
	m := newMemory()
	for _, name := range files {
		require.NoError(t, m.add(name, &node{mode: 0o644, size: int64(len(name)), content: []byte(name)}))
	}
	for name, target := range links {
		require.NoError(t, m.add(name, &node{mode: fs.ModeSymlink | 0o777, target: target}))
	}
	return m
}

func TestAMemoryIsAFileSystem(t *testing.T) {
	m := newTestMemory(t, map[string]string{"a/link": "../b-c", "folder": "a"}, "a/b/file", "a/b-file", "b-c")
	require.NoError(t, fstest.TestFS(m, "a/b/file", "a/b-file", "b-c", "a/link"))
}

func TestLinksLeadWhereTheyWouldOnADisk(t *testing.T) {
	m := newTestMemory(t, map[string]string{
		"a/to-file":   "b/file",
		"a/to-folder": "../c",
		"to-link":     "a/to-folder/file",
		"a/out":       "../../etc",
		"absolute":    "/etc",
		"nowhere":     "a/none",
		"loop":        "loop",
		"to-top":      "a/..",
	}, "a/b/file", "c/file")
	for name, want := range map[string]string{
		"a/to-file":        "a/b/file",
		"a/to-folder/file": "c/file",
		"to-link":          "c/file",
		"to-top/c/file":    "c/file",
	} {
		content, err := fs.ReadFile(m, name)
		require.NoError(t, err, name)
		require.Equal(t, want, string(content), name)
	}
	for name, want := range map[string]string{
		"nowhere":       "open nowhere: no such file or directory",
		"loop":          "open loop: too many levels of symbolic links",
		"c/file/x":      "open c/file/x: not a directory",
		"a/to-file/x":   "open a/to-file/x: not a directory",
		"a/../c/file":   "open a/../c/file: invalid argument",
		"to-top/c/none": "open to-top/c/none: no such file or directory",
	} {
		_, err := m.Open(name)
		require.EqualError(t, err, want, name)
	}
	for _, name := range []string{"a/out", "absolute/passwd"} {
		_, err := m.Open(name)
		require.ErrorIs(t, err, source.ErrOutside, name)
	}
	info, err := m.Lstat("a/out")
	require.NoError(t, err)
	require.Equal(t, fs.ModeSymlink, info.Mode().Type(), "a link itself is inside")
}

// A commit that was made by hand can have any names.
func TestAMemoryRefusesPathsOfNoWorkTree(t *testing.T) {
	m := newTestMemory(t, nil, "a", "b/c")
	for _, name := range []string{"../x", "/x", "x//y", "a", "a/b", "b", ""} {
		require.Error(t, m.add(name, &node{}), name)
	}
}
