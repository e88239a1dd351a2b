package takeover_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/takeover"
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
