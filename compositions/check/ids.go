package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/diag"
)

// ids checks the ids that Git has against the member's resources: the next resource of
// a key would be given the id of a removed one, and the provider would make one
// resource after the other, each time sent back to an id that AWS does not have.
func (a *alone) ids() {
	byComponent := map[string][]Object{}
	for _, c := range a.composites {
		if c.Key != "" {
			byComponent[c.Key] = c.Objects
		}
	}
	seen := map[string]diag.Path{} // by kind and id
	for component, ids := range ordered.All(a.plan.Spec.IDs) {
		objects, known := byComponent[component]
		if !known {
			all := slices.Sorted(maps.Keys(byComponent))
			a.refuse("id-component", diag.Path{"ids", component},
				fmt.Sprintf("%q is not a component of the environment; allowed are %s", component, strings.Join(all, ", ")), didYouMean(component, all))
			continue
		}
		byKey, keys := map[string]Object{}, []string{}
		for _, o := range objects {
			byKey[o.Key] = o
			if o.rule().InGit() {
				keys = append(keys, o.Key)
			}
		}
		for key, id := range ordered.All(ids) {
			path := diag.Path{"ids", component, key}
			if o, known := byKey[key]; known {
				a.id(path, o, id, seen)
			} else {
				a.refuse("id-key", path, fmt.Sprintf("%q is not a resource of %s", key, component), didYouMean(key, keys))
			}
		}
	}
}

func didYouMean(name string, all []string) string {
	if near := diag.Nearest(name, all); near != "" {
		return "did you mean " + near + "?"
	}
	return "the resource no longer exists: remove its id, or run dominoc ids"
}

// rule returns the rule of who names an object in AWS.
func (o Object) rule() externalname.Rule {
	kind, _, _ := strings.Cut(o.Kind, ".")
	rule, _ := externalname.Of(kind)
	return rule
}

// id checks the id of one resource.
func (a *alone) id(path diag.Path, o Object, id string, seen map[string]diag.Path) {
	rule, account := o.rule(), a.plan.Spec.Common.Account
	kind, _, _ := strings.Cut(o.Kind, ".")
	arn := strings.SplitN(id, ":", 6)
	switch other, taken := seen[kind+" "+id]; {
	case !rule.InGit():
		a.refuse("id-decided", path, fmt.Sprintf("AWS does not choose an id for a %s: dominoc decides its name", kind), "remove it")
	case o.AWSName != "":
		a.refuse("id-given", path, "the environment's file gives the id of this resource already", "keep one of the two")
	case !rule.Fits(id):
		a.refuse("id-form", path, fmt.Sprintf("%q is not the id of a %s, such as %q", id, kind, rule.Example), "")
	case arn[0] == "arn" && arn[4] != account:
		a.refuse("id-account", path, fmt.Sprintf("%q is not in account %s", id, account), "the ids of another environment were copied")
	case taken:
		a.refuse("id-taken", path, fmt.Sprintf("%q is the id of %s too", id, other), "two resources with one id would undo each other's changes",
			diag.Note{Pos: a.at(other), Message: "the other one"})
	default:
		seen[kind+" "+id] = path
	}
}
