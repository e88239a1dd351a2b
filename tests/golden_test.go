package tests

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// tests/golden holds what the sample fleet compiles to, as dominoc build writes
// it. A change of the compiler is reviewed there: it is what the management
// clusters of a fleet would be given.
func TestTheSampleFleetCompilesToTheGoldenManifests(t *testing.T) {
	args := []string{"-C", root(t), "build", "--out", filepath.Join("tests", "golden")}
	if !updating {
		args = append(args, "--check")
	}
	out, err := exec.Command(dominoc(t), args...).CombinedOutput()
	require.NoError(t, err, "run UPDATE=1 go test ./tests\n%s", out)
}
