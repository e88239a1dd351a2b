package change

import (
	"context"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/output"
)

// Owners asks AWS who has names. Its answers are in the order of the names.
type Owners func(ctx context.Context, names []diff.Name) []diff.Owner

// Live returns the base of environments that were read from a management cluster, which
// cannot know whether AWS has the names of what is created.
func Live(trees []*health.Environment, owners Owners) Base {
	return Base{Shown: "what the management cluster has", trees: trees, live: true, owners: owners}
}

// namesTaken returns the dangers of names that AWS has, by environment; none without a way
// to ask.
func (b Base) namesTaken(ctx context.Context, found Pairs, reports []diff.Report) map[string][]diff.Danger {
	if b.owners == nil {
		return nil
	}
	dangers := map[string][]diff.Danger{}
	for i, p := range found.All {
		if names := reports[i].Names(p.after.compiled()); len(names) > 0 {
			dangers[p.name] = diff.NamesTaken(p.name, names, b.owners(ctx, names))
		}
	}
	return dangers
}

// liveState returns the state of an environment in a management cluster. An object that a
// composite resource refers to but that does not exist was not made yet.
func liveState(tree *health.Environment) *diff.Environment {
	state := &diff.Environment{Name: tree.Root.Name, Spec: output.SpecOf(tree.Root.Content), Live: true}
	add := func(component string, o *health.Object) {
		if o.Content != nil {
			state.Resources = append(state.Resources, diff.Resource{Component: component, Key: o.Key(), Object: diff.Applied(o.Content), Refused: o.CreateRefused(), Denied: o.Denied()})
		}
	}
	for _, child := range tree.Root.Children {
		if !child.Composite() { // a usage, which the environment composes itself
			add("", child)
		}
		for _, o := range child.Children {
			add(child.Key(), o)
		}
	}
	return state
}
