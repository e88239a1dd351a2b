package change

import (
	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/output"
)

// Live returns the base of environments that were read from a management cluster.
func Live(trees []*health.Environment) Base {
	return Base{Shown: "what the management cluster has", trees: trees, live: true}
}

// liveState returns the state of an environment in a management cluster. An object that a
// composite resource refers to but that does not exist was not made yet.
func liveState(tree *health.Environment) *diff.Environment {
	state := &diff.Environment{Name: tree.Root.Name, Spec: output.SpecOf(tree.Root.Content), Live: true}
	add := func(component string, o *health.Object) {
		if o.Content != nil {
			state.Resources = append(state.Resources, diff.Resource{Component: component, Key: o.Key(), Object: diff.Applied(o.Content), Refused: o.CreateRefused()})
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
