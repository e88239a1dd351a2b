package takeover_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/takeover"
	"github.com/dominoc/dominoc/tests/installation"
)

// What Terraform forgets it can import again: every address of one list is in the other,
// and none that stays is in either.
func TestTheWayBackHasEveryAddressThatIsForgotten(t *testing.T) {
	taken := decided(t, set(t, "a-base")...)
	forgotten, back := commands(taken, "terraform state rm "), commands(taken, "terraform import ")
	require.Len(t, forgotten, len(taken.Report.Changes)+len(taken.Report.Same))
	for _, address := range forgotten {
		require.True(t, slices.ContainsFunc(back, func(line string) bool { return strings.HasPrefix(line, address) }), address)
	}
	require.Len(t, back, len(forgotten))
	for _, kept := range append(taken.Report.Stays, taken.Report.Unowned...) {
		require.NotContains(t, forgotten, kept.Address)
	}
}

// In a root that has the network too, the modules of the cluster and the pools leave the state
// as a whole: taken out of the configuration with roles and security groups still in the
// state, Terraform would destroy these.
func TestModulesLeaveARootThatGoesOn(t *testing.T) {
	of := decided(t, installation.New("some").Files()...).Report
	taken := decided(t, installation.New("some").Single()...)
	const state = "terraform.tfstate"
	require.Equal(t, []takeover.Module{{Address: "module.control_plane", State: state}, {Address: "module.workers", State: state}}, taken.Report.Modules)
	require.Empty(t, taken.Report.Retired)
	require.Empty(t, taken.Report.Forget)
	require.Equal(t, []string{"module.control_plane", "module.workers"}, commands(taken, "terraform state rm "))
	require.Equal(t, []string{"before-dominoc.tfstate"}, commands(taken, "terraform state pull > "))
	require.Equal(t, []string{"before-dominoc.tfstate"}, commands(taken, "terraform state push -force "))
	require.Empty(t, commands(taken, "terraform import "))
	require.Len(t, taken.Report.Stays, len(of.Stays))
	require.Len(t, taken.Report.Unowned, len(of.Unowned))
}

// A call that makes the network too cannot be taken out of the configuration.
func TestARootWithOneCallForAllIsRetired(t *testing.T) {
	file := edited(t, installation.New("some").Single()[0], func(all []any) []any {
		for _, r := range all {
			resource := r.(map[string]any)
			resource["module"] = `module.domino["a.b\"c"].` + resource["module"].(string)
		}
		return all
	})
	taken := decided(t, file)
	require.Equal(t, []string{"terraform.tfstate"}, taken.Report.Retired)
	require.Empty(t, taken.Report.Modules)
	require.Empty(t, taken.Report.Stays)
	require.Len(t, commands(taken, "terraform state rm "), len(taken.Report.Changes))
	require.Contains(t, taken.Report.In("text"), `module.domino["a.b\"c"].module.control_plane.aws_security_group_rule.node[…] (20)`)
}

// commands are the commands of the next steps that begin so, without the beginning.
func commands(taken *takeover.Takeover, begin string) []string {
	var all []string
	for _, step := range taken.Report.Next {
		for _, line := range step.Commands {
			if rest, ok := strings.CutPrefix(line, begin); ok {
				all = append(all, strings.Trim(rest, "'"))
			}
		}
	}
	return all
}
