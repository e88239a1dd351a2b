package xr

import (
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/resource"
)

// Values that only AWS knows go through the function's environment:
//
//	status of the composite -> environment -> status of the composite
//	observed resource       -> environment, status of the composite
//	environment             -> the resources that need the value
//
// The first line makes a value sticky: it stays in the status when the resource
// that exported it does not show it for a moment. The second brings the newest
// one, and restores a status that was lost. Either way the readers, which stand
// behind their producers in the list, have a value in the same run, and server
// side apply has no reason to take a field off a live resource.
//
// A status can also repeat a field of the spec, which the function takes from
// the environment too:
//
//	spec of the composite -> environment -> status of the composite
//
// That goes first, and replaces the whole field; what AWS makes known below the
// same field is then written into it, by the patches above.

// environmentPatches are those of the whole Composition: two for each field
// that the status repeats, the two sticky ones for each exported field, and the
// spec for texts that mix both.
func environmentPatches(kind Kind, resources []resource.Resource, patches []patch) []any {
	var out []any
	status := func(from, name string) {
		field := "status." + name
		out = append(out,
			patch{"type": "FromCompositeFieldPath", "fromFieldPath": from + name, "toFieldPath": field},
			patch{"type": "ToCompositeFieldPath", "fromFieldPath": field, "toFieldPath": field})
	}
	for _, name := range kind.Repeated {
		status("spec.", name)
	}
	var exported []string
	for _, r := range resources {
		for _, export := range r.Exports {
			exported = append(exported, export.To)
		}
	}
	slices.Sort(exported)
	for _, name := range slices.Compact(exported) {
		status("status.", name)
	}
	for _, field := range mixed(patches) {
		out = append(out, patch{"type": "FromCompositeFieldPath", "fromFieldPath": field, "toFieldPath": field})
	}
	return out
}

// mixed are the spec fields that are combined with a status field.
func mixed(patches []patch) []string {
	var fields []string
	for _, p := range patches {
		if p["type"] != "CombineFromEnvironment" {
			continue
		}
		for _, variable := range p["combine"].(map[string]any)["variables"].([]any) {
			field := variable.(map[string]any)["fromFieldPath"].(string)
			if strings.HasPrefix(field, "spec.") {
				fields = append(fields, field)
			}
		}
	}
	slices.Sort(fields)
	return slices.Compact(fields)
}

// exportPatches make a resource's fields known: to the resources behind it and
// to the composite's status.
func exportPatches(exports []resource.Export) []patch {
	var out []patch
	for _, export := range exports {
		for _, kind := range []string{"ToEnvironmentFieldPath", "ToCompositeFieldPath"} {
			p := patch{"type": kind, "fromFieldPath": export.From, "toFieldPath": "status." + export.To}
			if export.Text {
				p["transforms"] = []any{map[string]any{"type": "convert", "convert": map[string]any{"toType": "string"}}}
			}
			out = append(out, p)
		}
	}
	return out
}
