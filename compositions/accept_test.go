package compositions

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/tests/random"
)

const unknown = "quota-unknown"

// accepting are environments that accept that quotas are unknown.
func accepting() []Input {
	var inputs []Input
	for _, env := range random.Fleet(2) {
		env.Network.Peers = nil
		env.Accept[unknown] = "the account is old"
		inputs = append(inputs, Input{Environment: env, At: func(p diag.Path) diag.Pos { return diag.Pos{File: env.Name, Line: 1} }})
	}
	return inputs
}

// stale are the environments that are told of their acceptance that nothing
// warns of it.
func stale(found diag.List) []string {
	path := diag.Path{"accept", unknown}.String()
	var files []string
	for _, d := range found.Sorted() {
		if d.Code == "accept-unused" && d.Path == path {
			files = append(files, d.Pos.File)
		}
	}
	return files
}

func TestAnAcceptanceIsInUseWhereARuleSaysSo(t *testing.T) {
	inputs := accepting()
	uses := func([]check.Member) []check.Finding {
		return []check.Finding{{Members: []int{1}, Used: []string{unknown}}}
	}
	nothing := func([]check.Member) []check.Finding { return nil }
	own := func(members []check.Member) []check.Finding { return check.Check(members, check.Facts{}) }
	first, second := inputs[0].Environment.Name, inputs[1].Environment.Name
	for name, c := range map[string]struct {
		rules []check.Rule
		want  []string
	}{
		"no rule runs":                     {nil, nil},
		"the rule warns of nothing":        {[]check.Rule{nothing}, []string{first, second}},
		"the rule finds the second's used": {[]check.Rule{nothing, uses}, []string{first}},
		"the fleet's own rule":             {[]check.Rule{own}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			found := Check(inputs, nil, c.rules...)
			require.False(t, found.HasErrors(), "%v", found)
			require.Equal(t, c.want, stale(found))
			require.Equal(t, c.want, stale(Check(inputs, map[int]bool{0: true, 1: true}, c.rules...)))
			for _, d := range found {
				require.NotZero(t, d.Severity, "a finding without a diagnostic is not told")
				require.NotEqual(t, unknown, d.Code, "it is accepted")
			}
		})
	}
}
