package plan_test

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

const environments = 1000

// each resolves random environments, all of which must have a plan and raise
// no warning.
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

func TestSubnetsAreApartAndInsideTheVPC(t *testing.T) {
	each(t, func(t *testing.T, _ *v1alpha1.Environment, p *plan.Plan) {
		if p.Spec.Network == nil || p.Spec.Network.VPC == nil {
			return
		}
		homes := map[v1alpha1.SubnetRole]netip.Prefix{}
		for _, role := range []v1alpha1.SubnetRole{"private", "public", "controlPlane"} {
			homes[role] = netip.MustParsePrefix(p.Spec.Network.VPC.CIDR)
		}
		if pods := p.Spec.Network.VPC.PodCIDR; pods != "" {
			homes["pod"] = netip.MustParsePrefix(pods)
		}
		var others []netip.Prefix
		for key, subnet := range p.Spec.Network.Subnets {
			cidr := netip.MustParsePrefix(subnet.CIDR)
			require.Equal(t, cidr.Masked(), cidr, key)
			home := homes[subnet.Role]
			require.True(t, home.Contains(cidr.Addr()) && cidr.Bits() > home.Bits(), key)
			for _, other := range others {
				require.False(t, cidr.Overlaps(other), "%s %s %s", key, cidr, other)
			}
			others = append(others, cidr)
		}
	})
}

func TestZonesTwoAndThreeMoveNothing(t *testing.T) {
	each(t, func(t *testing.T, env *v1alpha1.Environment, grown *plan.Plan) {
		if env.Network.VPC != nil {
			return
		}
		p, found := plan.Resolve(inOneZone(env), nowhere)
		require.False(t, found.HasErrors(), "%v", found) // what was accepted of a zone that is left out may be unused
		for key, subnet := range p.Spec.Network.Subnets {
			require.Equal(t, subnet, grown.Spec.Network.Subnets[key], key)
		}
		for key, table := range p.Spec.Network.RouteTables {
			require.Equal(t, table, grown.Spec.Network.RouteTables[key], key)
		}
		require.Equal(t, p.Spec.Network.NATGateways["z0"], grown.Spec.Network.NATGateways["z0"])
		require.Equal(t, p.Spec.Cluster.Subnets, grown.Spec.Cluster.Subnets)
	})
}

// inOneZone returns the environment before it grew, with smaller pools because there
// is less room.
func inOneZone(env *v1alpha1.Environment) *v1alpha1.Environment {
	small := *env
	small.Zones = env.Zones[:1]
	small.Pools = map[string]v1alpha1.Pool{}
	for name, pool := range env.Pools {
		pool.Zones = nil
		most := max(1, *pool.Size.Min)
		pool.Size.Max = &most
		small.Pools[name] = pool
	}
	return &small
}

func TestSizesOfZonesSumUp(t *testing.T) {
	each(t, func(t *testing.T, env *v1alpha1.Environment, p *plan.Plan) {
		for name, pool := range p.Spec.Pools {
			var least, most, desired int64
			for slot, zone := range pool.Zones {
				least, most, desired = least+zone.Min, most+zone.Max, desired+zone.Desired
				require.Positive(t, zone.Max, "%s %s", name, slot)
				require.LessOrEqual(t, zone.Min, zone.Desired, "%s %s", name, slot)
				require.LessOrEqual(t, zone.Desired, zone.Max, "%s %s", name, slot)
			}
			size, floor := env.Pools[name].Size, *env.Pools[name].Size.Min
			if env.Pools[name].Draining {
				floor = 0 // the autoscaler takes every node away
			}
			require.Equal(t, []int64{floor, *size.Max, *size.Desired}, []int64{least, most, desired}, name)
		}
	})
}

func TestComputePoolsStandInEveryZone(t *testing.T) {
	each(t, func(t *testing.T, env *v1alpha1.Environment, p *plan.Plan) {
		for name, pool := range p.Spec.Pools {
			for slot, zone := range pool.Zones {
				require.Equal(t, env.Zones[slot[1]-'0'], zone.Zone)
			}
			if env.Pools[name].NodePool != "platform" {
				require.Len(t, pool.Zones, len(env.Zones), name)
			}
		}
	})
}

func TestNamesAreWithinTheirLimits(t *testing.T) {
	each(t, func(t *testing.T, env *v1alpha1.Environment, p *plan.Plan) {
		for name, pool := range p.Spec.Pools {
			require.LessOrEqual(t, len(pool.LaunchTemplate), 128)
			for slot, zone := range pool.Zones {
				require.LessOrEqual(t, len(zone.NodeGroup), 63)
				for tag := range pool.AutoscalerTags {
					require.LessOrEqual(t, len(v1alpha1.ObjectName(env.Name, name, slot+"-"+tag)), 63)
				}
			}
		}
	})
}

func TestReferencesNameWhatThePlanMakes(t *testing.T) {
	each(t, func(t *testing.T, env *v1alpha1.Environment, p *plan.Plan) {
		made := func(ref v1alpha1.Reference) {
			key, ours := strings.CutPrefix(ref.Name, env.Name+"-network-")
			require.NotEqual(t, ref.Name == "", ref.ID == "", "one of name and id")
			if ours && key != "vpc" {
				require.Contains(t, p.Spec.Network.Subnets, key)
			}
		}
		if p.Spec.Security != nil {
			made(p.Spec.Security.VPC)
		}
		for _, subnet := range p.Spec.Cluster.Subnets {
			made(subnet)
		}
		for _, pool := range p.Spec.Pools {
			for _, zone := range pool.Zones {
				made(zone.Subnet)
			}
		}
	})
}

func TestTheAutoscalerKnowsEveryLabelAndTaint(t *testing.T) {
	each(t, func(t *testing.T, _ *v1alpha1.Environment, p *plan.Plan) {
		for name, pool := range p.Spec.Pools {
			if pool.Adopted != nil { // its groups keep the tags that they have
				continue
			}
			tags := map[string]string{}
			for _, tag := range pool.AutoscalerTags {
				tags[tag.Key] = tag.Value
			}
			for key, value := range pool.Labels {
				require.Equal(t, value, tags["k8s.io/cluster-autoscaler/node-template/label/"+key], name)
			}
			for _, taint := range pool.Taints {
				require.Contains(t, tags["k8s.io/cluster-autoscaler/node-template/taint/"+taint.Key], taint.Value+":", name)
			}
		}
	})
}

func TestAPlanIsAlwaysTheSame(t *testing.T) {
	for seed := range uint64(50) {
		require.Equal(t, planText(t, seed), planText(t, seed))
	}
}

func planText(t *testing.T, seed uint64) string {
	t.Helper()
	p, _ := plan.Resolve(random.Environment(random.New(seed)), nowhere)
	text, err := json.Marshal(p)
	require.NoError(t, err)
	return string(text)
}
