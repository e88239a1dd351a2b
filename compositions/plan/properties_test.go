package plan_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

const environments = 1000

// each resolves random environments, all of which must have a plan.
func each(t *testing.T, check func(t *testing.T, env *v1alpha1.Environment, p *plan.Plan)) {
	t.Helper()
	for seed := range uint64(environments) {
		env := random.Environment(random.New(seed))
		p, found := plan.Resolve(env, nowhere)
		require.Empty(t, found, "seed %d", seed)
		check(t, env, p)
	}
}

func nowhere(diag.Path) diag.Pos { return diag.Pos{} }

func TestRandomEnvironmentsHaveAPlan(t *testing.T) {
	each(t, func(*testing.T, *v1alpha1.Environment, *plan.Plan) {})
}
