package goldenfile

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	right = "zones: 2 zones; allowed are 1 or 3 [zones-count]\n"
	late  = "environments/a/environment.cue: error: evaluation is not done after 10s [evaluation-deadline]\n"
	next  = "environments/b/environment.cue: error: not checked: evaluations that were given up have taken the time of this run [not-checked]\n"
)

func TestWhatABusyMachineSaysIsNotWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "testdata", "case.txt")
	require.NoError(t, write(file, []byte(right)))
	for _, text := range []string{late, right + late, next} {
		require.ErrorContains(t, write(file, []byte(text)), "run the test again")
		requireContent(t, file, right)
	}
}

func TestWhatAnotherPackageWroteOnABusyMachineIsTakenBack(t *testing.T) {
	dir := t.TempDir()
	busy, other := filepath.Join(dir, "busy.txtar"), filepath.Join(dir, "other.txtar")
	before := map[string][]byte{busy: []byte("old\n"), other: []byte("old\n")}
	require.NoError(t, os.WriteFile(busy, []byte(late), 0o644))
	require.NoError(t, os.WriteFile(other, []byte(right), 0o644))
	require.ErrorContains(t, restore(before), busy)
	requireContent(t, busy, "old\n")
	requireContent(t, other, right)
	require.NoError(t, restore(before))
}

func requireContent(t *testing.T, file, want string) {
	t.Helper()
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, want, string(got))
}
