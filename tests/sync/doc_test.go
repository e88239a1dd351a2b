// Package sync checks what Flux and Argo CD are given against their definitions, and
// what Flux is told of health against objects as Crossplane leaves them. The platform
// is that of the golden manifests. Package argocd of tests/cluster asks Argo CD itself.
package sync

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/gomodule"
)

// golden reads the objects below a folder of the golden manifests.
func golden(t *testing.T, folder string) []sync.Object {
	t.Helper()
	root, err := gomodule.Root()
	require.NoError(t, err)
	var objects []sync.Object
	require.NoError(t, filepath.WalkDir(filepath.Join(root, "tests", "golden", folder), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == sync.ListingName {
			return err
		}
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		object := sync.Object{}
		require.NoError(t, yaml.UnmarshalStrict(content, &object), path)
		objects = append(objects, object)
		return nil
	}))
	require.NotEmpty(t, objects)
	return objects
}

var environments = []sync.Environment{
	{Name: "dev", Namespace: "domino-dev", Deletion: "allow"},
	{Name: "prod-us", Namespace: "domino-prod-us", Deletion: "protect"},
}

// deliveries are what a user may say, with the defaults of the schema.
func deliveries() map[string]v1alpha1.GitOps {
	all := map[string]v1alpha1.GitOps{}
	for _, tool := range sync.Tools() {
		all[string(tool)] = v1alpha1.GitOps{
			Tool:       tool,
			Repository: &v1alpha1.GitRepository{URL: "https://github.com/example/fleet", Branch: "main", Path: "rendered"},
			Flux: v1alpha1.Flux{
				Namespace: "flux-system",
				Intervals: v1alpha1.FluxIntervals{Source: "1m", Sync: "10m", Retry: "2m"},
				Timeouts:  v1alpha1.FluxTimeouts{Platform: "15m", Environment: "45m"},
			},
			ArgoCD:     v1alpha1.ArgoCD{Namespace: "argocd", Project: "dominoc"},
			Crossplane: v1alpha1.Crossplane{Install: true, Namespace: "crossplane-system", Chart: "https://charts.crossplane.io/stable"},
		}
	}
	artifact := all["flux"]
	artifact.Repository, artifact.OCI = nil, &v1alpha1.OCIArtifact{URL: "oci://registry.example.com/fleet", Tag: "latest", Provider: "aws", Insecure: true}
	artifact.Flux.SecretName = "registry"
	artifact.Crossplane.Chart = "oci://registry.example.com/charts"
	artifact.Packages = v1alpha1.Packages{Mirror: "registry.example.com", PullSecret: "registry"}
	all["flux from an artifact"] = artifact

	plugin := all["argocd"]
	plugin.ArgoCD.Plugin = &v1alpha1.ArgoCDPlugin{Image: "registry.example.com/dominoc:v1", Path: "."}
	all["argocd with the plugin"] = plugin

	byHand := all["flux"]
	byHand.Crossplane.Install = false
	all["flux without Crossplane"] = byHand
	return all
}

// manifests are those of a delivery, by path.
func manifests(t *testing.T, options v1alpha1.GitOps) map[string]sync.Object {
	t.Helper()
	all := map[string]sync.Object{}
	for _, m := range sync.Manifests(options, golden(t, "platform"), environments) {
		require.NotContains(t, all, m.Path)
		all[m.Path] = m.Object
	}
	require.NotEmpty(t, all)
	return all
}

// at is the value at a path of names in an object, nil when it is not there.
func at(object any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		fields, _ := object.(map[string]any)
		object = fields[name]
	}
	return object
}
