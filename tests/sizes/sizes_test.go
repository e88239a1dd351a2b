// Package sizes_test weighs the composite resources of random environments.
package sizes_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/xr"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/tests/random"
)

// The promises of a composite resource (design 3): how many resources it
// composes, and how many bytes its Composition has.
const (
	largest            = 60
	largestComposition = 256 << 10
)

func TestNoCompositionIsTooLarge(t *testing.T) {
	weighed := map[string]bool{}
	for seed := range uint64(60) {
		p, found := plan.Resolve(random.Environment(random.New(seed)), func(diag.Path) diag.Pos { return diag.Pos{} })
		require.Empty(t, found)
		for _, c := range compositions.Components(p) {
			shape, err := c.Symbolic()
			require.NoError(t, err)
			if weighed[shape.Key] {
				continue
			}
			weighed[shape.Key] = true
			symbols, resources := shape.Lower()
			composition, err := xr.Compose(c.Kind, symbols, resources)
			require.NoError(t, err)
			text, err := json.Marshal(composition)
			require.NoError(t, err)
			require.LessOrEqual(t, len(text), largestComposition, c.Key)
		}
	}
}

func TestNoCompositeOfASoundEnvironmentIsTooLarge(t *testing.T) {
	for seed := range uint64(200) {
		p, found := plan.Resolve(random.Environment(random.New(seed)), func(diag.Path) diag.Pos { return diag.Pos{} })
		require.Empty(t, found)
		for _, c := range new(compositions.Outlines).Lower(p) {
			require.LessOrEqual(t, len(c.Objects), largest, c.Key)
		}
	}
}
