package output

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// Fleets that are joined write what their environments compile to together; of two
// environments with one name the second is left out, with the Compositions that only
// it needs.
func TestJoinedFleetsAreWhatTheirEnvironmentsCompileTo(t *testing.T) {
	var inputs []compositions.Input
	for _, env := range random.Fleet(12) {
		inputs = append(inputs, compositions.Input{Environment: env, At: func(diag.Path) diag.Pos { return diag.Pos{} }})
	}
	inputs[11].Environment.Name = inputs[0].Environment.Name
	whole, lists, err := compositions.CompileSound(inputs)
	require.NoError(t, err)
	require.True(t, lists[11].HasErrors(), "its name is taken")
	first, _, err := compositions.CompileSound(inputs[:5])
	require.NoError(t, err)
	second, _, err := compositions.CompileSound(inputs[5:])
	require.NoError(t, err)
	require.Contains(t, second.Names(), inputs[0].Environment.Name)

	want, err := Of(whole, v1alpha1.GitOps{}).Files()
	require.NoError(t, err)
	got, err := Of(compositions.Joined(first, second), v1alpha1.GitOps{}).Files()
	require.NoError(t, err)
	require.Equal(t, want, got)
}
