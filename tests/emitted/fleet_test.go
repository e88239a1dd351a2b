package emitted

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/output"
	listing "github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/crds"
	"github.com/dominoc/dominoc/tests/random"
)

// compiled is a fleet of random environments and all that it becomes.
type compiled struct {
	fleet     *compositions.Fleet
	files     []emit.File
	manifests map[string]unstructured.Unstructured   // by path
	rendered  map[string][]unstructured.Unstructured // by environment
}

// environments is how many random ones are compiled.
const environments = 60

// fleet is compiled once for all tests; compile does it anew.
var fleet = sync.OnceValues(compile)

func compiledFleet(t *testing.T) *compiled {
	t.Helper()
	c, err := fleet()
	require.NoError(t, err)
	return c
}

func compile() (*compiled, error) {
	var inputs []compositions.Input
	for i, env := range random.Fleet(environments) {
		provider := catalog.ProviderAWS{SizesInPlace: i%3 == 0}
		inputs = append(inputs, compositions.Input{Environment: env, At: func(diag.Path) diag.Pos { return diag.Pos{} }, Provider: provider})
	}
	fleet, diagnostics, err := compositions.Compile(inputs)
	if err != nil || diagnostics.HasErrors() {
		return nil, fmt.Errorf("%w, %v", err, diagnostics)
	}
	files, err := output.Of(fleet, v1alpha1.GitOps{}).Files()
	if err != nil {
		return nil, err
	}
	out := &compiled{fleet: fleet, files: files, manifests: map[string]unstructured.Unstructured{}, rendered: map[string][]unstructured.Unstructured{}}
	return out, errors.Join(out.read(), out.render(fleet))
}

// read reads the manifests back.
func (c *compiled) read() error {
	for _, file := range c.files {
		if file.Path == "crossplane-values.yaml" || path.Base(file.Path) == listing.ListingName {
			continue // values of a chart, or a list for kustomize: no object of the API server
		}
		content := map[string]any{}
		if err := yaml.UnmarshalStrict(file.Content, &content); err != nil {
			return fmt.Errorf("%s: %w", file.Path, err)
		}
		c.manifests[file.Path] = unstructured.Unstructured{Object: content}
	}
	return nil
}

func (c *compiled) render(fleet *compositions.Fleet) error {
	for _, name := range fleet.Names() {
		objects, err := fleet.Render(name, true)
		if err != nil {
			return err
		}
		for _, object := range objects {
			c.rendered[name] = append(c.rendered[name], unstructured.Unstructured{Object: object})
		}
	}
	return nil
}

// validator knows the fleet's composite resources too.
func (c *compiled) validator(t *testing.T) *crds.Validator {
	t.Helper()
	validator := crds.New()
	for path, manifest := range c.manifests {
		if manifest.GetKind() == "CompositeResourceDefinition" {
			require.NoError(t, validator.Define(manifest.Object), path)
		}
	}
	return validator
}

// one is the only manifest of a kind.
func (c *compiled) one(t *testing.T, kind string) unstructured.Unstructured {
	t.Helper()
	var found []unstructured.Unstructured
	for _, manifest := range c.manifests {
		if manifest.GetKind() == kind {
			found = append(found, manifest)
		}
	}
	require.Len(t, found, 1, kind)
	return found[0]
}

func title(object unstructured.Unstructured) string {
	return object.GetAPIVersion() + " " + object.GetKind() + " " + object.GetName()
}

// references are the names that a spec refers to: objects with a name below a
// field that ends in Ref or Refs. The provider's config and a Composition are
// not composed.
func references(value any) []string {
	var names []string
	switch v := value.(type) {
	case map[string]any:
		for key, field := range v {
			if key == "providerConfigRef" || key == "compositionRef" || key == "writeConnectionSecretToRef" {
				continue
			}
			if strings.HasSuffix(key, "Ref") || strings.HasSuffix(key, "Refs") {
				names = append(names, named(field)...)
				continue
			}
			names = append(names, references(field)...)
		}
	case []any:
		for _, element := range v {
			names = append(names, references(element)...)
		}
	}
	return names
}

func named(reference any) []string {
	switch v := reference.(type) {
	case map[string]any:
		name, _ := v["name"].(string)
		return []string{name}
	case []any:
		var names []string
		for _, element := range v {
			names = append(names, named(element)...)
		}
		return names
	}
	return nil
}
