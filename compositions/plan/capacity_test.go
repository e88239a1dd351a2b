package plan

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// TestAddressesOfANode covers the pods' own range, which Resolve does not
// reach yet.
func TestAddressesOfANode(t *testing.T) {
	env, vpc := podEnvironment(), netip.MustParsePrefix("100.64.0.0/18")
	r := &resolver{env: env, at: nowhereAt}
	per, known := r.perNode(env.Pools["default"])
	require.True(t, known)
	require.Equal(t, []int64{1, 3 * 15}, []int64{per.node, per.pod}, "m6i.2xlarge has four interfaces of 15 addresses")
	env.Cluster.PrefixDelegation = true
	require.Equal(t, int64(3+16*8), r.usage(per.instance).pod, "110 pods on 7 prefixes, one more is warm")
	subnet, _, ok := r.subnetRange("us-west-2a", true)
	require.True(t, ok)
	require.Equal(t, part(vpc, 20, 0), subnet)
}

func nowhereAt(diag.Path) diag.Pos { return diag.Pos{} }

func podEnvironment() *v1alpha1.Environment {
	return &v1alpha1.Environment{
		Network: v1alpha1.Network{PodCIDR: "100.64.0.0/18"},
		Pools:   map[string]v1alpha1.Pool{"default": {InstanceTypes: []string{"m6i.2xlarge"}}},
	}
}
