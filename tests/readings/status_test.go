package readings

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/tests/crds"
	"github.com/dominoc/dominoc/tests/function"
)

// What AWS made known reaches its readers from the status and from the observed
// resource alike. Were a value lost for a moment in one of the two, server-side
// apply would take the field off a live resource: a launch template lost its
// security group that way. So each is lost here in turn, and nothing changes.
func TestALostStatusValueStripsNothing(t *testing.T) {
	fleet := compile(t, 12)
	f := start(t)
	lost := 0
	for _, one := range fleet.shapes(t, f) {
		exports := one.composition.input.exports()
		run := func(composite function.Object, observed map[string]function.Object) *function.Result {
			result, err := f.Run(t.Context(), one.composition.object, composite, observed)
			require.NoError(t, err)
			return result
		}
		composite, observed := one.settled(run)
		want := run(composite, observed)
		for _, e := range exports {
			forgetful := clone(composite)
			unset(forgetful, e.to)
			requireSame(t, want, run(forgetful, observed), "%s lost %s", one.kind(), e.to)

			silent := map[string]function.Object{}
			for key, object := range observed {
				silent[key] = clone(object)
			}
			unset(silent[e.key], e.from)
			requireSame(t, want, run(composite, silent), "%s lost %s of %s", one.kind(), e.from, e.key)
			lost++
		}
		requireSame(t, unready(want), run(composite, nil), "%s observed nothing", one.kind())
	}
	require.Greater(t, lost, 100, "values were lost")
}

// A status path without an exporter would hold its readers back for ever, and
// one that the XRD does not declare is pruned in silence.
func TestWhatIsReadFromTheStatusIsExportedAndDeclared(t *testing.T) {
	fleet := compile(t, 12)
	validator := crds.New()
	for _, definition := range fleet.definitions {
		require.NoError(t, validator.Define(definition))
	}
	for _, one := range fleet.shapes(t, start(t)) {
		exported := map[string]bool{}
		for _, e := range one.composition.input.exports() {
			exported[e.to] = true
			set(one.composite, e.to, plan.Unknown)
		}
		for _, path := range one.composition.input.statusReads() {
			require.True(t, exported[path], "%s reads %s", one.kind(), path)
		}
		for _, err := range validator.Validate(one.composite) {
			require.False(t, strings.HasPrefix(err.Field, "status"), "%s: %v", nameOf(one.composite), err)
		}
	}
}

// What the installer asks for stands in the status as a whole (R22): what the
// compiler knows, and what AWS made known.
func TestTheStatusHasWhatTheInstallerAsksFor(t *testing.T) {
	fleet := compile(t, 12)
	f := start(t)
	for name, environment := range fleet.composites {
		one := shape{fleet.compositions[text(environment, "spec", "crossplane", "compositionRef", "name")](), environment}
		composite, observed := one.settled(func(composite function.Object, observed map[string]function.Object) *function.Result {
			result, err := f.Run(t.Context(), one.composition.object, composite, observed)
			require.NoError(t, err)
			return result
		})
		unset(composite, "status")
		result, err := f.Run(t.Context(), one.composition.object, composite, observed)
		require.NoError(t, err)

		want := clone(environment)["spec"].(function.Object)["outputs"].(function.Object)
		for _, e := range one.composition.input.exports() {
			if path, ok := strings.CutPrefix(e.to, "status.outputs."); ok {
				value, _ := e.values()
				set(want, path, value)
			}
		}
		got := result.Status["outputs"]
		require.Empty(t, cmp.Diff(want, got), name)
		if environment["spec"].(function.Object)["storage"] != nil { // else the file system has another owner, and the compiler knows it
			require.Equal(t, "status.fileSystemID of storage", want["fileSystemID"])
		}
	}
}

// unready is a result before any of its resources is there.
func unready(result *function.Result) *function.Result {
	before := *result
	before.Resources = map[string]function.Resource{}
	for key, resource := range result.Resources {
		resource.Ready = false
		before.Resources[key] = resource
	}
	return &before
}

func requireSame(t *testing.T, want, got *function.Result, format string, args ...any) {
	t.Helper()
	require.Empty(t, cmp.Diff(want, got), append([]any{format}, args...)...)
}

// shape is a Composition and a composite resource that is pinned to it.
type shape struct {
	composition composition
	composite   function.Object
}

func (s shape) kind() string { return text(s.composite, "kind") }

// shapes are all Compositions of the fleet, each with one composite.
func (f fleet) shapes(t *testing.T, function *function.Function) []shape {
	t.Helper()
	composites := map[string]map[string]any{}
	c := crossplane{t: t, function: function, compositions: f.compositions}
	for _, environment := range f.composites {
		for _, object := range append(c.reconcile(clone(environment)), environment) {
			if name := text(object, "spec", "crossplane", "compositionRef", "name"); name != "" {
				composites[name] = object
			}
		}
	}
	require.Len(t, composites, len(f.compositions), "every Composition is somebody's")
	var shapes []shape
	for name, composite := range composites {
		shapes = append(shapes, shape{f.compositions[name](), composite})
	}
	return shapes
}

// settled is the composite with its status, and everything that it composes, as
// they are once AWS has answered.
func (s shape) settled(run func(function.Object, map[string]function.Object) *function.Result) (function.Object, map[string]function.Object) {
	composite := clone(s.composite)
	for _, e := range s.composition.input.exports() {
		value, _ := e.values()
		set(composite, e.to, value)
	}
	observed := map[string]function.Object{}
	for key, resource := range run(composite, nil).Resources {
		observed[key] = resource.Object
	}
	for _, e := range s.composition.input.exports() {
		_, value := e.values()
		set(observed[e.key], e.from, value)
	}
	return composite, observed
}

// values are an export's value in the status and in the observed resource. A
// field of a resource that is exported twice has one value.
func (e export) values() (status, observed any) {
	if e.text {
		return "3", 3.0
	}
	value := e.from + " of " + e.key
	return value, value
}
