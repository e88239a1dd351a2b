package plan_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

func TestEKSAddsTwoNodesOrAsManyAsMayBeMissingOrNone(t *testing.T) {
	number := func(n int64) v1alpha1.Update { return v1alpha1.Update{MaxUnavailable: &n} }
	share := func(n int64) v1alpha1.Update { return v1alpha1.Update{MaxUnavailablePercentage: &n} }
	for _, c := range []struct {
		update     v1alpha1.Update
		most, adds int64
	}{
		{v1alpha1.Update{}, 10, 2},
		{number(1), 10, 2},
		{number(2), 10, 2},
		{number(5), 10, 5},
		{share(50), 1, 2},
		{share(50), 4, 2},
		{share(50), 5, 3},
		{share(33), 10, 4},
		{share(100), 7, 7},
		{share(1), 1000, 10},
		{share(1), 201, 3},
		{v1alpha1.Update{Strategy: "DEFAULT"}, 10, 2},
		{v1alpha1.Update{Strategy: "MINIMAL"}, 10, 0},
		{v1alpha1.Update{Strategy: "MINIMAL", MaxUnavailable: new(int64(5))}, 10, 0},
	} {
		require.Equal(t, c.adds, plan.Surge(c.update, c.most), "%+v", c)
	}
}

// What a roll adds is no requirement of an installation: it is beside the need.
func TestARollAsksForRoomOnTopOfTheNeed(t *testing.T) {
	for _, s := range plan.RoomOf(prod()).Subnets {
		all := s.Roll(func(string) bool { return true })
		var sum int64
		for _, d := range s.Demands {
			require.GreaterOrEqual(t, d.Surge, int64(2))
			one := s.Roll(func(pool string) bool { return pool == d.Pool })
			require.Equal(t, d.Surge*d.PerNode, one)
			sum += one
		}
		require.Equal(t, sum, all)
		require.Zero(t, s.Roll(func(string) bool { return false }))
	}
}

// Larger nodes stay until they are replaced; smaller ones need nothing more.
func TestARollKeepsTheNodesThatItReplaces(t *testing.T) {
	rooms := func(instanceType string) []plan.SubnetRoom {
		env := prod()
		edited(env, "default", func(p *v1alpha1.Pool) { p.InstanceTypes = []string{instanceType} })
		return plan.RoomOf(env).Subnets
	}
	large, small := rooms("m6i.4xlarge"), rooms("m6i.2xlarge")
	rolls := func(pool string) bool { return pool == "default" }
	for i, s := range small {
		require.Equal(t, large[i].Needed()-s.Needed(), s.Staying(large, rolls))
		require.Zero(t, s.Staying(large, func(string) bool { return false }))
		require.Zero(t, large[i].Staying(small, rolls))
	}
}
