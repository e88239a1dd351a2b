package compositions

import (
	"path"
	"slices"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/compositions/xr"
)

// platform are the manifests that a management cluster needs once: the
// composite resources' definitions and Compositions, the providers and the
// function, and the policy that activates just the kinds in use.
func (f *Fleet) platform() ([]document, error) {
	var out []document
	add := func(folder string, object map[string]any) {
		name := object["metadata"].(map[string]any)["name"].(string)
		out = append(out, document{path.Join("platform", folder, name+".yaml"), object})
	}
	for _, kind := range xr.Kinds() {
		definition, err := xr.Definition(kind)
		if err != nil {
			return nil, err
		}
		add("definitions", definition)
	}
	for _, composition := range f.compositions {
		add("compositions", composition)
	}
	for _, installed := range append(providers(f.kinds), function(), runtimeConfig()) {
		keep(installed)
		add("packages", installed)
	}
	policy := activationPolicy(f.kinds)
	keep(policy)
	add("", policy)
	return out, nil
}

// runtimeConfig gives all providers of AWS one service account, so that one IAM role
// of the management cluster is theirs.
func runtimeConfig() map[string]any {
	return map[string]any{
		"apiVersion": "pkg.crossplane.io/v1beta1",
		"kind":       "DeploymentRuntimeConfig",
		"metadata":   map[string]any{"name": runtimeName},
		"spec": map[string]any{"serviceAccountTemplate": map[string]any{
			"metadata": map[string]any{"name": runtimeName},
		}},
	}
}

func activationPolicy(kinds []string) map[string]any {
	activate := make([]any, len(kinds))
	for i, kind := range kinds {
		activate[i] = kind
	}
	return map[string]any{
		"apiVersion": "apiextensions.crossplane.io/v1alpha1",
		"kind":       "ManagedResourceActivationPolicy",
		"metadata":   map[string]any{"name": "dominoc"},
		"spec":       map[string]any{"activate": activate},
	}
}

// activated are the managed kinds among resources, as plural.group.
func activated(resources []resource.Resource) []string {
	var out []string
	for _, r := range resources {
		kind := r.Object.GetObjectKind().GroupVersionKind()
		if managed(kind) {
			out = append(out, plural(kind.Kind)+"."+kind.Group)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
