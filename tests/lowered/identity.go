package lowered

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/compositions/resource"
)

// checkIdentity checks a resource against the rule of its kind: a resource that dominoc names
// has a name, one that AWS names has none unless it exists, one whose id repeats its fields has
// one if it was taken over, and only the first may omit late initialization. Without late initialization the provider would not store the id that AWS
// chose, and a restarted provider would create a second VPC.
func checkIdentity(t *testing.T, r resource.Resource) {
	t.Helper()
	rule, known := externalname.Of(r.Object.GetObjectKind().GroupVersionKind().Kind)
	require.True(t, known, "%s: who names its kind?", r.Key)
	name, named := r.ExternalName()
	if repeats := rule.Namer == externalname.Provider && !rule.InGit(); !repeats {
		require.Equal(t, rule.Namer == externalname.Us || rule.Fits(name), named, r.Key)
	}
	checkPolicies(t, r, rule)
}

// checkPolicies allows three sets of management policies: all, all but deletion, and, for a
// kind that dominoc names, all but late initialization.
func checkPolicies(t *testing.T, r resource.Resource, rule externalname.Rule) {
	t.Helper()
	list, limited := Content(t, r)["spec"].(map[string]any)["managementPolicies"]
	if !limited {
		return
	}
	allowed := []any{[]any{"Observe", "Create", "Update", "LateInitialize"}}
	if rule.Namer == externalname.Us {
		allowed = append(allowed, []any{"Observe", "Create", "Update", "Delete"})
	}
	require.Contains(t, allowed, list, r.Key)
}
