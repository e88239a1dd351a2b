package health

import (
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// template is a resource of a Composition, with the values that it needs before Crossplane
// makes it, and those that it exports.
type template struct {
	key     string
	needs   []string          // field paths of the composite
	exports map[string]string // field path of the resource, by that of the composite's status
}

// templates returns the templates of the Composition that a composite resource is pinned
// to, by key; none if the Composition could not be read.
func (e *Environment) templates(o *Object) map[string]template {
	name := text(o.field("spec.crossplane.compositionRef.name"))
	out := map[string]template{}
	steps, _ := lookUp(e.Compositions[name], "spec.pipeline").([]any)
	for _, step := range steps {
		resources, _ := lookUp(step, "input.resources").([]any)
		for _, resource := range resources {
			t := templateOf(resource)
			out[t.key] = t
		}
	}
	return out
}

func templateOf(resource any) template {
	t := template{key: text(lookUp(resource, "name")), exports: map[string]string{}}
	patches, _ := lookUp(resource, "patches").([]any)
	for _, patch := range patches {
		kind := text(lookUp(patch, "type"))
		switch {
		case strings.Contains(kind, "ToComposite"):
			t.exports[text(lookUp(patch, "toFieldPath"))] = text(lookUp(patch, "fromFieldPath"))
		case strings.Contains(kind, "From") && text(lookUp(patch, "policy.fromFieldPath")) == "Required":
			t.needs = append(t.needs, sources(patch)...)
		}
	}
	slices.Sort(t.needs)
	t.needs = slices.Compact(t.needs)
	return t
}

// sources returns the fields that a patch reads.
func sources(patch any) []string {
	if from := text(lookUp(patch, "fromFieldPath")); from != "" {
		return []string{from}
	}
	variables, _ := lookUp(patch, "combine.variables").([]any)
	var out []string
	for _, variable := range variables {
		out = append(out, text(lookUp(variable, "fromFieldPath")))
	}
	return out
}

// lookUp returns the value at one of Crossplane's field paths; nil if there is none.
func lookUp(value any, path string) any {
	found, _ := fieldpath.Parse(path).In(value)
	return found
}
