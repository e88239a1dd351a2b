package tests

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/goldenfile"
)

// tests/golden holds what the sample fleet compiles to, as dominoc build writes
// it. A change of the compiler is reviewed there: it is what the management
// clusters of a fleet would be given.
func TestTheSampleFleetCompilesToTheGoldenManifests(t *testing.T) {
	out := filepath.Join(root(t), "tests", "golden")
	if goldenfile.Updating() {
		compileSamples(t, ".", out)
		return
	}
	compileSamples(t, ".", out, "--check")
}

// tests/golden-govcloud holds what the fleet in GovCloud has that the other has not:
// the definitions of both are the same.
func TestTheFleetInGovCloudCompilesToItsGoldenManifests(t *testing.T) {
	out := t.TempDir()
	compileSamples(t, "govcloud", out)
	common, own := fileContents(t, "golden"), fileContents(t, out)
	for name, content := range common {
		if own[name] == content {
			delete(own, name)
		}
	}
	const golden = "golden-govcloud"
	if goldenfile.Updating() {
		require.NoError(t, os.RemoveAll(golden))
		for name, content := range own {
			file := filepath.Join(golden, name)
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
			goldenfile.Write(t, file, []byte(content))
		}
		return
	}
	require.Empty(t, cmp.Diff(fileContents(t, golden), own), "run UPDATE=1 go test ./tests")
}

// compileSamples has dominoc build write the fleet in a folder of the repository.
func compileSamples(t *testing.T, fleet, out string, flags ...string) {
	t.Helper()
	args := append([]string{"-C", filepath.Join(root(t), fleet), "build", "--out", out}, flags...)
	printed, err := exec.Command(dominoc(t), args...).CombinedOutput()
	require.NoError(t, err, "run UPDATE=1 go test ./tests\n%s", printed)
}

// fileContents are the files below a folder, by their paths from there.
func fileContents(t *testing.T, folder string) map[string]string {
	t.Helper()
	contents := map[string]string{}
	require.NoError(t, fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
		contents[name] = string(content)
		return err
	}))
	return contents
}
