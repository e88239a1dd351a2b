package compositions

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/diag"
)

// An Identity is a resource whose id AWS makes, and which therefore belongs in
// Git: its place in the environment, and the object that has it.
type Identity struct {
	Component, Key   string
	APIVersion, Kind string
	Name             string // metadata.name
}

// Identities are those of an environment, by component and key. Resources that
// the environment's file gives an id to are not among them.
func (f *Fleet) Identities(name string) ([]Identity, error) {
	e, err := f.Environment(name)
	if err != nil {
		return nil, err
	}
	var out []Identity
	for _, c := range Components(e.withoutIDs().Plan) {
		for _, r := range c.Concrete() {
			if _, named := r.ExternalName(); inGit(r) && !named {
				apiVersion, kind := r.Object.GetObjectKind().GroupVersionKind().ToAPIVersionAndKind()
				out = append(out, Identity{c.Key, r.Key, apiVersion, kind, r.Object.GetName()})
			}
		}
	}
	slices.SortFunc(out, func(a, b Identity) int {
		return cmp.Or(strings.Compare(a.Component, b.Component), strings.Compare(a.Key, b.Key))
	})
	return out, nil
}

func inGit(r resource.Resource) bool {
	rule, _ := externalname.Of(kindOf(r))
	return rule.InGit()
}

func kindOf(r resource.Resource) string { return r.Object.GetObjectKind().GroupVersionKind().Kind }

// withoutIDs is the environment as it is before Git knows an id.
func (e Environment) withoutIDs() Environment {
	e.Plan = withoutIDs(e.Plan)
	return e
}

func withoutIDs(p *plan.Plan) *plan.Plan {
	bare := *p
	bare.Spec.IDs = nil
	return &bare
}

// checkIDs holds the ids of an environment against its resources: an id of nothing
// would be given to the next resource of that name, and the provider would make
// one after the other, each time sent back to an id that AWS does not have.
func checkIDs(p *plan.Plan, at diag.Locator) diag.List {
	if len(p.Spec.IDs) == 0 {
		return nil
	}
	c := idCheck{plan: p, at: at, seen: map[string]diag.Path{}}
	components := map[string]Component{}
	for _, component := range Components(withoutIDs(p)) {
		components[component.Key] = component
	}
	for _, name := range slices.Sorted(maps.Keys(p.Spec.IDs)) {
		component, known := components[name]
		if !known {
			c.noComponent(name, slices.Sorted(maps.Keys(components)))
			continue
		}
		c.component(name, component.Concrete())
	}
	return c.found
}

type idCheck struct {
	plan  *plan.Plan
	at    diag.Locator
	seen  map[string]diag.Path // by kind and id
	found diag.List
}

func (c *idCheck) refuse(code string, path diag.Path, message, hint string, notes ...diag.Note) {
	c.found = append(c.found, diag.Diagnostic{
		Severity: diag.Error, Code: code, Pos: c.at(path), Path: path.String(), Message: message, Hint: hint, Notes: notes,
	})
}

// takenOut is what to do with an id of what is gone.
const takenOut = "what goes takes its id along: take it out, or dominoc ids would"

func (c *idCheck) noComponent(name string, all []string) {
	c.refuse("id-component", diag.Path{"ids", name},
		fmt.Sprintf("%q is no part of the environment; there are %s", name, strings.Join(all, ", ")), didYouMean(name, all, takenOut))
}

func didYouMean(name string, all []string, otherwise string) string {
	if near := diag.Nearest(name, all); near != "" {
		return "did you mean " + near + "?"
	}
	return otherwise
}

func (c *idCheck) component(name string, resources []resource.Resource) {
	byKey, keys := map[string]resource.Resource{}, []string{}
	for _, r := range resources {
		byKey[r.Key] = r
		if inGit(r) {
			keys = append(keys, r.Key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.plan.Spec.IDs[name])) {
		path := diag.Path{"ids", name, key}
		r, known := byKey[key]
		if !known {
			c.refuse("id-key", path, fmt.Sprintf("%q is no resource of %s", key, name), didYouMean(key, keys, takenOut))
			continue
		}
		c.id(path, r, c.plan.Spec.IDs[name][key])
	}
}

func (c *idCheck) id(path diag.Path, r resource.Resource, id string) {
	kind := kindOf(r)
	rule, _ := externalname.Of(kind)
	_, named := r.ExternalName()
	switch {
	case !rule.InGit():
		c.refuse("id-decided", path, fmt.Sprintf("AWS does not make the id of a %s: what it is called is decided here", kind), "take it out")
	case named:
		c.refuse("id-given", path, "the environment's file gives the id of this resource already", "keep one of the two")
	case !rule.Fits(id):
		c.refuse("id-form", path, fmt.Sprintf("%q is no id of a %s, such as %q", id, kind, rule.Example), "")
	case c.foreign(id):
		c.refuse("id-account", path, fmt.Sprintf("%q is not in account %s", id, c.plan.Spec.Common.Account), "the ids of another environment were copied")
	default:
		c.once(path, kind, id)
	}
}

// foreign says that an ARN is one of another account.
func (c *idCheck) foreign(id string) bool {
	parts := strings.SplitN(id, ":", 6)
	return parts[0] == "arn" && parts[4] != c.plan.Spec.Common.Account
}

// once refuses an id that another resource has: each would undo the other's
// changes.
func (c *idCheck) once(path diag.Path, kind, id string) {
	other, taken := c.seen[kind+" "+id]
	if !taken {
		c.seen[kind+" "+id] = path
		return
	}
	c.refuse("id-taken", path, fmt.Sprintf("%q is the id of %s too", id, other), "two resources with one id would undo each other's changes",
		diag.Note{Pos: c.at(other), Message: "the other one"})
}
