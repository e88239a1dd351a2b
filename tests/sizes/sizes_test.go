// Package sizes_test holds what the plan counts against what the components
// make: the plan refuses a composite resource that would be too large without
// lowering it.
package sizes_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/tests/random"
)

const largest = 60

func TestThePlanCountsWhatComponentsMake(t *testing.T) {
	for seed := range uint64(200) {
		p, found := plan.Resolve(random.Environment(random.New(seed)), func(diag.Path) diag.Pos { return diag.Pos{} })
		require.Empty(t, found)
		counted := map[string]int{}
		for _, c := range plan.Composites(&p.Spec) {
			counted[c.Key] = c.Resources
		}
		components := compositions.Components(p)
		require.Equal(t, counted[""], len(components), "the environment's children")
		for _, c := range components {
			made := len(c.Concrete())
			require.LessOrEqual(t, made, largest, c.Key)
			if n, grows := counted[c.Key]; grows {
				require.Equal(t, n, made, c.Key)
			}
		}
	}
}
