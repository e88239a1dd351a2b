package sync

import (
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/xr"
)

// Unused returns dominoc's Compositions in a management cluster that no composite
// resource names, directly or through what its Composition composes, and that the output
// lacks. A composite resource whose Composition is deleted keeps its resources, but no
// change reaches them any more.
func Unused(compositions, composites []Object, output func(name string) bool) []Object {
	byName := map[string]Object{}
	for _, c := range compositions {
		byName[name(c)] = c
	}
	used := map[string]bool{}
	var use func(composition string)
	use = func(composition string) {
		if used[composition] {
			return
		}
		used[composition] = true
		for _, child := range Named(byName[composition]) {
			use(child)
		}
	}
	for _, composite := range composites {
		for _, composition := range chosen(composite) {
			use(composition)
		}
	}
	for composition := range byName {
		if output(composition) {
			use(composition)
		}
	}
	return slices.DeleteFunc(slices.Clone(compositions), func(c Object) bool { return !ours(c) || used[name(c)] })
}

func name(object Object) string { return fieldpath.Text(object, "metadata", "name") }

// ours reports whether a Composition is for one of dominoc's kinds.
func ours(composition Object) bool {
	return strings.HasPrefix(fieldpath.Text(composition, "spec", "compositeTypeRef", "apiVersion"), xr.Group+"/")
}

// chosen returns the Compositions of a composite resource: the one to which it is pinned
// and, during an update to that, the one whose revision it still runs.
func chosen(composite Object) []string {
	pinned := fieldpath.Text(composite, "spec", "crossplane", "compositionRef", "name")
	revision := fieldpath.Text(composite, "spec", "crossplane", "compositionRevisionRef", "name")
	return []string{pinned, revision[:max(0, strings.LastIndexByte(revision, '-'))]} // <composition>-<hash>
}

// Named returns the Compositions to which an object, or the resources of a Composition, are
// pinned.
func Named(value any) []string {
	var all []string
	switch v := value.(type) {
	case Object:
		if pinned := fieldpath.Text(v, "compositionRef", "name"); pinned != "" {
			all = append(all, pinned)
		}
		for _, field := range v {
			all = append(all, Named(field)...)
		}
	case []any:
		for _, element := range v {
			all = append(all, Named(element)...)
		}
	}
	return all
}
