// Package sizes_test holds what the plan counts against what the components
// make: the plan refuses a composite resource that would be too large without
// lowering it.
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

func TestThePlanCountsWhatComponentsMake(t *testing.T) {
	for seed := range uint64(200) {
		p, found := plan.Resolve(random.Environment(random.New(seed)), func(diag.Path) diag.Pos { return diag.Pos{} })
		require.Empty(t, found)
		counted := map[string]int{}
		for _, c := range plan.Composites(&p.Spec) {
			counted[c.Key] = c.Resources
		}
		for _, c := range compositions.Components(p) {
			made := len(c.Concrete())
			require.LessOrEqual(t, made, largest, c.Key)
			if n, grows := counted[c.Key]; grows {
				require.Equal(t, n, made, c.Key)
			}
		}
	}
}
