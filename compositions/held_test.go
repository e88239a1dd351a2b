package compositions_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/tests/random"
)

// Nothing that an environment on hold manages may be deleted in AWS or inside the cluster,
// whatever its file says.
func TestCrossplaneDeletesNothingWhileAnInstallationIsOnHold(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(60) {
		env := random.Adopted(random.New(seed))
		env.Adopted.Hold = true
		env.Deletion = "protect"
		if seed%2 == 0 {
			env.Deletion = "allow"
		}
		planned, found := compositions.Plan(compositions.Input{Environment: env, At: func(diag.Path) diag.Pos { return diag.Pos{File: "x"} }})
		require.False(t, found.HasErrors(), "seed %d: %v", seed, found)
		composed, err := planned.Composed()
		require.NoError(t, err)
		for _, c := range composed {
			group, _, _ := strings.Cut(fieldpath.Text(c.Object, "apiVersion"), "/")
			ofProviders := strings.HasSuffix(group, ".aws.m.upbound.io") || group == "helm.m.crossplane.io" || group == "kubernetes.m.crossplane.io"
			if !ofProviders || fieldpath.At(c.Object, "spec", "forProvider") == nil {
				continue
			}
			kind := fieldpath.Text(c.Object, "kind")
			if kind == "ClusterAuth" { // a Secret alone, whose controller takes no policies
				continue
			}
			policies, _ := fieldpath.At(c.Object, "spec", "managementPolicies").([]any)
			require.NotEmpty(t, policies, "%s %s: Crossplane's default is all", kind, c.Key)
			require.False(t, slices.Contains(policies, any("*")) || slices.Contains(policies, any("Delete")), "%s %s: %v", kind, c.Key, policies)
			seen[kind] = true
		}
	}
	for _, kind := range []string{"Cluster", "Group", "Addon", "LaunchTemplate", "NodeGroup", "OpenIDConnectProvider", "Release"} {
		require.True(t, seen[kind], kind)
	}
}
