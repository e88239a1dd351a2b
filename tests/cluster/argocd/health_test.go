package argocd

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// sample is an object as Crossplane leaves it, and what it should be called.
type sample struct {
	Name, Kind string
	Object     Object // but for apiVersion and kind
	Flux       bool   // for tests/sync
	ArgoCD     string
}

func samples(t *testing.T) []sample {
	t.Helper()
	root, err := harness.Repository()
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(root, "tests", "sync", "testdata", "health.yaml"))
	require.NoError(t, err)
	var all []sample
	require.NoError(t, yaml.UnmarshalStrict(text, &all))
	require.NotEmpty(t, all)
	return all
}

// What Argo CD says of kinds that it is not told of stands beside ours.
func TestArgoCDIsToldOfHealth(t *testing.T) {
	all := append(samples(t),
		sample{Name: "a provider config", Kind: "ProviderConfig", Object: Object{}, ArgoCD: "Healthy"},
		sample{Name: "a provider config that is used", Kind: "ProviderConfig", Object: Object{"status": Object{"users": 12}}, ArgoCD: "Healthy"},
		sample{Name: "what protects an environment", Kind: "Usage", Object: Object{"metadata": Object{"generation": 1}, "status": Object{"conditions": []any{Object{"type": "Ready", "status": "True", "reason": "Available", "observedGeneration": 1}}}}, ArgoCD: "Healthy"},
		sample{Name: "a composition", Kind: "Composition", Object: Object{}, ArgoCD: "Healthy"},
		sample{Name: "an application that was just made", Kind: "Application", Object: Object{"metadata": Object{"name": "dominoc-platform"}}, ArgoCD: "Progressing"},
		sample{Name: "an application that is degraded", Kind: "Application", Object: Object{"status": Object{"health": Object{"status": "Degraded"}}}, ArgoCD: "Degraded"},
		sample{Name: "an application that is healthy", Kind: "Application", Object: Object{"status": Object{"health": Object{"status": "Healthy"}}}, ArgoCD: "Healthy"},
		sample{Name: "a set that was just made", Kind: "ApplicationSet", Object: Object{}, ArgoCD: "Progressing"},
	)
	var objects []any
	for _, s := range all {
		s.Object["apiVersion"], s.Object["kind"] = apiVersions[s.Kind], s.Kind
		objects = append(objects, s.Object)
	}
	var told []struct{ Status, Message string }
	ask(t, "health", Object{"Config": config(t), "Objects": objects}, &told)
	for i, s := range all {
		require.Equal(t, s.ArgoCD, told[i].Status, "%s: %s", s.Name, told[i].Message)
	}
}

var apiVersions = map[string]string{
	"DominoEnvironment":               "dominoc.dev/v1alpha1",
	"Provider":                        "pkg.crossplane.io/v1",
	"Function":                        "pkg.crossplane.io/v1",
	"CompositeResourceDefinition":     "apiextensions.crossplane.io/v2",
	"ManagedResourceActivationPolicy": "apiextensions.crossplane.io/v1alpha1",
	"ProviderConfig":                  "aws.m.upbound.io/v1beta1",
	"Usage":                           "protection.crossplane.io/v1beta1",
	"Composition":                     "apiextensions.crossplane.io/v1",
	"Application":                     "argoproj.io/v1alpha1",
	"ApplicationSet":                  "argoproj.io/v1alpha1",
}
