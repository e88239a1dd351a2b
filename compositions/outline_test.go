package compositions

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/tests/random"
)

// What package check reads of a plan's shape is what it would read of the plan itself.
func TestAnOutlineWithItsValuesIsWhatThePlanIsLoweredTo(t *testing.T) {
	var shapes Outlines
	for seed := range uint64(200) {
		env := random.Environment(random.New(seed))
		nowhere := func(diag.Path) diag.Pos { return diag.Pos{} }
		p, found := plan.Resolve(env, nowhere)
		require.Empty(t, found)
		outlined := shapes.Lower(p)
		concrete := []check.Composite{outlined[0]}
		for _, c := range Components(withoutIDs(p)) {
			concrete = append(concrete, check.Composite{
				Key: c.Key, Objects: check.Read(c.Concrete()), Value: func(text string) string { return text },
			})
		}
		require.Equal(t, check.Inspect(env, nowhere, p, nil, concrete), check.Inspect(env, nowhere, p, nil, outlined), "seed %d", seed)
		for i, c := range concrete {
			for j, o := range c.Objects {
				require.Equal(t, o.Name, outlined[i].Value(outlined[i].Objects[j].Name), "seed %d", seed)
			}
		}
	}
}
