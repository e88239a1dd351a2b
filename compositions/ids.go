package compositions

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/compositions/plan"
)

// Identities returns the resources of an environment whose ids belong in Git, by
// component and key, without those whose id is in the environment's file.
func (f *Fleet) Identities(name string) ([]externalname.Identity, error) {
	e, err := f.Environment(name)
	if err != nil {
		return nil, err
	}
	var all []externalname.Identity
	for _, c := range Components(withoutIDs(e.Plan)) {
		for _, r := range c.Concrete() {
			rule, _ := externalname.Of(r.Kind())
			if _, named := r.ExternalName(); rule.InGit() && !named {
				apiVersion, kind := r.Object.GetObjectKind().GroupVersionKind().ToAPIVersionAndKind()
				all = append(all, externalname.Identity{
					Component: c.Key, Key: r.Key, APIVersion: apiVersion, Kind: kind, Name: r.Object.GetName(),
				})
			}
		}
	}
	slices.SortFunc(all, func(a, b externalname.Identity) int {
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
