package sync

import (
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/xr"
)

// Unused are those of a management cluster's Compositions of ours that no
// composite resource names, itself or by what its Composition composes, and that
// the output does not have. To delete one that is used would leave a composite
// resource without: it keeps what it has, and no change reaches it any more.
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
		for _, child := range named(byName[composition]) {
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
	var unused []Object
	for _, c := range compositions {
		if ours(c) && !used[name(c)] {
			unused = append(unused, c)
		}
	}
	return unused
}

func name(object Object) string { return fieldpath.Text(object, "metadata", "name") }

// ours reports whether a Composition is of one of our kinds.
func ours(composition Object) bool {
	return strings.HasPrefix(fieldpath.Text(composition, "spec", "compositeTypeRef", "apiVersion"), xr.Group+"/")
}

// chosen are the Compositions of a composite resource: the one that it is pinned
// to and, while it moves to that, the one whose revision it still runs.
func chosen(composite Object) []string {
	pinned := fieldpath.Text(composite, "spec", "crossplane", "compositionRef", "name")
	revision := fieldpath.Text(composite, "spec", "crossplane", "compositionRevisionRef", "name")
	return []string{pinned, revision[:max(0, strings.LastIndexByte(revision, '-'))]} // <composition>-<hash>
}

// named are the Compositions that the resources of a Composition are pinned to.
func named(value any) []string {
	var all []string
	switch v := value.(type) {
	case Object:
		if pinned := fieldpath.Text(v, "compositionRef", "name"); pinned != "" {
			all = append(all, pinned)
		}
		for _, field := range v {
			all = append(all, named(field)...)
		}
	case []any:
		for _, element := range v {
			all = append(all, named(element)...)
		}
	}
	return all
}
