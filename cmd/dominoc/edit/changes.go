package edit

import (
	"maps"
	"reflect"
	"slices"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/rewrite"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Changes returns the changes at a path by which the environment that has got there gets
// what is wanted. Both are plain data; a list changes as a whole.
func Changes(at diag.Path, got, want any) []rewrite.Change {
	g, grouped := got.(map[string]any)
	w, group := want.(map[string]any)
	switch {
	case reflect.DeepEqual(got, want):
		return nil
	case !group || !grouped && got != nil:
		return []rewrite.Change{{Path: at, Value: want}}
	}
	names := map[string]bool{}
	for name := range g {
		names[name] = true
	}
	for name := range w {
		names[name] = true
	}
	var changes []rewrite.Change
	for _, name := range slices.Sorted(maps.Keys(names)) {
		changes = append(changes, Changes(at.Child(name), g[name], w[name])...)
	}
	return changes
}

// Value returns what an environment has at a path, as plain data; nil if it has nothing.
func Value(env *v1alpha1.Environment, p diag.Path) any { return at(plain(env), p) }
