package bootstrap

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/xr"
)

// The API groups of managed resources: of provider-aws, the end of each.
const (
	AWSGroup        = ".aws.m.upbound.io"
	helmGroup       = "helm.m.crossplane.io"
	kubernetesGroup = "kubernetes.m.crossplane.io"
)

// Kinds are what a fleet composes, as plural.group and sorted.
type Kinds struct {
	Managed []string // must be activated
	Others  []string // neither managed nor composite: Crossplane needs a right to make them
}

// KindsOf sorts kinds, of which some may be there several times.
func KindsOf(kinds []schema.GroupVersionKind) Kinds {
	var out Kinds
	for _, kind := range kinds {
		name := strings.TrimSuffix(plural(kind.Kind)+"."+kind.Group, ".")
		switch {
		case managed(kind):
			out.Managed = append(out.Managed, name)
		case kind.Group != xr.Group:
			out.Others = append(out.Others, name)
		}
	}
	return Kinds{sorted(out.Managed), sorted(out.Others)}
}

// KindsIn returns the kinds of the resources in a Composition.
func KindsIn(composition Object) Kinds {
	var kinds []schema.GroupVersionKind
	steps, _ := fieldpath.At(composition, "spec", "pipeline").([]any)
	for _, step := range steps {
		resources, _ := fieldpath.At(step, "input", "resources").([]any)
		for _, r := range resources {
			kinds = append(kinds, schema.FromAPIVersionAndKind(fieldpath.Text(r, "base", "apiVersion"), fieldpath.Text(r, "base", "kind")))
		}
	}
	return KindsOf(kinds)
}

// Provided returns the kinds that need a provider's package: managed kinds, and composed
// ProviderConfigs, even if nothing uses them yet.
func (k Kinds) Provided() []string {
	configs := slices.DeleteFunc(slices.Clone(k.Others), func(name string) bool {
		return !strings.HasSuffix(name, "."+helmGroup) && !strings.HasSuffix(name, "."+kubernetesGroup)
	})
	return sorted(append(configs, k.Managed...))
}

// Join returns the kinds of all.
func Join(all []Kinds) Kinds {
	var out Kinds
	for _, k := range all {
		out.Managed = append(out.Managed, k.Managed...)
		out.Others = append(out.Others, k.Others...)
	}
	return Kinds{sorted(out.Managed), sorted(out.Others)}
}

func sorted(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// managed reports whether a kind is a managed resource, which a policy must activate.
func managed(kind schema.GroupVersionKind) bool {
	known := strings.HasSuffix(kind.Group, AWSGroup) || kind.Group == helmGroup || kind.Group == kubernetesGroup
	return known && kind.Kind != "ProviderConfig"
}
