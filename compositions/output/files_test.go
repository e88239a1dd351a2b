package output

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// dominoc diff tells by the paths which files of the output are not dominoc's.
func TestPathsAreThoseOfTheFiles(t *testing.T) {
	rng := random.New(7)
	for range 10 {
		fleet, found, err := compositions.Compile([]compositions.Input{{Environment: random.Environment(rng), At: func(diag.Path) diag.Pos { return diag.Pos{} }}})
		require.NoError(t, err)
		require.False(t, found.HasErrors())
		files, err := Of(fleet, v1alpha1.GitOps{}).Files()
		require.NoError(t, err)
		paths, err := Of(fleet, v1alpha1.GitOps{}).Paths()
		require.NoError(t, err)
		require.Len(t, paths, len(files))
		for _, f := range files {
			require.True(t, paths[f.Path], f.Path)
		}
	}
}
