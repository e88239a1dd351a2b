package output

import (
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/emit"
)

// CrossplaneVersions are the Crossplane versions in which a package may be installed:
// the oldest with which the Compositions were tested, and later ones.
const CrossplaneVersions = ">=v2.3.0"

// packaged are the kinds of platform/ that a Configuration package may hold
// (crossplane-runtime, pkg/xpkg/lint.go). The others are in the manifests only.
var packaged = []string{"CompositeResourceDefinition", "Composition", "ManagedResourceActivationPolicy"}

// Package returns the content of a Crossplane Configuration package of the given name:
// the composite resources' definitions, the Compositions and the activation policy of
// the fleet. It depends on the provider and function packages of platform/.
func (o *Output) Package(name string) ([]byte, error) {
	platform, err := o.platform()
	if err != nil {
		return nil, err
	}
	var objects, dependencies []any
	for _, d := range platform {
		switch kind := d.object["kind"].(string); {
		case slices.Contains(packaged, kind):
			objects = append(objects, d.object)
		case kind == "Provider" || kind == "Function":
			dependencies = append(dependencies, dependency(d.object))
		}
	}
	return emit.YAML(append([]any{configuration(name, dependencies)}, objects...)...)
}

// configuration is the package's metadata.
func configuration(name string, dependencies []any) map[string]any {
	return map[string]any{
		"apiVersion": "meta.pkg.crossplane.io/v1",
		"kind":       "Configuration",
		"metadata":   map[string]any{"name": name},
		"spec": map[string]any{
			"crossplane": map[string]any{"version": CrossplaneVersions},
			"dependsOn":  dependencies,
		},
	}
}

// dependency requests the same image as an installed package, so that Crossplane
// installs the same itself. A digest takes precedence over a version, because Crossplane
// compares digests.
func dependency(installed map[string]any) map[string]any {
	image := installed["spec"].(map[string]any)["package"].(string)
	source, version, pinned := strings.Cut(image, "@")
	if i := strings.LastIndex(source, ":"); i > strings.LastIndex(source, "/") {
		if !pinned {
			version = source[i+1:]
		}
		source = source[:i]
	}
	return map[string]any{
		"apiVersion": installed["apiVersion"],
		"kind":       installed["kind"],
		"package":    source,
		"version":    version,
	}
}
