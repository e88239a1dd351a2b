package plan_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// The largest maximum fits, and one node more does not: Resolve, which splits
// and adds by itself, agrees. Other complaints do not count here.
func TestTheLargestMaximumIsTheLargest(t *testing.T) {
	checked := 0
	for seed := range uint64(150) {
		env := random.Environment(random.New(seed))
		for _, p := range plan.RoomOf(env).Pools {
			if p.Largest < int64(len(env.Zones)) || p.Largest >= plan.MostNodes {
				continue
			}
			checked++
			require.False(t, short(withMax(env, p.Pool, p.Largest)), "seed %d: %+v", seed, p)
			require.True(t, short(withMax(env, p.Pool, p.Largest+1)), "seed %d: %+v", seed, p)
		}
	}
	require.Greater(t, checked, 100)
}

func withMax(env *v1alpha1.Environment, pool string, most int64) *v1alpha1.Environment {
	changed := *env
	changed.Pools = map[string]v1alpha1.Pool{}
	for name, p := range env.Pools {
		if name == pool {
			p.Size.Max = &most
		}
		changed.Pools[name] = p
	}
	return &changed
}

func short(env *v1alpha1.Environment) bool {
	_, found := plan.Resolve(env, there)
	for _, d := range found {
		if d.Code == "subnet-capacity" {
			return true
		}
	}
	return false
}

func TestTheRoomOfAnEnvironment(t *testing.T) {
	room := plan.RoomOf(prod())
	require.Len(t, room.Subnets, 3)
	first := room.Subnets[0]
	require.Equal(t, "10.0.0.0/18", first.Range.String())
	require.Equal(t, int64(16384), first.Addresses)
	require.False(t, first.Pods)
	var sum int64
	for _, d := range first.Demands {
		sum += d.Nodes * d.PerNode
	}
	require.Equal(t, sum+21, first.Needed())
}
