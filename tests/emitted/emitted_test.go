// Package emitted holds what a fleet compiles to against the management
// cluster's own definitions: the manifests, and the objects that Crossplane
// will make of them.
package emitted

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/tests/crds"
)

// maxResources is how many resources one XR may compose.
const maxResources = 60

func TestEveryManifestWouldBeAccepted(t *testing.T) {
	compiled := compiledFleet(t)
	validator := compiled.validator(t)
	for path, manifest := range compiled.manifests {
		require.Empty(t, validator.Validate(manifest.Object), path)
	}
}

// Patterns are not for values that only AWS knows: a composite resource carries
// those only once they are there.
func TestEveryComposedObjectWouldBeAccepted(t *testing.T) {
	compiled := compiledFleet(t)
	validator := compiled.validator(t)
	for name, objects := range compiled.rendered {
		for _, object := range objects {
			errs := validator.Composed(object.Object, "domino-"+name)
			errs = slices.DeleteFunc(errs, func(err *field.Error) bool { return err.BadValue == plan.Unknown })
			require.Empty(t, errs, "%s", title(object))
		}
	}
}

// Two objects of one kind and name would be one object with two owners.
func TestEveryComposedObjectHasANameOfItsOwn(t *testing.T) {
	for name, objects := range compiledFleet(t).rendered {
		seen := map[string]bool{}
		for _, object := range objects {
			require.False(t, seen[title(object)], "%s is there twice", title(object))
			require.True(t, strings.HasPrefix(object.GetName(), name+"-"), "%s begins with its environment's name", title(object))
			require.LessOrEqual(t, len(object.GetName()), 63, "%s", title(object))
			seen[title(object)] = true
		}
	}
}

func TestEveryReferenceNamesAnObjectOfTheEnvironment(t *testing.T) {
	for name, objects := range compiledFleet(t).rendered {
		names := map[string]bool{}
		for _, object := range objects {
			names[object.GetName()] = true
			secret, _, _ := unstructured.NestedString(object.Object, "spec", "writeConnectionSecretToRef", "name")
			names[secret] = true
		}
		found := 0
		for _, object := range objects {
			for _, reference := range references(object.Object["spec"]) {
				require.True(t, names[reference], "%s refers to %q, which nothing in %s makes", title(object), reference, name)
				found++
			}
		}
		require.NotZero(t, found)
	}
}

func TestEveryCompositionHasAtMost60Resources(t *testing.T) {
	found := 0
	for path, manifest := range compiledFleet(t).manifests {
		if manifest.GetKind() != "Composition" {
			continue
		}
		steps, _, err := unstructured.NestedSlice(manifest.Object, "spec", "pipeline")
		require.NoError(t, err)
		resources, _, err := unstructured.NestedSlice(steps[0].(map[string]any), "input", "resources")
		require.NoError(t, err)
		require.NotEmpty(t, resources, path)
		require.LessOrEqual(t, len(resources), maxResources, path)
		found++
	}
	require.NotZero(t, found)
}

// A kind that no policy activates never gets its CRD, and its resources wait
// for ever.
func TestEveryManagedKindIsActivatedAndNoOther(t *testing.T) {
	compiled := compiledFleet(t)
	validator := crds.New()
	var want []string
	for _, objects := range compiled.rendered {
		for _, object := range objects {
			kind := object.GroupVersionKind()
			if !strings.Contains(kind.Group, ".m.") || kind.Kind == "ProviderConfig" {
				continue
			}
			name, err := validator.Name(kind)
			require.NoError(t, err)
			want = append(want, name)
		}
	}
	slices.Sort(want)
	got, _, err := unstructured.NestedStringSlice(compiled.one(t, "ManagedResourceActivationPolicy").Object, "spec", "activate")
	require.NoError(t, err)
	require.Equal(t, slices.Compact(want), got)
}

func TestTheSameSourcesGiveTheSameBytes(t *testing.T) {
	again, err := compile()
	require.NoError(t, err)
	first, second := compiledFleet(t).files, again.files
	require.Equal(t, len(first), len(second))
	for i := range first {
		require.Equal(t, first[i].Path, second[i].Path)
		require.Equal(t, string(first[i].Content), string(second[i].Content), first[i].Path)
	}
}
