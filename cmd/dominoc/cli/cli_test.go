package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/load"
)

// A full disk, or a pipe that was closed.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("the pipe is broken") }

func TestOutputThatCannotBeWrittenIsAFailure(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"explain", "zones"}, {"vet", "--format", "json", "-C", "../../.."}} {
		var said bytes.Buffer
		require.Equal(t, Failed, Run(context.Background(), args, Streams{Out: broken{}, Err: &said}), args)
		require.Contains(t, said.String(), "the pipe is broken")
	}
}

func TestAnInterruptedRunIsAFailure(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, said bytes.Buffer
	require.Equal(t, Failed, Run(ctx, []string{"vet", "-C", "../../.."}, Streams{Out: &out, Err: &said}))
	require.Equal(t, "dominoc: interrupted\n", said.String())
	require.Empty(t, out.String())
}

// A fleet that cannot be read is not an empty one: its checks would be left out.
func TestAFleetThatCannotBeReadIsAFailure(t *testing.T) {
	root := t.TempDir()
	elsewhere := filepath.Join(root, "elsewhere")
	require.NoError(t, os.Mkdir(elsewhere, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(elsewhere, "environment.yaml"), []byte("name: elsewhere\n"), 0o644))
	require.NoError(t, os.Mkdir(filepath.Join(root, fleetFolder), 0o755))
	o := &options{root: root, loader: func() *load.Loader { return load.New(root) }}
	folders, _, err := o.findWithFleet([]string{"./elsewhere"})
	require.NoError(t, err, "an empty fleet")
	require.Len(t, folders, 1)

	bottomless(t, filepath.Join(root, fleetFolder))
	for _, patterns := range [][]string{{"./elsewhere"}, nil} {
		_, _, err = o.findWithFleet(patterns)
		var end *ending
		require.ErrorAs(t, err, &end)
		require.ErrorIs(t, end.err, syscall.ENAMETOOLONG)
		require.Equal(t, Failed, end.code)
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
