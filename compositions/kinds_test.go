package compositions

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/tests/gomodule"
	"github.com/dominoc/dominoc/tests/random"
)

func TestEveryActivatedKindIsARealCRD(t *testing.T) {
	var inputs []Input
	for seed := range uint64(40) {
		inputs = append(inputs, Input{Environment: random.Environment(random.New(seed)), At: func(diag.Path) diag.Pos { return diag.Pos{} }})
	}
	fleet, diagnostics, err := Compile(inputs)
	require.NoError(t, err)
	require.False(t, diagnostics.HasErrors(), "%v", diagnostics)
	require.NotEmpty(t, fleet.Kinds.Managed)
	for _, kind := range fleet.Kinds.Managed {
		plural, group, _ := strings.Cut(kind, ".")
		require.FileExists(t, filepath.Join(module(t, group), "package", "crds", group+"_"+plural+".yaml"))
	}
	require.Contains(t, fleet.Kinds.Managed, "releases.helm.m.crossplane.io")
	require.Contains(t, fleet.Kinds.Managed, "objects.kubernetes.m.crossplane.io")
}

// module is the folder of the module that has a group's CRDs.
func module(t *testing.T, group string) string {
	t.Helper()
	nested, path := ".", "github.com/upbound/provider-aws/v2"
	switch group {
	case "helm.m.crossplane.io":
		nested, path = "tests/crds/providers", "github.com/crossplane-contrib/provider-helm"
	case "kubernetes.m.crossplane.io":
		nested, path = "tests/crds/providers", "github.com/crossplane-contrib/provider-kubernetes"
	}
	dir, err := gomodule.Dir(nested, path)
	require.NoError(t, err)
	return dir
}

// What is emitted is what the tests hold objects against, but for provider-aws:
// the module of the version that is installed is not served, and the CRDs of
// these two are the same for every kind that we emit.
func TestTheProvidersAreOfTheVersionsThatTheTestsHave(t *testing.T) {
	require.Equal(t, "v2.6.0", bootstrap.ProviderVersion, "compare the CRDs of the new version with those of the module")
	for group, version := range map[string]string{
		"eks" + bootstrap.AWSGroup:   "v2.5.0",
		"helm.m.crossplane.io":       bootstrap.HelmProviderVersion,
		"kubernetes.m.crossplane.io": bootstrap.KubernetesProviderVersion,
	} {
		require.True(t, strings.HasSuffix(module(t, group), "@"+version), "%s %s", group, version)
	}
}
