package change

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/diff"
)

// slow is a program that begins to write and does not end by itself.
const slow = `#!/bin/sh
mkdir -p "$5"
echo begun > "$5/begun"
echo compiling
exec sleep 60
`

// The other dominoc may take long: it ends with the run, and so does what it wrote.
func TestAnotherDominocThatTakesTooLong(t *testing.T) {
	dir, temporary := newRepository(t), t.TempDir()
	write(t, dir, "slow", slow)
	require.NoError(t, os.Chmod(filepath.Join(dir, "slow"), 0o755))
	t.Setenv("TMPDIR", temporary)
	o := Options{Workspace: workspace.Open(workspace.Options{Root: dir}), Out: "rendered", Fails: func(diff.Danger) bool { return false }}
	b, err := o.With("./slow")
	require.NoError(t, err)

	b.patience = 100 * time.Millisecond
	_, err = o.Compare(context.Background(), b, nil)
	require.EqualError(t, err, b.program+" build: not done after 100ms; it printed:\ncompiling")
	require.Empty(t, entries(t, temporary))

	ctx, interrupt := context.WithCancel(context.Background())
	b.patience = time.Minute
	go func() {
		defer interrupt()
		for len(found(filepath.Join(temporary, "*", "rendered", "begun"))) == 0 {
			time.Sleep(10 * time.Millisecond)
		}
	}()
	_, err = o.Compare(ctx, b, nil)
	require.EqualError(t, err, "interrupted")
	require.Empty(t, entries(t, temporary))
}

func entries(t *testing.T, dir string) []os.DirEntry {
	t.Helper()
	all, err := os.ReadDir(dir)
	require.NoError(t, err)
	return all
}

func found(pattern string) []string {
	all, _ := filepath.Glob(pattern)
	return all
}
