package diff

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// Another instance type for a pool is stuck, and diff advises to replace the pool.
// The advice is followed to its end for each pool of random environments, platform
// and default too: every file on the way is valid, and the steps stop nothing.
func TestAPoolIsReplacedAsDiffAdvises(t *testing.T) {
	check := newChecker(t)
	followed := map[string]int{}
	for seed := range uint64(12) {
		text, err := json.Marshal(random.Environment(random.New(seed)))
		require.NoError(t, err)
		env := check.environment(string(text))
		for _, name := range sortedNames(env.Pools) {
			if follow(t, check, string(text), name) {
				followed[env.Pools[name].NodePool]++
			}
		}
	}
	require.Positive(t, followed["platform"])
	require.Positive(t, followed["default"])
}

// follow replaces a pool; false where another pool is replacing it, or the ranges
// are too small for one more.
func follow(t *testing.T, check *checker, text, name string) bool {
	t.Helper()
	env := check.environment(text)
	pool := env.Pools[name]
	for _, other := range env.Pools {
		if other.Replaces == name || other.NodePool == pool.NodePool && other.Replaces != "" {
			return false
		}
	}
	advised := step(t, check, text, func(tree map[string]any) {
		edited := tree["pools"].(map[string]any)[name].(map[string]any)
		edited["instanceTypes"], edited["instanceTypeIn"] = otherTypes(pool), "nodeGroup"
	})
	if advised == nil {
		return false
	}
	i := slices.IndexFunc(advised.dangers, func(d diff.Danger) bool { return d.ID() == "stuck/"+name+"/instanceTypes" })
	require.GreaterOrEqual(t, i, 0, "pool %s", name)
	advice := advised.dangers[i].Instead
	require.Len(t, advice.Steps, 2, "%q: one pool is added, another removed", advice.Sentence)
	follows := func(before string, which int) *stepped {
		return step(t, check, before, func(tree map[string]any) {
			for _, a := range advice.Steps[which].Amendments {
				amend(t, tree, a, func() any { return parsedText(text) }, func() any { return parsedText(advised.text) })
			}
		})
	}

	added := follows(text, 0)
	if added == nil {
		return false
	}
	requireNothingStops(t, added.dangers)
	removed := follows(added.text, 1)
	require.NotNil(t, removed, "pool %s cannot be removed from %s", name, added.text)
	requireNothingStops(t, removed.dangers)
	next := given(diff.Another(name))
	require.Equal(t, pool.NodePool, check.environment(removed.text).Pools[next].NodePool)
	said := step(t, check, removed.text, func(tree map[string]any) { delete(tree["pools"].(map[string]any)[next].(map[string]any), "replaces") })
	require.NotNil(t, said, "replaces cannot be taken out of %s", removed.text)
	require.Empty(t, said.dangers)
	require.Empty(t, said.changes, "what replaces said is said by nodePool")
	return true
}

// otherTypes are types like those of a pool.
func otherTypes(pool v1alpha1.Pool) []any {
	switch {
	case *pool.GPU && pool.Architecture == "arm64":
		return []any{"g5g.8xlarge", "g5g.16xlarge"}
	case *pool.GPU:
		return []any{"g5.8xlarge", "g6.8xlarge"}
	case pool.Architecture == "arm64":
		return []any{"m7g.8xlarge", "m6g.8xlarge"}
	}
	return []any{"m6i.4xlarge", "m7i.4xlarge"}
}

// stepped is what an edit leads to.
type stepped struct {
	text    string
	dangers []diff.Danger
	changes []diff.Change
}

// step edits a file; nil where the result is not valid.
func step(t *testing.T, check *checker, text string, edit func(tree map[string]any)) *stepped {
	t.Helper()
	tree := parsedText(text).(map[string]any)
	edit(tree)
	next := rendered(tree)
	before, after := check.state(text), check.state(next)
	require.NotNil(t, before)
	if after == nil {
		return nil
	}
	report := diff.Compare(before, after)
	return &stepped{next, report.Dangers, report.Changes}
}

func requireNothingStops(t *testing.T, dangers []diff.Danger) {
	t.Helper()
	for _, d := range dangers {
		require.False(t, strings.HasPrefix(d.ID(), "outage") || strings.HasPrefix(d.ID(), "stuck") || strings.HasPrefix(d.ID(), "data-loss"), "%s: %s", d.ID(), d.Message)
	}
}
