package compositions

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/tests/gomodule"
	"github.com/dominoc/dominoc/tests/random"
)

func TestEveryActivatedKindIsARealCRD(t *testing.T) {
	module, err := gomodule.Dir(".", "github.com/upbound/provider-aws/v2")
	require.NoError(t, err)
	var inputs []Input
	for seed := range uint64(40) {
		inputs = append(inputs, Input{random.Environment(random.New(seed)), func(diag.Path) diag.Pos { return diag.Pos{} }})
	}
	fleet, diagnostics, err := Compile(inputs)
	require.NoError(t, err)
	require.False(t, diagnostics.HasErrors(), "%v", diagnostics)
	require.NotEmpty(t, fleet.kinds)
	for _, kind := range fleet.kinds {
		plural, group, _ := strings.Cut(kind, ".")
		require.FileExists(t, filepath.Join(module, "package", "crds", group+"_"+plural+".yaml"))
	}
}
