package tests

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/compositions/immutable"
	"github.com/dominoc/dominoc/tests/crds"
)

// managedKinds are the kinds that the sample fleet's Compositions compose, but for
// our own.
func managedKinds(t *testing.T) map[schema.GroupVersionKind]bool {
	t.Helper()
	kinds := map[schema.GroupVersionKind]bool{}
	for _, file := range goldens(t, "golden*/platform/compositions/*.yaml") {
		var composition struct {
			Spec struct {
				Pipeline []struct {
					Input struct {
						Resources []struct {
							Base struct{ APIVersion, Kind string }
						}
					}
				}
			}
		}
		decode(t, file, &composition)
		for _, r := range composition.Spec.Pipeline[0].Input.Resources {
			kind := schema.FromAPIVersionAndKind(r.Base.APIVersion, r.Base.Kind)
			kinds[kind] = kind.Group != "dominoc.dev"
		}
	}
	return kinds
}

// A kind that the tables forget is one whose changes diff would call harmless.
func TestWhatAWSNeverChangesIsKnownOfEveryKind(t *testing.T) {
	definitions := crds.New()
	named := 0
	for kind, managed := range managedKinds(t) {
		if !managed {
			continue
		}
		known, found := immutable.Of(kind.Group + "/" + kind.Kind)
		require.True(t, found, "compositions/immutable has no row for %s/%s", kind.Group, kind.Kind)
		fields, err := definitions.Fields(kind)
		require.NoError(t, err)
		for _, name := range known.Fields() {
			require.True(t, has(fields, "spec.forProvider."+name) || has(fields, "spec.initProvider."+name),
				"%s has no field %s", kind, name)
			named++
		}
	}
	require.Greater(t, named, 200)
}

func has(fields map[string]bool, path string) bool {
	if fields[path] {
		return true
	}
	for at := len(path); at > 0; at = strings.LastIndexByte(path[:at], '.') {
		if fields[path[:at]+".*"] {
			return true
		}
	}
	return false
}

// A reference is a change of the field that it fills in, and that field is where
// the tables look.
func TestAReferenceStandsForAFieldOfItsKind(t *testing.T) {
	definitions := crds.New()
	references := 0
	for kind, managed := range managedKinds(t) {
		if !managed || !strings.HasSuffix(kind.Group, ".aws.m.upbound.io") {
			continue
		}
		fields, err := definitions.Fields(kind)
		require.NoError(t, err)
		for path := range fields {
			path, reference := strings.CutPrefix(path, "spec.forProvider.")
			if !reference || !isReference(path) {
				continue
			}
			field := immutable.Field("spec.forProvider." + path)
			assert.True(t, fields["spec.forProvider."+field], "%s: %s would fill in %s", kind, path, field)
			references++
		}
	}
	require.Greater(t, references, 50)
}

// isReference leaves selectors and secrets out: nothing that is composed has one.
func isReference(path string) bool {
	return !strings.Contains(path, "Selector.") && !strings.HasSuffix(path, "SecretRef") && (strings.HasSuffix(path, "Ref") || strings.HasSuffix(path, "Refs"))
}
