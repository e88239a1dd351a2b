package compositions

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/compositions/plan"
)

// An Identity is a resource whose id AWS makes, and which therefore belongs in
// Git: its place in the environment, and the object that has it.
type Identity struct {
	Component, Key   string
	APIVersion, Kind string
	Name             string // metadata.name
}

// Identities returns those of an environment, by component and key, without the
// resources whose id is in the environment's file.
func (f *Fleet) Identities(name string) ([]Identity, error) {
	e, err := f.Environment(name)
	if err != nil {
		return nil, err
	}
	var all []Identity
	for _, c := range Components(withoutIDs(e.Plan)) {
		for _, r := range c.Concrete() {
			rule, _ := externalname.Of(r.Kind())
			if _, named := r.ExternalName(); rule.InGit() && !named {
				apiVersion, kind := r.Object.GetObjectKind().GroupVersionKind().ToAPIVersionAndKind()
				all = append(all, Identity{c.Key, r.Key, apiVersion, kind, r.Object.GetName()})
			}
		}
	}
	slices.SortFunc(all, func(a, b Identity) int {
		return cmp.Or(strings.Compare(a.Component, b.Component), strings.Compare(a.Key, b.Key))
	})
	return all, nil
}

// withoutIDs returns the plan of an environment of which Git has no ids yet.
func withoutIDs(p *plan.Plan) *plan.Plan {
	bare := *p
	bare.Spec.IDs = nil
	return &bare
}
